//! Updates: rows of a customer's register matched to the persons of the snapshot, and what is told of them.
//!
//! ```text
//! rows ──► Part (keys) ──► match_part (a part) ──► Candidates ──► resolve (a part) ──► rows of the result
//! ```
//!
//! Dates of birth are looked up among [`Births`], addresses among [`Homes`]. Who is found is compared field by field: names with
//! [`Bearers`], addresses with [`Everybody`] in brief, and what these leave open with the columns. All hold everybody, are made
//! once for a snapshot and used by every order, so that memory grows with the country and a part, not with the register.

mod agree;
mod ask;
mod asked;
mod bearers;
mod births;
mod by_position;
mod candidates;
mod cells;
mod comparing;
mod dates;
mod decide;
mod facts;
mod follow;
mod followed;
mod given;
mod glimpse;
mod hash;
mod homes;
mod in_brief;
mod lazy;
mod lines;
mod marks;
mod matching;
mod middles;
mod names;
mod near;
mod own;
mod place_texts;
mod places;
mod recent;
mod register;
mod render;
mod resolve;
mod row;
mod rows;
mod seen;
mod standing;

use std::sync::Arc;

use jiff::civil::Date;
use poimuri_shared::customer_register::{Columns, Field, Mapping};
use poimuri_shared::order::UpdateMode;
use poimuri_shared::order::delivered::Item;
use poimuri_shared::permit::{MatchKey, Permit};

use super::EngineError;
use super::days::day_of;
use super::render::Renderer;
use super::tables::{Dictionaries, Needs};
pub(crate) use dates::day;
pub(crate) use hash::Hashing;
use rows::Rows;

pub use ask::{Asked, ask};
pub use bearers::Bearers;
pub use births::Births;
pub use candidates::Candidates;
pub use follow::{News, Pair, news};
pub use followed::{EVENT_DATE, Followed, Place};
pub use glimpse::{Glimpse, State};
pub use homes::Homes;
pub use in_brief::Everybody;
pub use lines::{Resolved, Written};
pub use matching::{Part, People, match_part};
pub use near::{Alike, Approximations, Batch, Unmatched};
pub use own::OwnRows;
pub use register::RegisterKeys;
pub use render::{Blank, blanked, columns as result_columns};
pub use resolve::{Decided, Matched, Resolving};
pub use row::RowKeys;

/// What an update asks for.
#[derive(Debug, Clone, Copy)]
pub struct UpdateSpec<'a> {
    /// What may be told, in this order.
    pub items: &'a [Item],
    /// Changes only, or the present state.
    pub mode: UpdateMode,
    /// The permit the order relies on.
    pub permit: &'a Permit,
    /// The date prohibitions are judged on.
    pub reference_date: Date,
}

/// An update, ready for any part and any shard of the snapshot it was compiled against.
#[derive(Debug)]
pub struct Updating {
    register: Arc<RegisterKeys>,
    renderer: Renderer,
    mode: UpdateMode,
    reference_day: i32,
    /// Whether prohibitions of updating do not bind the holder.
    is_exempt: bool,
    permitted: Allowed,
}

/// The keys a row may be found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Allowed {
    pub(crate) code: bool,
    pub(crate) birth_date: bool,
    pub(crate) address: bool,
    /// Whether the row has a key that the permit does not allow.
    pub(crate) is_barred: bool,
}

impl Allowed {
    const fn any(self) -> bool {
        self.code || self.birth_date || self.address
    }
}

impl Updating {
    /// Compiles an update of a snapshot with these keys.
    ///
    /// # Errors
    /// A dictionary cannot be read.
    pub fn new(
        spec: &UpdateSpec<'_>,
        texts: &dyn Dictionaries,
        register: Arc<RegisterKeys>,
    ) -> Result<Self, EngineError> {
        Ok(Self {
            register,
            renderer: Renderer::new(spec.items, texts, spec.reference_date)?,
            mode: spec.mode,
            reference_day: day_of(spec.reference_date),
            is_exempt: spec.permit.exempt_from_update_prohibition.is_some(),
            permitted: Allowed {
                code: spec.permit.allows(MatchKey::IdentityCode),
                birth_date: spec.permit.allows(MatchKey::BirthDate),
                address: spec.permit.allows(MatchKey::Address),
                is_barred: false,
            },
        })
    }

    /// The names and codes of its snapshot as keys.
    #[must_use]
    pub fn register(&self) -> &RegisterKeys {
        &self.register
    }

    /// Tables besides persons that matching and rendering read.
    #[must_use]
    pub fn needs(&self) -> Needs {
        let own = Needs { dwellings: true, addresses: true, previous: true, ..Needs::default() };
        own.or(self.renderer.needs())
    }

    /// The rows of a part of the customer's register as keys.
    #[must_use]
    pub fn part(&self, mapping: &Mapping, columns: &Columns) -> Part {
        Part { rows: Rows::new(mapping, columns, &self.register.readers) }
    }

    /// Whether rows of a register may be matched by their dates of birth, and by their addresses.
    #[must_use]
    pub fn matches(&self, mapping: &Mapping) -> (bool, bool) {
        let has = |field| mapping.is_named() && mapping.column(field).is_some();
        let Allowed { birth_date, address, .. } = self.permitted;
        (birth_date && has(Field::BirthDate), address && has(Field::StreetAddress))
    }

    /// The keys that are complete in a row and that the permit allows.
    pub(crate) fn keys_of(&self, row: &RowKeys<'_>) -> Allowed {
        let is_named = row.is_named();
        let has =
            [row.code != 0, is_named && row.birth_is_given(), is_named && row.numbers().next().is_some()];
        let Allowed { code, birth_date, address, is_barred: _ } = self.permitted;
        let permitted = [code, birth_date, address];
        let is_barred = has.iter().zip(permitted).any(|(has, permitted)| *has && !permitted);
        Allowed {
            code: has[0] && code,
            birth_date: has[1] && birth_date,
            address: has[2] && address,
            is_barred,
        }
    }
}
