"""How names and addresses are read: a short normalisation of its own, for the forms that `customers` writes."""

import datetime
import re
import unicodedata

TITLES = {"tri", "prof", "rva", "hra", "dr", "herra", "rouva"}
PARTICLES = {"von", "af", "de", "la", "van", "al", "di", "da", "del", "den", "der"}
ENDINGS = [
    ("katu", ["katu", "k."]), ("tie", ["tie", "t."]), ("polku", ["polku", "p."]), ("kuja", ["kuja", "kj."]),
    ("gatan", ["gatan", "gata", "g."]), ("vägen", ["vägen", "väg", "v."]), ("stigen", ["stigen", "stig", "st."]),
    ("gränden", ["gränden", "gränd", "gr."]), ("aukio", ["aukio", "auk."]), ("esplanadi", ["esplanadi", "espl."]),
]
CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
CENTURY = {"+": 1800, **dict.fromkeys("-YXWVU", 1900), **dict.fromkeys("ABCDEF", 2000)}


def plain(text):
    """Small letters, one kind of blank and hyphen, no apostrophes."""
    text = unicodedata.normalize("NFC", text or "").lower()
    text = re.sub("['’´`]", "", text)
    text = re.sub("\\s+", " ", re.sub("[\u2010-\u2015\u2212]", "-", text)).strip()
    return re.sub(" ?- ?", "-", text)


def folded(text):
    """In base letters."""
    apart = unicodedata.normalize("NFKD", plain(text))
    return "".join(c for c in apart if not unicodedata.combining(c)).replace("ß", "ss").replace("ø", "o")


def surname(text):
    """The whole name and the name without particles, hyphens as blanks."""
    words = [word for word in plain(text).split(" ") if word and word.strip(".") not in TITLES]
    own = [word for word in words if word not in PARTICLES] or words
    return " ".join(words).replace("-", " "), " ".join(own).replace("-", " ")


def same_surname(one, other):
    """Equal, or equal but for particles that one lacks."""
    if not one[1]:
        return False
    return one[0] == other[0] or one[1] == other[1] and (one[0] == one[1] or other[0] == other[1])


def given(text):
    """Whole given names, and letters that stand for some."""
    words = [word for word in re.split("[ .]", plain(text)) if word and word not in TITLES]
    return [word for word in words if len(word) > 1], [word for word in words if len(word) == 1]


def street(text):
    """A street in one word, abbreviations written out."""
    text = re.sub("[ ,-]", "", plain(text))
    found = [(len(end), text[: -len(end)] + full) for full, ends in ENDINGS for end in ends
             if text.endswith(end) and len(text) > len(end)]
    return (max(found)[1] if found else text).replace(".", "")


def address(text):
    """Street, readings of number and stair, apartment, divider; None for what is no residence."""
    text = plain(text)
    if not text or re.match("(pl|pb) ?[0-9]|poste restante|c/o", text):
        return None
    words = re.split("[ ,]+", text)
    at = next((index for index, word in enumerate(words) if index and word[0].isdigit()), len(words))
    if at == len(words):
        return street(text), [("", None)], 0, None
    number, letter = re.fullmatch("([0-9]+(?:[-h][0-9]+)?)([a-zåäö]?)", words[at]).groups()
    attached = bool(letter)
    letters, apartment, divider = [letter] if letter else [], 0, None
    for piece in re.findall("[0-9]+|[a-zåäö]+", " ".join(words[at + 1:])):
        if piece.isdigit():
            apartment = apartment or int(piece)
        elif len(piece) == 1 and apartment:
            divider = divider or piece
        elif len(piece) == 1:
            letters.append(piece)
    if len(letters) > 1:
        readings = [(number + letters[0], letters[1])]
    elif letters:
        readings = [(number + letters[0], None), (number, letters[0])]
        readings = readings if attached else readings[::-1]
    else:
        readings = [(number, None)]
    return street(" ".join(words[:at])), readings, apartment, divider


def postal_code(text):
    """Five digits, or None."""
    match = re.match("(?:(?:fin|fi|ax|sf)[- ]*)?([0-9]{3,5})(?:[ ,]|$)", plain(text))
    return match and match[1].zfill(5)


def day(text):
    """A date, None for none, False for what is no date."""
    text = (text or "").strip()
    if not text:
        return None
    for form in ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%Y%m%d"]:
        try:
            return datetime.datetime.strptime(text, form).date()
        except ValueError:
            continue
    return False


def code(text):
    """An identity code, or the reason it is none."""
    text = re.sub("\\s", "", text or "").upper()
    if not text:
        return None, "empty"
    if len(text) != 11:
        return None, "length"
    if not text[:6].isdigit():
        return None, "date"
    if text[6] not in CENTURY:
        return None, "sign"
    try:
        datetime.date(CENTURY[text[6]] + int(text[4:6]), int(text[2:4]), int(text[:2]))
    except ValueError:
        return None, "date"
    if not text[7:10].isdigit() or int(text[7:10]) < 2:
        return None, "number"
    if CHECK[int(text[:6] + text[7:10]) % 31] != text[10]:
        return None, "check"
    return text, None


def slip(one, other):
    """Whether one date may be a slip of the other; nothing contradicts nothing."""
    if not one or not other:
        return True
    if one.year == other.year and (one.month, one.day) == (other.day, other.month):
        return True
    return (one.year == other.year) + (one.month == other.month) + (one.day == other.day) >= 2
