//! What updates asked and whom they told of, so that a register that is an earlier one but for a few rows can be seen.
//!
//! ```text
//! updates/<customer>/<date>/<order>      that there was an update: names alone
//! orders/<order>/data/deliver…asked      what its rows asked, keyed hashes, ascending, sealed under the order's key
//! orders/<order>/data/deliver…persons    identity codes of its persons, ascending, sealed likewise
//! ```
//!
//! Both go when the order's key and data go. A list of thousands with one row more is a question about one person: mass
//! services do not answer it. Rows are compared as they were asked, whatever was found for them: a refusal that depended on
//! that would be the answer.

mod marks;

use std::io::{BufReader, Write as _};

use jiff::ToSpan as _;
use jiff::civil::Date;

use self::marks::Marks;
use crate::ids::{CustomerId, OrderId};
use crate::lifecycle::OrderState;
use crate::orders::Orders;
use crate::policy::Policy;
use crate::store::key::OrderKey;
use crate::store::keys::{self, KeyError};
use crate::store::layout::{self, KeyOwner};
use crate::store::master::MasterKeys;
use crate::store::seal::{create_sealed, finish_sealed, open_sealed};
use crate::store::{Objects, PAGE_MAX, StoreError};

/// Low bit of what a row asked: whether somebody was found who may be told of.
pub const FOUND: u64 = 1;

/// An update that is about to tell of persons.
#[derive(Debug, Clone, Copy)]
pub struct Telling<'a> {
    /// The order.
    pub order: &'a OrderId,
    /// Whose register it is.
    pub customer: &'a CustomerId,
    /// The day the order was accepted on.
    pub on: Date,
    /// What each row asked, a hash whose low bit is [`FOUND`], ascending.
    pub asked: &'a [u64],
    /// Packed identity codes of the persons, ascending, each once.
    pub persons: &'a [u64],
}

/// What an update is to the earlier ones of its customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Repeats {
    /// Nothing, the same again, or enough that is new.
    Fine,
    /// The rows of one of them but for a few.
    Nearly,
    /// It asks what none of them asked, and tells of too few persons that none of them told of.
    FewNew,
}

/// The objects of an update.
#[derive(Debug, Clone, Copy)]
enum List {
    Asked,
    Persons,
}

impl List {
    fn name(self, order: &OrderId) -> String {
        let name = match self {
            Self::Asked => "asked",
            Self::Persons => "persons",
        };
        layout::data(order, "deliver", 0, name)
    }
}

impl Telling<'_> {
    /// Writes down what the update asks and whom it tells of, before it does.
    ///
    /// # Errors
    /// When the store fails.
    pub fn note(&self, objects: &dyn Objects, key: &OrderKey) -> Result<(), StoreError> {
        for (list, numbers) in [(List::Asked, self.asked), (List::Persons, self.persons)] {
            let name = list.name(self.order);
            if !objects.exists(&name)? {
                let mut sealer = create_sealed(objects, key.seal_key(), &name)?;
                for number in numbers {
                    let written = sealer.write_all(&number.to_le_bytes());
                    written.map_err(|error| StoreError::from_io("write", &name, error))?;
                }
                finish_sealed(&name, sealer)?;
            }
        }
        let marker = layout::told(self.customer, self.on, self.order);
        objects.put_new(&marker, b"{}").map(|_put| ())
    }

    /// What the update is to those of the customer within [`Policy::repeat_days`]; [`Policy::repeat_persons`] says what is few.
    /// Orders that delivered nothing and those whose data are gone do not count. Of one that is under way, rows were not
    /// answered yet, but its persons may be told of.
    ///
    /// # Errors
    /// When the store fails.
    pub fn repeats(
        &self,
        orders: &Orders,
        masters: &MasterKeys,
        policy: &Policy,
    ) -> Result<Repeats, StoreError> {
        let few = 1..policy.repeat_persons;
        if few.is_empty() {
            return Ok(Repeats::Fine);
        }
        let (mut asked, mut persons) = (Marks::new(self.asked, 1), Marks::new(self.persons, 0));
        let (mut is_first, mut is_near) = (true, false);
        for (earlier, is_delivered) in self.earlier(orders, policy)? {
            let Some(theirs) = Noted::open(&**orders.store(), masters, &earlier)? else { continue };
            let apart = if is_delivered {
                theirs.beside(List::Asked, &mut asked)?
            } else {
                theirs.beside(List::Asked, &mut Marks::new(self.asked, 1))?
            };
            if apart == 0 && is_delivered {
                return Ok(Repeats::Fine);
            } else if apart == 0 {
                continue;
            }
            theirs.beside(List::Persons, &mut persons)?;
            is_near |= few.contains(&apart);
            is_first = false;
        }
        if is_first || is_near {
            return Ok(if is_near { Repeats::Nearly } else { Repeats::Fine });
        }
        Ok(news(few.end, &asked, &persons))
    }

    /// The customer's other updates within the days that count, and whether each has delivered; else it may yet.
    fn earlier(&self, orders: &Orders, policy: &Policy) -> Result<Vec<(OrderId, bool)>, StoreError> {
        let first = self.on.checked_sub(i64::from(policy.repeat_days).days()).unwrap_or(self.on);
        let prefix = layout::all_told(self.customer);
        let (mut after, mut earlier) = (format!("{prefix}{first}"), Vec::new());
        loop {
            let names = orders.store().list(&prefix, &after, PAGE_MAX)?;
            for name in &names {
                let id = name.rsplit('/').next().and_then(|id| id.parse::<OrderId>().ok());
                let Some(id) = id.filter(|id| id != self.order) else { continue };
                match orders.end(&id)?.map(|end| end.state) {
                    None => earlier.push((id, false)),
                    Some(OrderState::Delivered) => earlier.push((id, true)),
                    Some(_) => {}
                }
            }
            match names.last() {
                Some(last) if names.len() == PAGE_MAX => after.clone_from(last),
                _ => return Ok(earlier),
            }
        }
    }
}

