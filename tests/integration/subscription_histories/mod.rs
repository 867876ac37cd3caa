//! Random histories of a subscription: generations, runs, members who come and go, and a store that is lost at any change.
//!
//! The customer writes what it is told into its own books. After every delivery they say what the register says of every
//! member: nothing was missed. No row tells what the books say already: nothing comes twice. What the register says is
//! read from the snapshots person by person, by code that shares nothing with the program's.

mod books;
mod dying;
mod mail;
mod office;
mod town;

use poimuri_shared::store::{DataWriter, Objects, Put, SharedObjects, StoreError};
use proptest::collection::vec;
use proptest::prelude::*;

use self::books::Books;
use self::office::Office;
use self::town::Town;

const PERMIT: &str = r#"
id = "P-1"
holder = "acme"
services = ["update"]
purposes = ["register-update"]
fields = ["name", "municipality", "postal_code", "moved_in", "death_date", "emigrated_on", "foreign_country"]
recipients = ["acme"]
valid_from = 2020-01-01
valid_to = 2099-12-31
"#;
const SUBSCRIPTION: &str = r#"
kind = "subscription"
customer = "acme"
permit = "P-1"
purpose = "register-update"
register = { id = "r-0" }
update = { package = ["name", "municipality", "postal_code", "moved_in", "death_date", "emigrated_on", "foreign_country"], mode = "MODE" }
delivery = { recipient = "acme" }
"#;

/// What happens next.
#[derive(Debug, Clone)]
enum Event {
    /// So many generations come to be; the customer hears of the last one only.
    Generations(usize),
    /// A run, if there is something to run; the store is lost after so many changes, again and again.
    Run(Vec<u32>),
    /// Rows come, of every so many-th person from one on.
    Add(usize, usize, Vec<u32>),
    /// Every so many-th member goes.
    Remove(usize, Vec<u32>),
}

/// After how many changes the store is lost, each time.
fn crashes() -> impl Strategy<Value = Vec<u32>> {
    prop_oneof![2 => Just(Vec::new()), 3 => vec(0_u32..40, 1..4)]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (1_usize..5).prop_map(Event::Generations),
        5 => crashes().prop_map(Event::Run),
        1 => (3_usize..40, 0_usize..40, crashes()).prop_map(|(step, from, lost)| Event::Add(step, from, lost)),
        1 => (5_usize..30, crashes()).prop_map(|(step, lost)| Event::Remove(step, lost)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, max_shrink_iters: 20, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_change_is_missed_or_told_twice(
        is_current in any::<bool>(),
        every in 2_usize..6,
        events in vec(event(), 3..14),
    ) {
        let town = Town::get();
        let mut office = Office::open(town, is_current);
        let mut books = Books::new(town, is_current);
        office.subscribe(every);
        for event in events.into_iter().chain([Event::Run(Vec::new())]) {
            match event {
                Event::Generations(count) => office.pass(count),
                Event::Run(lost) => office.run(lost),
                Event::Add(step, from, lost) => office.add((step, from), lost),
                Event::Remove(step, lost) => office.remove(step, lost),
            }
            books.write_down(&office);
        }
    }
}
