//! An order compiled against one snapshot: everything that is the same for all shards.

use jiff::civil::Date;
use poimuri_shared::order::extraction::{DedupPer, ExtractionSpec, RegisterUse, Sample};
use poimuri_shared::snapshot::dictionary::Dict;
use poimuri_shared::snapshot::format::Table;

use super::EngineError;
use super::days::{births, day_of};
use super::dedup::{ADULT_AGE, Households, SurnameParts, Survivor, is_within_dwellings};
use super::exclude::Limits;
use super::render::Renderer;
use super::select::{Codes, Node, Place, Read, compile};
use super::tables::{Dictionaries, Needs};

/// An order, ready for any shard of the snapshot it was compiled against.
#[derive(Debug)]
pub struct Compiled {
    pub(crate) criteria: Node,
    pub(crate) limits: Limits,
    pub(crate) register: Option<RegisterUse>,
    pub(crate) households: Option<Households>,
    /// Criteria of each group; none if everybody is in the one group.
    pub(crate) groups: Vec<Node>,
    pub(crate) sample: Sample,
    pub(crate) seed: [u8; 32],
    pub(crate) renderer: Renderer,
}

impl Compiled {
    /// Compiles an order.
    ///
    /// # Errors
    /// A dictionary cannot be read, or a test does not fit its field.
    pub fn new(spec: &ExtractionSpec, texts: &dyn Dictionaries) -> Result<Self, EngineError> {
        let on = spec.reference_date;
        let groups: Result<Vec<Node>, EngineError> =
            spec.sample.groups.iter().map(|group| compile(&group.criteria, texts, on)).collect();
        Ok(Self {
            criteria: compile(&spec.criteria, texts, on)?,
            limits: Limits { today: day_of(on), latest_birth: latest_birth(i64::from(spec.minimum_age), on) },
            register: spec.register,
            households: households(spec, texts)?,
            groups: groups?,
            sample: spec.sample.clone(),
            seed: spec.seed,
            renderer: Renderer::new(&spec.fields, texts, on)?,
        })
    }

    /// Tables besides persons that a selection reads.
    #[must_use]
    pub fn selection_needs(&self) -> Needs {
        let own = Needs { dwellings: self.households.is_some(), ..Needs::default() };
        self.groups.iter().map(Node::needs).fold(own.or(self.criteria.needs()), Needs::or)
    }

    /// False only if nobody of a shard can match. `codes` tells the shard's municipalities, regions and postal
    /// codes as codes of their dictionaries.
    ///
    /// # Errors
    /// Those of `codes`.
    pub fn may_match<E>(&self, codes: impl Fn(Place) -> Result<Codes, E>) -> Result<bool, E> {
        self.criteria.may_match(&codes)
    }

    /// The columns a selection reads, each once.
    #[must_use]
    pub fn selection_reads(&self) -> Vec<Read> {
        let mut reads: Vec<Read> =
            ["flags", "birth_date", "security_until"].map(|name| (Table::Persons, name)).to_vec();
        self.groups.iter().chain([&self.criteria]).for_each(|tree| tree.reads(Table::Buildings, &mut reads));
        if let Some(households) = &self.households {
            reads.extend(["dwelling", "id", "sex"].map(|name| (Table::Persons, name)));
            reads.extend(["living", "person_start"].map(|name| (Table::Dwellings, name)));
            reads.extend(households.surnames.is_some().then_some((Table::Persons, "surname")));
        }
        reads.sort_unstable();
        reads.dedup();
        reads
    }

    /// Tables besides persons that rendering reads.
    #[must_use]
    pub fn rendering_needs(&self) -> Needs {
        self.renderer.needs()
    }
}

fn households(spec: &ExtractionSpec, texts: &dyn Dictionaries) -> Result<Option<Households>, EngineError> {
    if !is_within_dwellings(spec.dedup) {
        return Ok(None);
    }
    let surnames = match spec.dedup.per {
        DedupPer::Family => Some(SurnameParts::new(texts.dictionary(Dict::Surname)?)),
        DedupPer::None | DedupPer::Person | DedupPer::Household => None,
    };
    Ok(Some(Households {
        survivor: Survivor::new(spec.dedup.keep, &spec.seed),
        latest_adult_birth: latest_birth(ADULT_AGE, spec.reference_date),
        surnames,
    }))
}

/// The latest birth day of those of at least an age.
fn latest_birth(age: i64, on: Date) -> i32 {
    *births(Some(age), None, on).end()
}
