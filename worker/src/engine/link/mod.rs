//! Probabilistic linkage: which records of one list, or of two, are the same person.
//!
//! ```text
//! Table ──► prepare ──► train ──► compare ──► link
//!           codes,      Model:    weights     threshold from the data,
//!           keys        rules,    of pairs    clusters that do not chain
//!                       m and u
//! ```
//!
//! The model is that of Fellegi and Sunter, estimated without labels (`fit.rs`). Pure: the same table and
//! settings give the same clusters and weights to the last bit, whatever the order of rows and the number
//! of threads.

mod blocks;
mod class;
mod cluster;
mod compare;
mod derived;
mod explain;
mod fit;
mod fold;
mod gather;
mod keys;
mod kind;
mod level;
mod lists;
mod locale;
mod model;
mod numbers;
mod observe;
mod outcome;
mod partners;
mod prepared;
mod rules;
mod score;
mod settings;
mod table;
mod threshold;
mod train;
mod values;

pub use compare::{Compared, compare};
pub use explain::{Step, explain};
pub use kind::Kind;
pub use lists::{Decode, Lists};
pub use locale::Locale;
pub use model::{FieldModel, LevelModel, Model, Rule};
pub use outcome::{Account, Outcome, Pair, link};
pub use prepared::{Prepared, prepare};
pub use settings::{LinkError, Partners, Settings};
pub use table::{Column, Table};
pub use train::train;

#[cfg(test)]
mod tests;
