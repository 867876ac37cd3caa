//! Several registers side by side: which of their columns mean the same, and which of those are compared.

use super::form::Form;
use super::headings::{ALIKE, plain};
use super::mapping::{Field, Mapping, MappingError};
use crate::ids::ListName;
use crate::order::RegisterColumns;
use crate::order::deduplication::{Deduplication, KeepRule, List, Unit};

/// A column that one list has, or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The heading in the first list that has it.
    pub name: String,
    /// What it holds, where that is known by its heading or said by the order.
    pub field: Option<Field>,
    /// Its place in each list.
    pub places: Vec<Option<usize>>,
    /// Whether records are compared by it: every list has it, and the order does not leave it out.
    pub is_compared: bool,
}

/// Lists whose columns cannot be compared as the order wants.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListsError {
    /// A named heading is not there.
    #[error("list[{0}].columns.{1}: no column of the list has this heading")]
    NoSuchHeading(usize, &'static str),
    /// Two fields have one column.
    #[error("list[{0}].columns.{1}: the column is named for another field too")]
    Twice(usize, &'static str),
    /// A heading to be left out is in no list.
    #[error("deduplication.leave_out[{0}]: no list has a column with this heading")]
    NothingToLeaveOut(usize),
    /// Nothing to compare by.
    #[error("list: there is no column that every list has and that could be compared")]
    NothingInCommon,
    /// A rule or a unit needs a column that a list lacks.
    #[error("{0} needs a column {1} in every list; list {2} has none")]
    Lacking(&'static str, &'static str, ListName),
}

/// The columns of lists, in the order in which they come first; `forms` are those of the lists.
///
/// # Errors
/// [`ListsError`].
pub fn layouts(lists: &[List], asked: &Deduplication, forms: &[&Form]) -> Result<Vec<Column>, ListsError> {
    let mut all = Vec::with_capacity(lists.len());
    for (index, (list, form)) in lists.iter().zip(forms).enumerate() {
        let mapping = Mapping::of_any(&form.columns, &list.columns);
        all.push(meanings(form, &mapping.map_err(|error| of_list(index, &error))?, |_| true));
    }
    let mut columns = met(forms, all);
    choose(&mut columns, asked, forms)?;
    needed(&columns, asked, lists)?;
    Ok(columns)
}

/// The columns of lists without an order, in the order in which they come first. `ids` are the places of the identifiers;
/// all other columns that every list has are compared. A key and a day that data are of mean what their headings say.
#[must_use]
pub fn common(forms: &[&Form], ids: &[usize]) -> Vec<Column> {
    let is_held = |field: Field| !is_told_apart_by(field);
    let of_form = |form: &&Form| {
        let mapping = Mapping::of_any(&form.columns, &RegisterColumns::default()).unwrap_or_default();
        meanings(form, &mapping, is_held)
    };
    let mut columns = met(forms, forms.iter().map(of_form).collect());
    for column in &mut columns {
        let places = || column.places.iter().zip(ids);
        column.is_compared = places().all(|(place, id)| place.is_some_and(|place| place != *id));
    }
    columns
}

/// Columns of the same meaning as one. Headings that all lists have meet first; of the rest those that mean the same.
fn met(forms: &[&Form], mut all: Vec<Vec<Meaning>>) -> Vec<Column> {
    let shared: Vec<Vec<bool>> = (all.iter())
        .map(|own| own.iter().map(|meaning| all.iter().all(|list| list.contains(meaning))).collect())
        .collect();
    for (own, shared) in all.iter_mut().zip(shared) {
        let mut counts = [0_usize; ALIKE.len()];
        for (meaning, _) in own.iter_mut().zip(shared).filter(|(_, is_shared)| !is_shared) {
            let group = |name: &String| ALIKE.iter().position(|alike| alike.contains(&name.as_str()));
            if let Meaning::Heading(name, _) = meaning
                && let Some(group) = group(name)
            {
                *meaning = Meaning::Alike(group, counts[group]);
                counts[group] += 1;
            }
        }
    }
    let mut columns: Vec<(Meaning, Column)> = Vec::new();
    for (index, (own, form)) in all.into_iter().zip(forms).enumerate() {
        for (place, meaning) in own.into_iter().enumerate() {
            let at = columns.iter().position(|(other, _)| *other == meaning).unwrap_or_else(|| {
                let name = form.columns.get(place).cloned().unwrap_or_default();
                let (field, places) = (meaning.field(), vec![None; forms.len()]);
                columns.push((meaning, Column { name, field, places, is_compared: false }));
                columns.len() - 1
            });
            columns[at].1.places[index] = Some(place);
        }
    }
    columns.into_iter().map(|(_, column)| column).collect()
}

/// Whether a field tells rows apart, or how old they are, and not people.
const fn is_told_apart_by(field: Field) -> bool {
    matches!(field, Field::Key | Field::ValueDate)
}

/// What makes columns of two lists one: the field they hold, or a heading, or headings of the same meaning, and how many
/// had it before.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Meaning {
    Field(Field),
    Heading(String, usize),
    Alike(usize, usize),
}

