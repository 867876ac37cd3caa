"""Who may nearly be meant by rows nobody was found for: keys M5 and M6 of a match report, row by row against everybody."""

import writing

NAMESAKES = 10
SOUNDS = {**dict.fromkeys("bfpvw", "1"), **dict.fromkeys("cgjkqsxz", "2"), **dict.fromkeys("dt", "3"), "l": "4",
          **dict.fromkeys("mn", "5"), "r": "6", **dict.fromkeys("aeiouyh", "0")}


def words(text):
    """A text as linkage compares it: base letters, single blanks."""
    return " ".join("".join(c if c.isalnum() else " " for c in writing.folded(text)).split())


def distance(one, other):
    """Edits between two texts; a swap of neighbours is one."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def similarity(one, other):
    """Jaro-Winkler."""
    window = max(max(len(one), len(other)) // 2 - 1, 0)
    used, matches = [False] * len(other), []
    for i, a in enumerate(one):
        for j in range(max(0, i - window), min(len(other), i + window + 1)):
            if not used[j] and other[j] == a:
                used[j] = True
                matches.append(a)
                break
    if not matches:
        return 0.0
    others = [b for j, b in enumerate(other) if used[j]]
    swaps = sum(a != b for a, b in zip(matches, others)) // 2
    m = len(matches)
    jaro = (m / len(one) + m / len(other) + (m - swaps) / m) / 3
    prefix = next((i for i, (a, b) in enumerate(zip(one[:4], other[:4])) if a != b), min(4, len(one), len(other)))
    return jaro + prefix * 0.1 * (1 - jaro) if jaro > 0.7 else jaro


def sound(text):
    """The first letter and the classes of up to four consonants."""
    sounds, last = "", "0"
    for letter in text.replace(" ", ""):
        kind = SOUNDS.get(letter, letter)
        if not sounds:
            sounds = letter if kind == "0" else kind
        elif kind not in ("0", last) and len(sounds) < 5:
            sounds += kind
        if letter not in "hw":
            last = kind
    return sounds


def differ_in_two(one, other):
    """Whether letters differ so much that no edit could be the only one."""
    count = lambda text: {(c, n) for c in set(text) for n in (1, 2) if text.count(c) >= n}
    return len(count(one) ^ count(other)) > 2


def near_words(one, other):
    """Whether two names are equal, a letter apart, or alike and of one sound."""
    if not one or not other:
        return False
    if one == other:
        return True
    if 1 in (len(one), len(other)):
        return False
    if " " in one + other:
        joined = one.replace(" ", "") == other.replace(" ", "")
        few, many = sorted([one.split(), other.split()], key=len)
        same = [word for word in few if word in many]
        if joined or len(same) == len(few) == len(many):
            return True
        close = lambda a, b: a == b or (min(len(a), len(b)) == 1 and a[0] == b[0]) or (
            min(len(a), len(b)) >= 4 and distance(a, b) <= 1)
        if len(same) == len(few) or same and all(any(close(word, b) for b in many) for word in few):
            return sound(one) == sound(other)
    alike, shorter = similarity(one, other), min(len(one), len(other))
    if shorter >= 4 and distance(one, other) <= 1 and not differ_in_two(one, other) or shorter >= 3 and alike >= 0.94:
        return True
    return alike >= 0.86 and sound(one) == sound(other)


def near_dates(one, other):
    """Whether one date is the other with a digit off, digits swapped, or day and month swapped."""
    if not writing.slip(one, other):
        return False
    swapped = (one.year, one.month, one.day) == (other.year, other.day, other.month)
    return swapped or distance(one.strftime("%Y%m%d"), other.strftime("%Y%m%d")) <= 1


def near_streets(one, other):
    """Whether two streets, in one word each, are nearly the same."""
    one, other = words(one), words(other)
    if not one or not other:
        return False
    return one == other or similarity(one, other) >= 0.9 or min(len(one), len(other)) >= 4 and distance(one, other) <= 2


class Nearly:
    """Counts of M5 and M6 over the persons who may be told of."""

    def __init__(self, reference, exempt, may_be):
        self.may_be = may_be
        self.people = [person for index, person in enumerate(reference.persons) if not reference.barred(index, exempt)]
        self.by_word, self.by_birth, self.by_number = {}, {}, {}
        for person in self.people:
            for name in {name[1] for name in person.surnames}:
                self.by_word.setdefault(name, []).append(person)
            self.by_birth.setdefault(person.row["birth_date"], []).append(person)
            for number in {home["number"] for home in [person.home, *person.before] if home}:
                self.by_number.setdefault(number, []).append(person)

    def counts(self, owns):
        """How many rows of status 20 either key may explain."""
        named = [own for own in owns if own["surname"][1] and own["given"][0]]
        return {"M5": sum(map(self.by_code, named)), "M6": sum(map(self.by_likeness, named))}

    def by_code(self, own):
        """M5: one person with the full name at the postal code, and few of the surname there."""
        here = [person for person in self.by_word.get(own["surname"][1], []) if own["postal"] and person.home
                and person.home["postal"] == own["postal"] and surname(own, person)]
        alone = [person for person in here if given(own, person) and writing.slip(own["birth"], person.row["birth_date"])]
        return len(alone) == 1 and len(here) <= NAMESAKES

    def by_likeness(self, own):
        """M6: all of M3 or M4 but for a slip in one part."""
        birth, first = own["birth"], own["given"][0][0]
        if birth:
            for person in self.by_birth.get(birth, []):
                if surname(own, person) and near_given(own, person):
                    return True
                if first_of(first, person) and given(own, person) and near_surname(own, person):
                    return True
            for person in self.by_word.get(own["surname"][1], []):
                if surname(own, person) and given(own, person) and near_dates(birth, person.row["birth_date"]):
                    return True
        if not own["exact"]:
            return False
        numbers = {number for number, _ in own["address"][1] if number}
        for person in [person for number in numbers for person in self.by_number.get(number, [])]:
            if not writing.slip(birth, person.row["birth_date"]):
                continue
            surnamed, called, lives = surname(own, person), given(own, person), person.lives(own)
            if lives and (surnamed and near_given(own, person) or called and near_surname(own, person)):
                return True
            if surnamed and called and self.near_home(own, person):
                return True
        return False

    def near_home(self, own, person):
        """Whether only the street differs, and nearly not."""
        street, *rest = own["address"]
        for home in [person.home, *person.before]:
            if home and any(near_streets(street, name) and self.may_be({**own, "address": (name, *rest)}, home)
                            for name in home["streets"]):
                return True
        return False


def surname(own, person):
    """Whether the surname is one of the person's."""
    return any(writing.same_surname(own["surname"], name) for name in person.surnames)


def given(own, person):
    """Whether the given names are the person's."""
    return any(person.gives(own, names) for names in person.given)


def first_of(name, person):
    """Whether a given name is one the person has or had."""
    return any(name in names for names in person.given)


def near_surname(own, person):
    """Whether the surname is nearly one of the person's; particles aside."""
    mine = words(own["surname"][1])
    return any(near_words(mine, words(name[1])) for name in person.surnames)


def near_given(own, person):
    """Whether each given name is nearly one of the person's."""
    whole, letters = own["given"]
    near = lambda name, names: any(near_words(words(name), words(other)) for other in names if other)
    return any(all(near(name, names) for name in whole) and all(any(n[:1] == c for n in names) for c in letters)
               for names in person.given)
