//! Judged pairs as a customer writes them: the columns of the output `pairs`, and `same` with a person's judgement.

use super::headings::plain;

/// A column that judged pairs lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "deduplication.reviews: there is no column {0}; judged pairs have list_a, customer_key_a or row_a, list_b, customer_key_b or row_b, and same, as the output pairs has them"
)]
pub struct ReviewsError(pub &'static str);

/// Columns of judged pairs, by place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReviewColumns {
    /// Of the first record and of the second.
    pub sides: [SideColumns; 2],
    /// The judgement.
    pub same: usize,
}

/// What tells a record of a pair; a key or a row is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SideColumns {
    /// The name of its list.
    pub list: usize,
    /// The customer's own key.
    pub key: Option<usize>,
    /// The number of its row in the list, from 1.
    pub row: Option<usize>,
}

impl ReviewColumns {
    /// Finds the columns by their headings.
    ///
    /// # Errors
    /// The first that is not there.
    pub fn of(headings: &[String]) -> Result<Self, ReviewsError> {
        let place = |name: &str| headings.iter().position(|heading| plain(heading) == plain(name));
        let need = |name: &'static str| place(name).ok_or(ReviewsError(name));
        let side = |list, key: &'static str, row| -> Result<SideColumns, ReviewsError> {
            let side = SideColumns { list: need(list)?, key: place(key), row: place(row) };
            if side.key.or(side.row).is_some() { Ok(side) } else { Err(ReviewsError(key)) }
        };
        let sides = [side("list_a", "customer_key_a", "row_a")?, side("list_b", "customer_key_b", "row_b")?];
        Ok(Self { sides, same: need("same")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_told_by_its_list_and_its_key_or_row() {
        let of = |headings: &str| {
            let headings: Vec<String> = headings.split(',').map(str::to_owned).collect();
            ReviewColumns::of(&headings)
        };
        let whole = of("list_a,row_a,customer_key_a,list_b,row_b,customer_key_b,weight,same").unwrap();
        assert_eq!(whole.sides[1], SideColumns { list: 3, key: Some(5), row: Some(4) });
        assert_eq!(whole.same, 7);
        assert_eq!(of("same,list_a,row_a,list_b,customer_key_b").unwrap().sides[0].row, Some(2));
        assert_eq!(of("list_a,row_a,list_b,row_b"), Err(ReviewsError("same")));
        assert_eq!(of("list_a,list_b,row_b,same"), Err(ReviewsError("customer_key_a")));
    }
}
