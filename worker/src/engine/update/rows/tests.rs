//! Rows alone, among others and put behind others.

use super::*;
use crate::engine::testing::registers::columns;
use crate::engine::update::hash::Hashing;

fn rows(text: &str) -> Rows {
    let (mapping, columns) = columns(text);
    Rows::new(&mapping, &columns, &Readers::new(Hashing::new(&[3; 32])))
}

#[test]
fn a_row_is_the_same_among_others_and_put_behind_others() {
    let text = "hetu;sukunimi;etunimet;syntymäaika;katuosoite;postinumero;kotikunta;äidinkieli;sukupuoli\n\
                ;;;;;;;;\n\
                010190-901R;;;;Katu 1;00100;;;\n\
                010190-9xx;Virtanen;Anna M.;1990-05-02;Hämeenkatu 5 A 3;33100;837;fi;2\n\
                ;Mäki;Åke;31.2.1990;PL 5;;;sv;\n\
                ;;;;;;;;\n";
    let made = rows(text);
    assert_eq!((made.len(), made.codes().len()), (5, 5));
    let mut put = Rows::default();
    made.iter().for_each(|row| put.push(&row));
    assert!(made.iter().eq(put.iter()));
    put.append(rows(text));
    assert!(made.iter().chain(made.iter()).eq(put.iter()));
    let mut put = Rows::default();
    made.iter().for_each(|row| put.push(&row));
    assert!(put.codes().len() < 5, "a column ends behind the last row that has something");
    let [none, code, all, odd] = [0, 1, 2, 3].map(|row| made.row(row));
    assert_eq!(none, made.row(4));
    assert_eq!((none.code, none.names, none.birth, none.address), (0, None, NULL_I32, None));
    // Beside a code alone an address is no key.
    assert!(code.code != 0 && code.address.is_none() && code.postal_code == 101);
    assert!(all.is_named() && all.code == 0 && all.code_fault.is_some());
    assert_eq!((all.numbers().count(), all.postal_code, all.language, all.sex), (2, 33_101, *b"fi", 2));
    assert!(odd.is_birth_faulty && odd.birth == NULL_I32 && odd.address.is_none());
}

#[test]
fn a_row_alone_is_as_it_is_among_others_whatever_columns_there_are() {
    for text in [
        "hetu;katuosoite\n010190-901R;Katu 1\n;Katu 2\n010190-9xx;\n",
        "hetu;sukunimi;sukupuoli\n;Virtanen;mies\n010190-901R;;\n;;N\n",
        "hetu;etunimet\n010190-901R;Anna\n;A.\n;\n",
        "sukunimi;etunimet;syntymäaika;muutospäivä\nVirtanen;Anna;1990-05-02;2026-01-02\n;;;\nvon Essen;;2.5.1990;x\n",
        "sukunimi;etunimet;katuosoite;postinumero\nMäki;Åke;Hämeenk. 5 A 3;331\n;;PL 7;\n;;;00100\n",
        "sukunimi;etunimet;syntymäaika\n",
    ] {
        let (heading, lines) = text.split_once('\n').unwrap();
        let all = rows(text);
        assert_eq!(all.len(), lines.lines().count(), "{heading}");
        for (index, line) in lines.lines().enumerate() {
            let alone = rows(&format!("{heading}\n{line}\n"));
            assert_eq!(all.row(index), alone.row(0), "{heading}, row {index}");
        }
    }
    let row = "sukunimi;etunimet;syntymäaika;muutospäivä\nVirtanen;Anna;1990-05-02;2026-01-02\n";
    let made = rows(row);
    assert!(made.row(0).birth_is_given() && made.row(0).is_named());
    assert_eq!(made.row(0).value_date, 20_455);
}
