//! People as the source files of a register have them, with the address that is told of each.

use std::collections::HashMap;

use poimuri_tests::store::{AS_OF, Store};

use crate::parquet_tables::{TextRow, read};

/// The people who may be disclosed, each with the items that could be told of it.
pub(crate) fn people(store: &Store) -> Vec<TextRow> {
    let source = store.folder().join("source");
    let by = |file: &str, key: &dyn Fn(&TextRow) -> String| -> HashMap<String, TextRow> {
        read(&source.join(file)).into_iter().map(|row| (key(&row), row)).collect()
    };
    let dwellings = by("dwellings.parquet", &|row| row["dwelling_id"].clone());
    let addresses = by("addresses.parquet", &|row| format!("{} {}", row["building_id"], row["address_no"]));
    let mut people = read(&source.join("persons.parquet"));
    people.retain(|person| {
        let is_protected = person.get("security_until").is_some_and(|until| until.as_str() >= AS_OF);
        person["no_register_update"] == "false" && !is_protected
    });
    for person in &mut people {
        let dwelling = person.get("dwelling_id").and_then(|id| dwellings.get(id));
        let home = dwelling.and_then(|home| {
            Some((home, addresses.get(&format!("{} {}", home["building_id"], home["address_no"]))?))
        });
        if let Some((dwelling, address)) = home {
            let is_swedish = person.get("service_language").is_some_and(|language| language == "sv");
            let text = |name: &str| {
                let swedish = address.get(&format!("{name}_sv")).filter(|_| is_swedish);
                swedish.unwrap_or(&address[&format!("{name}_fi")]).clone()
            };
            let cell = |row: &TextRow, name: &str| row.get(name).cloned().unwrap_or_default();
            let apartment =
                cell(dwelling, "apartment").trim_start_matches('0').to_owned() + &cell(dwelling, "divider");
            let parts = [text("street"), cell(address, "house_number"), cell(dwelling, "stair"), apartment];
            let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            person.insert("street_address".to_owned(), parts.join(" "));
            person.insert("postal_code".to_owned(), address["postal_code"].clone());
            person.insert("post_office".to_owned(), text("post_office"));
        }
    }
    people
}
