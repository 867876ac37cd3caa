//! Probabilistic linkage: which records of one list, or of two, are the same person.
//!
//! ```text
//! Table ──► prepare ──► train ──► compare ──► link
//!           codes,      Model:    weights     threshold from the data,
//!           keys        rules,    of pairs    clusters that do not chain
//!                       m and u
//! ```
//!
//! Pairs are looked at ([`Looking`]) before training and compared ([`Comparison`]) after it, share by share or at once.
//!
//! A stored result is extended by new rows ([`extend`]); what a reviewer judged goes before every weight
//! ([`Judged`]); clusters keep their names ([`names`]).
//!
//! The model is that of Fellegi and Sunter, estimated without labels (`fit.rs`); where there are enough judgements, they
//! teach it (`taught.rs`). Pure: the same table and
//! settings give the same clusters and weights to the last bit, whatever the order of rows and the number
//! of threads.

mod bare;
mod blocks;
mod brought;
mod class;
mod cluster;
mod compare;
mod connect;
mod density;
mod digests;
mod encode;
mod explain;
mod extend;
mod fit;
mod fold;
mod gather;
mod glance;
mod ids;
mod judged;
mod keys;
mod kind;
mod level;
mod likeness;
mod lists;
mod load;
mod locale;
mod looking;
mod meeting;
mod model;
mod names;
pub(crate) mod numbers;
mod observe;
mod order;
mod outcome;
mod own;
mod partners;
mod piled;
mod prepared;
mod rarity;
mod read;
mod rules;
mod running;
mod score;
mod settings;
mod share;
mod suggest;
mod table;
mod taught;
mod texts;
mod threshold;
mod train;
mod unlinked;
mod values;
mod waterfall;
mod windows;
mod written;

pub use brought::{Brought, SharedRule, brought};
pub use compare::{Compared, Comparison, compare, compare_within};
pub use digests::Digests;
pub use encode::Encoded;
pub use explain::{Step, Waterfalls};
pub use extend::{Earlier, extend};
pub use ids::Ids;
pub use judged::{Judged, Judging};
pub use kind::Kind;
pub(crate) use likeness::Likeness;
pub use lists::{Batch, Lists};
pub use locale::Locale;
pub use looking::{Looking, Observed};
pub use model::{FieldModel, LevelModel, Model, Rule};
pub use names::names;
pub use outcome::{Account, Given, Outcome, Pair, link, link_given};
pub use own::{OwnWeights, own_weights};
pub use piled::Piled;
pub use prepared::{Prepared, prepare};
pub use read::{PiledRead, Read};
pub use score::probability;
pub use settings::{Clustering, LinkError, Partners, Settings};
pub use share::{Scope, Share};
pub use suggest::{Suggestion, Suggestions, suggest};
pub use table::{Column, Table};
pub use texts::{Coding, Texts};
pub use train::{train, train_given, train_on};
pub use unlinked::Unlinked;
pub use waterfall::{COARSE, Decimal, FINE, headings, push_parts, rounded};

#[cfg(test)]
mod tests;