impl Meaning {
    const fn field(&self) -> Option<Field> {
        match self {
            Self::Field(field) => Some(*field),
            Self::Heading(..) | Self::Alike(..) => None,
        }
    }
}

/// The meanings of a list's columns, of fields those that are to be known.
fn meanings(form: &Form, mapping: &Mapping, is_known: impl Fn(Field) -> bool) -> Vec<Meaning> {
    let field_of = |place| {
        let mut fields = Field::ALL.iter().copied().filter(|field| is_known(*field));
        fields.find(|field| mapping.column(*field) == Some(place))
    };
    let mut meanings: Vec<Meaning> = Vec::with_capacity(form.columns.len());
    for (place, heading) in form.columns.iter().enumerate() {
        let name = plain(heading);
        let is_same = |other: &&Meaning| matches!(other, Meaning::Heading(heading, _) if *heading == name);
        let before = meanings.iter().filter(is_same).count();
        meanings.push(field_of(place).map_or_else(|| Meaning::Heading(name, before), Meaning::Field));
    }
    meanings
}

const fn of_list(index: usize, error: &MappingError) -> ListsError {
    match error {
        MappingError::NoSuchHeading(field) => ListsError::NoSuchHeading(index, field),
        MappingError::Twice(field) => ListsError::Twice(index, field),
        MappingError::NoKey => ListsError::NothingInCommon,
    }
}

/// Marks the columns that are compared.
fn choose(columns: &mut [Column], asked: &Deduplication, forms: &[&Form]) -> Result<(), ListsError> {
    let folded = |heading: &String| heading.trim().to_lowercase();
    let has = |form: &&Form, wanted: &String| form.columns.iter().any(|heading| folded(heading) == *wanted);
    let left_out: Vec<String> = asked.leave_out.iter().map(folded).collect();
    if let Some(unknown) = left_out.iter().position(|wanted| !forms.iter().any(|form| has(form, wanted))) {
        return Err(ListsError::NothingToLeaveOut(unknown));
    }
    for column in columns.iter_mut() {
        let is_left_out = column.places.iter().zip(forms).any(|(place, form)| {
            let heading = place.and_then(|place| form.columns.get(place));
            heading.is_some_and(|heading| left_out.contains(&folded(heading)))
        });
        let is_apart = column.field.is_some_and(is_told_apart_by);
        column.is_compared = column.places.iter().all(Option::is_some) && !is_left_out && !is_apart;
    }
    if columns.iter().any(|column| column.is_compared) { Ok(()) } else { Err(ListsError::NothingInCommon) }
}

