//! Compiled criteria over one shard: each part narrows the mask of rows that are still in.

use poimuri_shared::snapshot::tables::{BuildingColumns, NULL_I32, flag};

use crate::engine::EngineError;
use crate::engine::bits;
use crate::engine::tables::Tables;

use super::column::keep_leaf;
use super::node::Node;
use super::set::Numbers;

/// Keeps the persons of a mask who meet a tree.
pub(crate) fn narrow(node: &Node, tables: &Tables<'_>, mask: &mut [u64]) -> Result<(), EngineError> {
    Scope { tables, building: None }.narrow(node, mask)
}

/// The tables a tree may ask of; `building` is set within trees over buildings, lived in or owned.
#[derive(Clone, Copy)]
struct Scope<'a> {
    tables: &'a Tables<'a>,
    building: Option<&'a BuildingColumns>,
}

impl Scope<'_> {
    fn narrow(&self, node: &Node, mask: &mut [u64]) -> Result<(), EngineError> {
        if bits::is_empty(mask) {
            return Ok(());
        }
        match node {
            Node::Never => mask.fill(0),
            Node::Leaf(column, set) => keep_leaf(*column, set, self.tables, self.building, mask)?,
            Node::All(parts) => {
                for part in parts {
                    self.narrow(part, mask)?;
                }
            }
            Node::Any(parts) => self.narrow_any(parts, mask)?,
            Node::Children { births, wanted } => self.narrow_children(births, *wanted, mask)?,
            Node::Home(tree) => self.narrow_homes(tree, mask)?,
            Node::Dwelling { tree, absent } => self.narrow_dwellings(tree, *absent, mask)?,
            Node::Owns { tree, wanted } => self.narrow_owners(tree, *wanted, mask)?,
        }
        Ok(())
    }

    /// Each part is asked only of the rows that no part before it took.
    fn narrow_any(&self, parts: &[Node], mask: &mut [u64]) -> Result<(), EngineError> {
        let mut left = mask.to_vec();
        mask.fill(0);
        for part in parts {
            let mut taken = left.clone();
            self.narrow(part, &mut taken)?;
            for ((mask, left), taken) in mask.iter_mut().zip(&mut left).zip(&taken) {
                *mask |= taken;
                *left &= !taken;
            }
        }
        Ok(())
    }

    fn narrow_homes(&self, tree: &Node, mask: &mut [u64]) -> Result<(), EngineError> {
        let buildings = self.tables.buildings()?;
        let scope = Scope { building: Some(&buildings.columns), ..*self };
        let parents = &self.tables.persons.building;
        let mut found = asked(mask, parents, buildings.municipality.len());
        scope.narrow(tree, &mut found)?;
        carry(mask, &found, parents, false, |row| buildings.residents(row));
        Ok(())
    }

    fn narrow_dwellings(&self, tree: &Node, absent: bool, mask: &mut [u64]) -> Result<(), EngineError> {
        let dwellings = self.tables.dwellings()?;
        let parents = &self.tables.persons.dwelling;
        let mut found = asked(mask, parents, dwellings.building.len());
        self.narrow(tree, &mut found)?;
        carry(mask, &found, parents, absent, |row| dwellings.residents(row));
        Ok(())
    }

    /// A mask over dwellings: those where a living person was born in the ranges.
    fn narrow_children(&self, births: &Numbers, wanted: bool, mask: &mut [u64]) -> Result<(), EngineError> {
        let persons = self.tables.persons;
        let mut children = bits::empty(persons.id.len());
        for (low, high) in births.ranges() {
            let mut born = bits::full(persons.id.len());
            let width = high.wrapping_sub(*low).cast_unsigned();
            bits::keep(&mut born, &persons.birth_date, |day: i32| {
                day.wrapping_sub(*low).cast_unsigned() <= width
            });
            children.iter_mut().zip(&born).for_each(|(all, born)| *all |= born);
        }
        bits::keep(&mut children, &persons.flags, |flags: u16| flags & flag::DEAD == 0);
        let mut homes = vec![0; mask.len()];
        bits::for_each(&children, |row| bits::insert(&mut homes, persons.dwelling[row]));
        let opposite = if wanted { 0 } else { u64::MAX };
        mask.iter_mut().zip(&homes).for_each(|(mask, homes)| *mask &= homes ^ opposite);
        Ok(())
    }

    fn narrow_owners(&self, tree: &Node, wanted: bool, mask: &mut [u64]) -> Result<(), EngineError> {
        let owned = self.tables.owned()?;
        let scope = Scope { building: Some(&owned.columns), ..*self };
        let mut found = bits::full(owned.person.len());
        scope.narrow(tree, &mut found)?;
        let mut owners = vec![0; mask.len()];
        bits::for_each(&found, |row| bits::insert(&mut owners, owned.person[row]));
        let opposite = if wanted { 0 } else { u64::MAX };
        mask.iter_mut().zip(&owners).for_each(|(mask, owners)| *mask &= owners ^ opposite);
        Ok(())
    }
}

