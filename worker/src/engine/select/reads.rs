//! Which columns a tree reads, so that they can be brought from the disk before it runs.

use poimuri_shared::order::criteria::{BuildingField, DwellingField, PersonField};
use poimuri_shared::snapshot::format::Table;

use super::node::{Column, Node};

/// A column of a table of a shard, by its name in the format.
pub type Read = (Table, &'static str);

impl Node {
    /// Adds the columns the tree reads; `building` is the table its building columns are in.
    pub(crate) fn reads(&self, building: Table, into: &mut Vec<Read>) {
        match self {
            Self::Never => {}
            Self::Leaf(column, _) => column.reads(building, into),
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.reads(building, into));
            }
            Self::Children { .. } => {
                into.extend(["birth_date", "flags", "dwelling"].map(|name| (Table::Persons, name)));
            }
            Self::Home(tree) => {
                into.extend([(Table::Persons, "building"), (Table::Buildings, "person_start")]);
                tree.reads(Table::Buildings, into);
            }
            Self::Dwelling { tree, .. } => {
                into.extend([(Table::Persons, "dwelling"), (Table::Dwellings, "person_start")]);
                tree.reads(building, into);
            }
            Self::Owns { tree, .. } => {
                into.push((Table::Owned, "person"));
                tree.reads(Table::Owned, into);
            }
        }
    }
}

impl Column {
    fn reads(self, building: Table, into: &mut Vec<Read>) {
        match self {
            Self::Person(field) => into.push((Table::Persons, of_person(field))),
            Self::Building(BuildingField::Position) => into.extend([(building, "north"), (building, "east")]),
            Self::Building(field) => into.push((building, of_building(field))),
            Self::Dwelling(DwellingField::Rooms) => into.push((Table::Dwellings, "rooms")),
            Self::Dwelling(DwellingField::AreaM2) => into.push((Table::Dwellings, "area_m2")),
            Self::Living => into.push((Table::Dwellings, "living")),
        }
    }
}

const fn of_person(field: PersonField) -> &'static str {
    match field {
        PersonField::Age | PersonField::BirthDate => "birth_date",
        PersonField::Sex => "sex",
        PersonField::MotherTongue => "mother_tongue",
        PersonField::Municipality => "municipality",
        PersonField::Region => "region",
        PersonField::PostalCode => "postal_code",
        PersonField::MovedIn => "moved_in",
        PersonField::Surname => "surname",
        PersonField::CallName => "call_name",
        PersonField::FirstName => "first_names",
        PersonField::Occupation => "occupation",
    }
}

const fn of_building(field: BuildingField) -> &'static str {
    match field {
        BuildingField::Use1994 => "use_1994",
        BuildingField::Class2018 => "class_2018",
        BuildingField::HeatingMethod => "heating_method",
        BuildingField::HeatingSource => "heating_source",
        BuildingField::CodeVersion => "code_version",
        BuildingField::Connections => "connections",
        BuildingField::PermitAction => "permit_action",
        BuildingField::Completed => "completed",
        BuildingField::PermitDate => "permit_date",
        BuildingField::Floors => "floors",
        BuildingField::FloorAreaM2 => "floor_area_m2",
        BuildingField::Position => "north",
    }
}