/// Whether every list has what unit and rules need.
fn needed(columns: &[Column], asked: &Deduplication, lists: &[List]) -> Result<(), ListsError> {
    let household: &[Field] =
        if asked.per == Unit::Household { &[Field::StreetAddress, Field::PostalCode] } else { &[] };
    let newest: &[Field] = if asked.keep.contains(&KeepRule::Newest) { &[Field::ValueDate] } else { &[] };
    let needs = household.iter().map(|field| ("deduplication.per: household", *field));
    for (who, field) in needs.chain(newest.iter().map(|field| ("deduplication.keep: newest", *field))) {
        let column = columns.iter().find(|column| column.field == Some(field));
        let has = |index: usize| column.is_some_and(|column| column.places[index].is_some());
        if let Some((_, list)) = lists.iter().enumerate().find(|(index, _)| !has(*index)) {
            return Err(ListsError::Lacking(who, field.name(), list.name.clone()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;
    use crate::order::parse;

    fn told(extra: &str, headings: &[&str]) -> Result<Vec<String>, String> {
        let lists: String =
            (0..headings.len()).map(|n| format!("[[list]]\nname = \"l{n}\"\nid = \"r-{n}\"\n")).collect();
        let order = format!(
            "kind = \"deduplication\"\ncustomer = \"acme\"\npermit = \"P-1\"\npurpose = \"register-update\"\n\
             delivery = {{ recipient = \"acme\" }}\n{lists}[deduplication]\n{extra}"
        );
        let order = parse::order(order.as_bytes(), Format::Toml).unwrap().value;
        let forms: Vec<Form> =
            headings.iter().map(|text| Form::named(text.as_bytes(), true, &[]).unwrap()).collect();
        let forms: Vec<&Form> = forms.iter().collect();
        let columns = layouts(&order.lists, order.deduplication.as_ref().unwrap(), &forms);
        let columns = columns.map_err(|error| error.to_string())?;
        Ok(columns.into_iter().filter(|column| column.is_compared).map(|column| column.name).collect())
    }

    #[test]
    fn columns_meet_by_what_they_hold() {
        let person = "per = \"person\"";
        let lists = ["id;Sukunimi;etunimet;puhelin;oma", "efternamn;förnamn;kundnr;Puhelin;x"];
        assert_eq!(told(person, &lists).unwrap(), ["Sukunimi", "etunimet", "puhelin"]);
        assert_eq!(told(person, &["a;a;b"]).unwrap(), ["a", "a", "b"]);
        let less = "per = \"person\"\nleave_out = [\"Förnamn\"]";
        assert_eq!(told(less, &lists).unwrap(), ["Sukunimi", "puhelin"]);
    }

    #[test]
    fn columns_without_a_field_meet_by_headings_that_mean_the_same() {
        let lists = ["sukunimi;gsm;puhelin;sähköposti;kaupunki", "E-post;telefon;puhelin;efternamn;ort"];
        let expected = ["sukunimi", "gsm", "puhelin", "sähköposti", "kaupunki"];
        assert_eq!(told("per = \"person\"", &lists).unwrap(), expected);
        let forms = lists.map(|text| Form::named(text.as_bytes(), true, &[]).unwrap());
        let columns = common(&forms.each_ref(), &[3, 0]);
        let places = |column: &Column| (column.name.clone(), column.places[1].unwrap_or(9));
        let found: Vec<(String, usize)> =
            columns.iter().filter(|column| column.is_compared).map(places).collect();
        let expected = [("sukunimi", 3), ("gsm", 1), ("puhelin", 2), ("kaupunki", 4)];
        assert_eq!(found, expected.map(|(name, place)| (name.to_owned(), place)));
    }

    #[test]
    fn what_is_lacking_is_told() {
        let rows = [
            ("per = \"person\"", vec!["id;a", "id;b"], "list: there is no column"),
            ("per = \"person\"", vec!["id;x"], ""),
            ("per = \"household\"", vec!["id;x"], "household needs a column street_address"),
            ("per = \"person\"\nkeep = \"newest\"", vec!["id;x"], "newest needs a column value_date"),
            ("per = \"person\"\nleave_out = [\"y\"]", vec!["id;x"], "leave_out[0]: no list"),
        ];
        for (asked, headings, expected) in rows {
            let told = told(asked, &headings).err().unwrap_or_default();
            assert!(told.contains(expected) && told.is_empty() == expected.is_empty(), "{asked}: {told}");
        }
    }
}
