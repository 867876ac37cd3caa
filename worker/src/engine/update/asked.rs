//! What a row asks, as one number, so that the rows of one order can be found again in another.

use super::RowKeys;
use super::hash::Hashing;

impl RowKeys<'_> {
    /// All that decides whom the row stands for, as one hash: rows that are written alike ask the same.
    pub(super) fn asked(&self, hashing: Hashing) -> u64 {
        let joined = |all: u64, [one, other]: [u64; 2]| hashing.join([all, one, other]);
        let day = u64::from(self.birth.cast_unsigned()) << 1 | u64::from(self.is_birth_faulty);
        let fault = self.code_fault.map_or(0, |reason| hashing.text(reason.name()));
        let mut all = joined(fault, [self.code, day]);
        if let Some(names) = &self.names {
            all = joined(all, [names.surname.whole, names.surname.bare]);
            all = names.given.iter().fold(all, |all, name| joined(all, [1, *name]));
            all = names.initials.iter().fold(all, |all, letter| joined(all, [2, u64::from(*letter)]));
        }
        if let Some(address) = &self.address {
            let letter = |letter: Option<char>| letter.map_or(0, u64::from);
            all = joined(all, [address.street, u64::from(self.postal_code)]);
            all = joined(all, [address.apartment.into(), letter(address.divider)]);
            let readings = address.readings.iter();
            all = readings.fold(all, |all, (number, stair)| joined(all, [*number, letter(*stair)]));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::testing::registers::columns;
    use crate::engine::update::given::Readers;
    use crate::engine::update::rows::Rows;

    /// What rows of `code;surname;given names;date of birth;address;postal code` ask.
    fn asked(rows: &[&str]) -> Vec<u64> {
        let heading = "hetu;sukunimi;etunimet;syntymäaika;katuosoite;postinumero";
        let text = format!("{heading}\n{}\n", rows.join("\n"));
        let (mapping, columns) = columns(&text);
        let hashing = Hashing::new(&[3; 32]);
        let rows = Rows::new(&mapping, &columns, &Readers::new(hashing));
        rows.iter().map(|row| row.asked(hashing)).collect()
    }

    #[test]
    fn a_row_written_in_another_way_asks_the_same() {
        for (one, other) in [
            (";Virtanen;Anna Maija;1990-05-02;;", ";VIRTANEN;anna  maija;2.5.1990;;"),
            (";Mäki;Åke;;Hämeenkatu 5 A 3;33100", ";mäki;Åke;;HÄMEENK. 5 A 3;FI-33100"),
            ("010190-901R;;;;Katu 1;00100", "010190-901R;;;;Toinen katu 2;33100"),
        ] {
            let both = asked(&[one, other]);
            assert_eq!(both[0], both[1], "{one} / {other}");
        }
    }

    #[test]
    fn a_row_that_may_be_answered_in_another_way_asks_something_else() {
        let rows = [
            ";Virtanen;Anna;1990-05-02;Hämeenkatu 5 A 3;33100",
            ";Virtonen;Anna;1990-05-02;Hämeenkatu 5 A 3;33100",
            ";Virtanen;Anne;1990-05-02;Hämeenkatu 5 A 3;33100",
            ";Virtanen;A.;1990-05-02;Hämeenkatu 5 A 3;33100",
            ";Virtanen;Anna;1990-05-03;Hämeenkatu 5 A 3;33100",
            ";Virtanen;Anna;1990-02-30;Hämeenkatu 5 A 3;33100",
            ";Virtanen;Anna;;Hämeenkatu 5 A 3;33100",
            ";Virtanen;Anna;1990-05-02;Hämeenkatu 6 A 3;33100",
            ";Virtanen;Anna;1990-05-02;Hämeenkatu 5 A 4;33100",
            ";Virtanen;Anna;1990-05-02;Hämeenkatu 5 A 3;33200",
            "010190-9xx;Virtanen;Anna;1990-05-02;Hämeenkatu 5 A 3;33100",
            "010190-9012;Virtanen;Anna;1990-05-02;Hämeenkatu 5 A 3;33100",
            ";;;;;",
        ];
        let mut all = asked(&rows);
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), rows.len());
    }
}