/// Persons that are looked up in the time of filling one range.
const STEPS_OF_A_RANGE: u64 = 24;

/// The parents worth asking: all, or where few persons are left, theirs alone.
fn asked(mask: &[u64], parents: &[u32], parent_count: usize) -> Vec<u64> {
    let people = usize::try_from(bits::count(mask)).unwrap_or(usize::MAX);
    if people >= parent_count / 4 {
        return bits::full(parent_count);
    }
    let mut asked = bits::empty(parent_count);
    bits::for_each(mask, |row| bits::insert(&mut asked, parents[row]));
    asked
}

/// Keeps the persons whose parent was found; `absent` is the answer for those without one.
fn carry(
    mask: &mut [u64],
    found: &[u64],
    parents: &[u32],
    absent: bool,
    residents: impl Fn(usize) -> std::ops::Range<usize>,
) {
    // Filling ranges costs a step for each parent found, looking up a small one for each person left.
    if !absent && bits::count(found) < bits::count(mask) / STEPS_OF_A_RANGE {
        let mut homes = vec![0; mask.len()];
        bits::for_each(found, |row| bits::insert_range(&mut homes, residents(row)));
        mask.iter_mut().zip(&homes).for_each(|(mask, homes)| *mask &= homes);
        return;
    }
    for (word, parents) in mask.iter_mut().zip(parents.chunks(64)).filter(|(word, _)| **word != 0) {
        *word &= of_found(found, parents, absent);
    }
}

/// One bit for each of at most 64 persons: whether their parent was found. Parents ascend, so that those of
/// neighbours mostly lie in one window of 64.
fn of_found(found: &[u64], parents: &[u32], absent: bool) -> u64 {
    let (Some(first), Some(last)) = (parents.first(), parents.last()) else { return 0 };
    let span = last.wrapping_sub(*first);
    if let Some(near) = window(found, *first).filter(|_| span < 64) {
        let all = u64::MAX >> (63 - span);
        return match near & all {
            0 => 0,
            held if held == all => u64::MAX,
            held => gather(parents, |parent| held >> (parent.wrapping_sub(*first) & 63) & 1),
        };
    }
    gather(parents, |parent| {
        let held = found.get(parent as usize / 64);
        held.map_or(u64::from(absent), |held| held >> (parent % 64) & 1)
    })
}

/// The lowest bit of each answer, in the order of the parents.
fn gather(parents: &[u32], answer: impl Fn(u32) -> u64) -> u64 {
    (0..64_u32).zip(parents).fold(0, |word, (bit, parent)| word | answer(*parent) << bit)
}

/// The 64 bits of a mask from a row on; none if the row lies beyond it.
fn window(mask: &[u64], from: u32) -> Option<u64> {
    let (at, shift) = (from as usize / 64, from % 64);
    let low = mask.get(at)? >> shift;
    let high = mask.get(at + 1).map_or(0, |next| next << 1 << (63 - shift));
    Some(low | high)
}

/// Whether a value is not [`NULL_I32`]; used where both parts of a position must be known.
pub(super) const fn is_known(value: i32) -> bool {
    value != NULL_I32
}
