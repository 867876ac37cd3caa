"""Random extraction orders, as data and as TOML."""

import random

import program
import trees

KEEPS = ["random", "oldest", "youngest", "woman-first", "man-first"]
FIELDS = ["municipality", "mother_tongue", "age", "sex", "birth_date"]
MARKS = {"surname", "call_name", "first_name", "birth_date", "moved_in", "completed", "permit_date", "position", "postal_code"}
DATES = [None, program.AS_OF, "2026-12-01", "2027-02-28", "2027-03-01"]


def may_identify(tree):
    """Whether criteria may be refused because they identify persons: more than one name, date or place."""
    return sum(name in MARKS for name in _names(tree)) > 1


def _names(tree):
    """The fields of criteria, without persons or buildings before them."""
    if "field" in tree:
        return [tree["field"].rsplit(".", 1)[1]]
    return [name for part in tree.get("all") or tree.get("any") or [tree["not"]] for name in _names(part)]


class Generator:
    """Draws orders of which most are large enough to be delivered."""

    def __init__(self, values, people, seed):
        self._chance = random.Random(seed)
        self._trees = trees.Generator(values, seed, open_ends=False)
        self._people = people

    def order(self, index):
        """One order; its register, if any, is (file name, bytes, codes)."""
        chance = self._chance
        order = {"criteria": self._criteria(), "reference_date": chance.choice(DATES)}
        order["purpose"] = chance.choice(["direct-marketing", "market-research", "opinion-research"])
        per = chance.choice(["none", "person", "household", "household", "family", "family"])
        order["dedup"] = {"per": per, "keep": KEEPS[index % len(KEEPS)]}
        order["sample"] = self._sample(index)
        order["fields"] = ["name", "address", *chance.sample(FIELDS, chance.randint(0, 3))]
        order["format"] = "csv" if index % 4 else "parquet"
        if index % 3 == 0:
            order["register"] = {"use": chance.choice(["subtract", "intersect"]), "file": self._register(index)}
        return order

    def _criteria(self):
        """Wide enough that a sample is left: a wide range of ages, and a tree or not that tree."""
        low = self._chance.randint(0, 30)
        ages = {"field": "person.age", "between": [low, low + self._chance.randint(35, 60)]}
        if self._chance.random() < 0.4:
            return ages
        tree = next(tree for tree in iter(lambda: self._trees.tree(2), None) if not may_identify(tree))
        return {"any": [{"all": [ages, tree]}, {"field": "person.age", "between": [40, 60]}]}

    def _sample(self, index):
        chance = self._chance
        size = chance.choice([150, 400, 1000, 3000])
        kind = index % 6
        if kind == 0:
            return {"method": "all"}
        sample = {"method": "systematic", "size": size, "shortage": "take-all"}
        if kind == 1:
            return sample
        groups = self._groups()
        if kind == 5:
            for group in groups:
                del group["weight"]
                group["size"] = chance.randint(25, 300)
            return {"method": "systematic", "shortage": "take-all", "group": groups}
        if kind in (3, 4):
            sample["weighting"] = "rates"
        return {**sample, "group": groups}

    def _groups(self):
        chance = self._chance
        groups = [
            {"name": "naiset", "criteria": {"field": "person.sex", "eq": "2"}},
            {"name": "vanhat", "criteria": {"field": "person.age", "between": [60, 120]}},
            {"name": "keski-ikäiset", "criteria": {"field": "person.age", "between": [35, 59]}},
        ]
        chance.shuffle(groups)
        groups = groups[: chance.randint(1, 3)]
        if chance.random() < 0.6:
            groups.append({"name": "muut", "criteria": {"field": "person.age", "between": [0, 150]}})
        for group in groups:
            group["weight"] = chance.choice([1, 2, 1.5, 0.1, 60, 33.3, 100])
        return groups

    def _register(self, index):
        """A customer's own register: known and previous codes, doubles, damaged lines."""
        chance = self._chance
        codes = chance.sample(self._people, min(len(self._people), chance.choice([500, 5000])))
        codes += chance.sample(codes, 50) + [code.lower() for code in chance.sample(codes, 20)]
        codes += ["010101-0000", "kissa", "311299-8990", ""]
        chance.shuffle(codes)
        separator, encoding = chance.choice([",", ";", "\t"]), chance.choice(["utf-8", "utf-8-sig", "latin-1"])
        end = chance.choice(["\n", "\r\n"])
        lines = ["hetu"] if index % 2 else []
        lines += codes
        if index % 4 >= 2:
            lines = [f"{number}{separator}{code}{separator}Määttä" for number, code in enumerate(lines)]
            if index % 2:
                lines[0] = separator.join(["asiakas", "hetu", "nimi"])
        return f"own-{index}.csv", (end.join(lines) + end).encode(encoding), codes


def toml(order):
    """The order as a customer would write it."""
    lines = ['kind = "extraction"', 'customer = "acme"', 'permit = "P-2026-0001"']
    lines.append(f'purpose = "{order["purpose"]}"')
    if order["reference_date"]:
        lines.append(f"reference_date = {order['reference_date']}")
    criteria = order["criteria"]
    lines += ["", "[criteria]", *(f"{key} = {program.literal(value)}" for key, value in criteria.items())]
    if "register" in order:
        lines += ["", "[register]", f'file = "{order["register"]["file"][0]}"', f'use = "{order["register"]["use"]}"']
    lines += ["", "[dedup]", f'per = "{order["dedup"]["per"]}"', f'keep = "{order["dedup"]["keep"]}"']
    sample = dict(order["sample"])
    groups = sample.pop("group", [])
    lines += ["", "[sample]", *(f"{key} = {program.literal(value)}" for key, value in sample.items())]
    for group in groups:
        lines += ["", "[[sample.group]]", *(f"{key} = {program.literal(value)}" for key, value in group.items())]
    lines += ["", "[delivery]", 'recipient = "posti-jakelu"', f'format = "{order["format"]}"']
    lines.append(f"fields = {program.literal(order['fields'])}")
    return "\n".join(lines) + "\n"