/// Judges what is new beside all earlier updates, where none is nearly the same.
fn news(few: u64, asked: &Marks<'_>, persons: &Marks<'_>) -> Repeats {
    let (mut rows, new_persons) = (asked.new_ones().peekable(), persons.new_ones().count() as u64);
    if new_persons >= few || rows.peek().is_none() {
        return Repeats::Fine;
    }
    // Rows written in another way, all of persons the customer was told of, are no new question.
    if new_persons == 0 && rows.all(|row| row & FOUND != 0) { Repeats::Fine } else { Repeats::FewNew }
}

/// What an earlier update noted.
struct Noted<'a> {
    store: &'a dyn Objects,
    order: &'a OrderId,
    key: OrderKey,
}

impl<'a> Noted<'a> {
    /// None if its key is gone.
    fn open(
        store: &'a dyn Objects,
        masters: &MasterKeys,
        order: &'a OrderId,
    ) -> Result<Option<Self>, StoreError> {
        match keys::load(store, masters, KeyOwner::Order(order)) {
            Ok(key) => Ok(Some(Self { store, order, key })),
            Err(KeyError::Store(error)) => Err(error),
            Err(_gone) => Ok(None),
        }
    }

    /// Lays a list beside it; how many numbers stand in one of them alone. A list that is gone holds nothing.
    fn beside(&self, list: List, marks: &mut Marks<'_>) -> Result<u64, StoreError> {
        let name = list.name(self.order);
        let apart = match open_sealed(self.store, self.key.seal_key(), &name) {
            Ok(theirs) => marks.meet(BufReader::new(theirs)),
            Err(StoreError::Missing { .. }) => marks.meet(std::io::empty()),
            Err(error) => return Err(error),
        };
        apart.map_err(|error| StoreError::from_io("read", &name, error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(asked: &[u64], persons: &[u64]) -> Repeats {
        let bytes = |list: &[u64]| list.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
        let (mut rows, mut known) = (Marks::new(asked, 1), Marks::new(persons, 0));
        rows.meet(&bytes(&[10, 20 | FOUND, 30 | FOUND])[..]).unwrap();
        known.meet(&bytes(&[2, 3])[..]).unwrap();
        news(3, &rows, &known)
    }

    #[test]
    fn new_rows_are_answered_for_enough_new_persons_or_for_persons_told_of() {
        assert_eq!(judged(&[20 | FOUND, 30], &[2]), Repeats::Fine, "nothing is asked that was not");
        assert_eq!(judged(&[20 | FOUND, 30, 30], &[2]), Repeats::FewNew, "a row once more");
        assert_eq!(judged(&[22 | FOUND, 30 | FOUND], &[2, 3]), Repeats::Fine, "written in another way");
        assert_eq!(judged(&[20 | FOUND, 22, 30 | FOUND], &[2, 3]), Repeats::FewNew, "nobody is found");
        assert_eq!(judged(&[20 | FOUND, 22 | FOUND], &[2, 5]), Repeats::FewNew, "somebody new is found");
        assert_eq!(judged(&[22 | FOUND, 40, 42], &[4, 5]), Repeats::FewNew);
        assert_eq!(judged(&[22 | FOUND, 40, 42], &[4, 5, 6]), Repeats::Fine, "enough new persons");
    }
}
