//! Columns that are named one by one, and not in an order.

use super::mapping::Field;
use crate::order::RegisterColumns;

/// The columns of fields given one by one as `FIELD=HEADING`, as a command line or a query of a URL has them.
///
/// # Errors
/// What is not of this form, names no field, or a field twice.
pub fn named_columns<'g>(given: impl IntoIterator<Item = &'g str>) -> Result<RegisterColumns, NamingError> {
    let mut columns = RegisterColumns::default();
    for given in given {
        let (name, heading) = given.split_once('=').ok_or(NamingError::Form)?;
        let field = Field::ALL.iter().find(|field| field.name() == name).ok_or(NamingError::Field)?;
        if field.named(&columns).is_some() {
            return Err(NamingError::Twice(field.name()));
        }
        field.name_in(&mut columns, heading.to_owned());
    }
    Ok(columns)
}

/// Columns that are named in no way that can be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NamingError {
    /// No field or no heading.
    #[error("must be FIELD=HEADING")]
    Form,
    /// No such field.
    #[error("fields are {}", Field::ALL.iter().map(|field| field.name()).collect::<Vec<_>>().join(", "))]
    Field,
    /// Two headings for one field.
    #[error("{0} is given twice")]
    Twice(&'static str),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer_register::Mapping;

    #[test]
    fn columns_are_named_one_by_one() {
        let headings = ["nro", "suku=nimi", "Hetu"].map(str::to_owned);
        let columns = named_columns(["surname=suku=nimi", "key=nro"]).unwrap();
        assert_eq!((columns.surname.as_deref(), columns.key.as_deref()), (Some("suku=nimi"), Some("nro")));
        let mapping = Mapping::of_any(&headings, &columns).unwrap();
        let meant = mapping.columns(&headings);
        let expected = RegisterColumns { identity_code: Some("Hetu".to_owned()), ..columns };
        assert_eq!(meant, expected);
        for (given, error) in [
            (&["surname"][..], NamingError::Form),
            (&["nimi=x"], NamingError::Field),
            (&["key=a", "key=b"], NamingError::Twice("key")),
        ] {
            assert_eq!(named_columns(given.iter().copied()), Err(error));
        }
    }
}
