//! Builds of small registers: order, rules, publication, damage.

mod compat;
mod damage;
mod order;
mod rules;
pub(crate) mod small;
