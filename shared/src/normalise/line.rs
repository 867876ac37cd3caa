//! The parts of an address line, word by word.
//!
//! ```text
//! [c/o name,] street number[letter][-number] [stair] [as. | bost.] apartment[divider]
//! ```

use smallvec::SmallVec;

use super::text::primary;
use super::{Address, Kind, Locale, street};

/// Words between the stair and the apartment, without full stops.
const APARTMENT_WORDS: &[&str] =
    &["as", "asunto", "bost", "bostad", "huon", "huoneisto", "hst", "lgh", "lägenhet", "apt"];
/// Words before a stair.
const STAIR_WORDS: &[&str] = &["rappu", "porras", "rap", "trappa", "uppgång"];
/// Beginnings of post boxes; a number follows.
const BOXES: &[&str] = &["pl", "pb", "p.l.", "p.b.", "p.o. box", "po box", "p.o.box", "postilokero", "box"];

pub(super) fn parse(text: &str, locale: Locale) -> Address {
    let line = primary(text);
    if line.is_empty() {
        return Address::default();
    }
    let (care_of, line) = care_of(&line);
    let mut address = residence(line, locale);
    if let Some(number) = post_box(line) {
        address = Address { kind: Kind::PoBox, street: number, ..Address::default() };
    } else if line.starts_with("poste restante") || line.starts_with("postirestante") {
        address = Address { kind: Kind::PosteRestante, ..Address::default() };
    } else if line.is_empty() {
        address = Address { kind: Kind::CareOf, ..Address::default() };
    }
    address.care_of = care_of;
    address
}

/// Splits off `c/o Mikko Meikäläinen`; what follows a comma is the address.
fn care_of(line: &str) -> (Option<String>, &str) {
    let mark = |mark: &&str| line.find(mark).map(|at| (at, mark.len()));
    // Next to no line has a mark, which is told by one character.
    let mark = line.contains(['/', '℅']).then(|| ["c/o ", "c/o", "℅ "].iter().find_map(mark)).flatten();
    let Some((start, length)) = mark else { return (None, line) };
    let (before, after) =
        (line.get(..start).unwrap_or_default(), line.get(start + length..).unwrap_or_default());
    let (name, after) = after.split_once(',').unwrap_or((after, ""));
    let before = before.trim_matches([' ', ',']);
    let rest = if before.is_empty() { after.trim() } else { before };
    (Some(name.trim().to_owned()).filter(|name| !name.is_empty()), rest)
}

fn post_box(line: &str) -> Option<String> {
    // Next to no line begins as one, which is told by one letter.
    line.starts_with(['p', 'b']).then_some(())?;
    BOXES.iter().find_map(|name| {
        let rest = line.strip_prefix(name)?;
        let number = rest.trim_start_matches(['.', ' ', ':']);
        let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
        (!digits.is_empty()).then_some(digits)
    })
}

/// Runs of digits, runs of letters, and signs: of a word or two, few enough to lie on the stack.
type Pieces<'a> = SmallVec<[&'a str; 8]>;

/// A run of digits, a run of letters, or a sign.
fn pieces(word: &str) -> Pieces<'_> {
    let class = |c: char| {
        if c.is_ascii_digit() {
            0
        } else if c.is_alphabetic() {
            1
        } else {
            2
        }
    };
    let mut pieces = Pieces::new();
    let mut start = 0;
    let mut last = None;
    for (at, c) in word.char_indices() {
        if last.is_some_and(|last| last != class(c) || class(c) == 2) {
            pieces.push(word.get(start..at).unwrap_or_default());
            start = at;
        }
        last = Some(class(c));
    }
    pieces.push(word.get(start..).unwrap_or_default());
    pieces
}

fn residence(line: &str, locale: Locale) -> Address {
    let words: Pieces<'_> = line.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let is_number = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit());
    // A street may begin with a number itself, as 3. linja does.
    let at = words.iter().skip(1).position(is_number).map_or(words.len(), |at| at + 1);
    let street = street::key_of_words(words.get(..at).unwrap_or_default(), locale);
    let mut address = Address { kind: Kind::Residence, street, ..Address::default() };
    if let Some((number, _)) = words.get(at..).and_then(<[&str]>::split_first) {
        let mut rest = house(number, &mut address);
        rest.extend(words.iter().skip(at + 1).flat_map(|word| pieces(word)));
        dwelling(&rest, number.len() > address.number.len(), &mut address);
    }
    address
}

/// Reads the house number; what is left of its word.
fn house<'a>(word: &'a str, address: &mut Address) -> Pieces<'a> {
    let pieces = pieces(word);
    let is_digits = |piece: &&str| piece.starts_with(|c: char| c.is_ascii_digit());
    let mut taken = 1;
    // 10h5, and ranges: 10-12, 10/12, 2a-4.
    while let (Some(sign), Some(next)) = (pieces.get(taken), pieces.get(taken + 1)) {
        let is_joint = matches!(*sign, "-" | "h" | "/");
        if !is_joint || !is_digits(next) {
            break;
        }
        taken += 2;
    }
    let number = pieces.get(..taken).unwrap_or_default().iter();
    address.number = number.map(|piece| if *piece == "/" { "-" } else { piece }).collect();
    pieces.into_iter().skip(taken).collect()
}

/// Reads what stands behind the house number.
fn dwelling(pieces: &[&str], is_attached: bool, address: &mut Address) {
    let mut letters: SmallVec<[(char, bool); 4]> = SmallVec::new();
    let mut is_stair_due = false;
    for (index, piece) in pieces.iter().enumerate() {
        let mut chars = piece.chars();
        let first = chars.next().unwrap_or(' ');
        if first.is_ascii_digit() {
            if address.apartment == 0 {
                address.apartment = piece.parse().unwrap_or(0);
            }
        } else if STAIR_WORDS.contains(piece) {
            is_stair_due = true;
        } else if first.is_alphabetic() && chars.next().is_none() {
            if std::mem::take(&mut is_stair_due) {
                address.stair = Some(first);
            } else if address.apartment > 0 {
                address.divider = address.divider.or(Some(first));
            } else {
                letters.push((first, is_attached && index == 0));
            }
        } else if first.is_alphabetic() && !APARTMENT_WORDS.contains(piece) {
            // A village or a farm: nothing of the dwelling follows.
            break;
        }
    }
    match letters.as_slice() {
        [] => {}
        [(letter, attached)] => (address.letter, address.is_letter_attached) = (Some(*letter), *attached),
        [(letter, attached), (stair, _), ..] => {
            (address.letter, address.is_letter_attached) = (Some(*letter), *attached);
            address.stair = Some(*stair);
        }
    }
}
