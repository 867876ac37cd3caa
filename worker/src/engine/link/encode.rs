//! Columns as codes of prepared values.

use std::sync::Arc;

use super::kind::Kind;
use super::load::LOADED;
use super::locale::Locale;
use super::numbers::wide;
use super::table::Column;
use super::values::{Gather, Shape, Values};
use super::written::{DateOrder, prepare as prepare_text};

/// The code of a text that was not met yet.
const NEW: u32 = u32::MAX;

/// The values of columns that share their codes, and each column's codes, rows in the order of `origin`.
pub(crate) fn encode(
    group: &[usize],
    chosen: &[(&Column, Kind)],
    locale: Locale,
    origin: &[u32],
) -> (Arc<Values>, Vec<Vec<u32>>) {
    let shape = group.first().map_or(Shape::Same, |index| Shape::of(chosen[*index].1));
    let mut gather = Gather::new(shape);
    let of_column = |index: &usize| encode_column(chosen[*index], locale, origin, &mut gather);
    let codes = group.iter().map(of_column).collect();
    (Arc::new(gather.finish()), codes)
}

fn encode_column(
    (column, kind): (&Column, Kind),
    locale: Locale,
    origin: &[u32],
    gather: &mut Gather,
) -> Vec<u32> {
    let order = if kind == Kind::Date { DateOrder::of(column.texts.iter()) } else { DateOrder::default() };
    let mut known: Vec<u32> = vec![NEW; column.texts.count()];
    let mut codes = Vec::with_capacity(origin.len());
    let (mut met, mut new, mut prepared) = (Vec::new(), Vec::new(), Vec::new());
    for rows in origin.chunks(LOADED) {
        met.clear();
        met.extend(rows.iter().map(|row| column.codes[wide(*row)]));
        new.clear();
        new.extend(met.iter().copied().filter(|text| known[wide(*text)] == NEW));
        column.texts.load(&new);
        prepared.clear();
        let read = |text: &u32| prepare_text(kind, &locale.read(kind, column.texts.text(*text)), order);
        prepared.extend(new.iter().map(read));
        let mut texts = new.iter();
        gather.codes(&prepared, |code| texts.next().into_iter().for_each(|text| known[wide(*text)] = code));
        codes.extend(met.iter().map(|text| known[wide(*text)]));
    }
    codes
}
