"""Random criteria over every field and operator, with values drawn from the register itself."""

import random

CODES = {
    "person.sex": "sex", "person.mother_tongue": "mother_tongue", "person.municipality": "municipality",
    "person.region": "region", "person.postal_code": "address_postal_code",
}
NAMES = {"person.surname": "surname", "person.call_name": "call_name", "person.first_name": "given_names"}
DATES = {"person.birth_date": "birth_date", "person.moved_in": "moved_in"}
NUMBERS = {
    "person.age": None, "household.size": "household_size", "dwelling.rooms": "rooms", "dwelling.area_m2": "area_m2",
}
BUILDING_CODES = ["use_1994", "class_2018", "heating_method", "heating_source", "permit_action"]
BUILDING_DATES = ["completed", "permit_date"]
BUILDING_NUMBERS = ["floors", "floor_area_m2"]
CONNECTIONS = ["sewer", "water", "electricity", "gas", "cable"]


class Values:
    """A sample of the values of each column, nulls left out."""

    def __init__(self, db, size=400):
        self._db = db
        self._size = size
        self._kept = {}

    def of(self, column):
        if column not in self._kept:
            table = "owned" if column.startswith("owns_") else "person"
            rows = self._db.execute(
                f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"
                f" ORDER BY hash({column}::TEXT || rowid::TEXT) LIMIT {self._size}"
            ).fetchall()
            values = [value for (value,) in rows]
            if values and isinstance(values[0], list):
                values = [given for names in values for given in names if given]
            self._kept[column] = values
        return self._kept[column]


class Generator:
    """Draws trees; the same seed gives the same trees."""

    def __init__(self, values, seed, open_ends=True):
        self._values = values
        self._open_ends = open_ends
        self._chance = random.Random(seed)
        self.used = {}

    def tree(self, depth):
        """A node of at most this depth."""
        roll = self._chance.random()
        if depth == 0 or roll < 0.35:
            return self._predicate()
        if roll < 0.5:
            return {"not": self.tree(depth - 1)}
        join = "all" if roll < 0.75 else "any"
        return {join: [self.tree(depth - 1) for _ in range(self._chance.choice([1, 2, 2, 3, 4]))]}

    def every_predicate(self):
        """One predicate for each field and operator, for a first pass without luck."""
        found = []
        for make in self._makers():
            for operator in make[2]:
                found.append(make[0](make[1], operator))
        return found

    def _predicate(self):
        make, field, operators = self._chance.choice(self._makers())
        return make(field, self._chance.choice(operators))

    def _makers(self):
        """(function, field, operators) of every field."""
        makers = [(self._code, field, ["eq", "in"]) for field in CODES]
        makers.append((self._code, "person.postal_code", ["prefix"]))
        makers += [(self._name, field, ["eq", "in", "prefix"]) for field in NAMES]
        makers.append((self._occupation, "person.occupation", ["contains"]))
        makers += [(self._date, field, ["eq", "in", "between"]) for field in DATES]
        makers += [(self._number, field, ["eq", "in", "between"]) for field in NUMBERS]
        makers.append((self._child_age, "household.child_age", ["between", "is"]))
        for side in ["home", "owns"]:
            makers += [(self._code, f"{side}.{name}", ["eq", "in"]) for name in BUILDING_CODES]
            makers += [(self._date, f"{side}.{name}", ["eq", "in", "between"]) for name in BUILDING_DATES]
            makers += [(self._number, f"{side}.{name}", ["eq", "in", "between"]) for name in BUILDING_NUMBERS]
            makers.append((self._connections, f"{side}.connections", ["all_of", "any_of"]))
            makers.append((self._position, f"{side}.position", ["circle", "box", "polygon"]))
        return makers

    def _note(self, field, operator, value):
        self.used[field, operator] = self.used.get((field, operator), 0) + 1
        return {"field": field, operator: value}

    def _column(self, field):
        known = {**CODES, **NAMES, **DATES, **NUMBERS}
        return known.get(field) or field.replace(".", "_")

    def _some(self, values, most=5):
        return [self._chance.choice(values) for _ in range(self._chance.randint(1, most))]

    def _code(self, field, operator):
        values = self._values.of(self._column(field))
        if field == "person.mother_tongue" and self._chance.random() < 0.4:
            values = ["other"]
        if operator == "eq":
            return self._note(field, "eq", self._chance.choice(values))
        if operator == "prefix":
            cut = [value[: self._chance.randint(1, 4)] for value in self._some(values, 3)]
            return self._note(field, "prefix", cut if len(cut) > 1 else cut[0])
        return self._note(field, "in", sorted(set(self._some(values, 12))))

    def _case(self, text):
        return self._chance.choice([text, text, text.lower(), text.upper(), text.title()])

    def _name(self, field, operator):
        values = self._values.of(self._column(field))
        if operator == "eq":
            return self._note(field, "eq", self._case(self._chance.choice(values)))
        if operator == "prefix":
            cut = [self._case(value[: self._chance.randint(1, 3)]) for value in self._some(values, 3)]
            return self._note(field, "prefix", cut if len(cut) > 1 else cut[0])
        return self._note(field, "in", [self._case(value) for value in self._some(values, 12)])

    def _occupation(self, field, operator):
        value = self._chance.choice(self._values.of("occupation"))
        start = self._chance.randint(0, max(0, len(value) - 2))
        part = value[start : start + self._chance.randint(1, 5)].strip() or value
        return self._note(field, operator, self._case(part))

    def _range(self, low, high):
        """Both ends, or one of them open."""
        low, high = sorted([low, high])
        open_end = self._chance.random() if self._open_ends else 0.5
        return [None if open_end < 0.15 else low, None if open_end > 0.85 else high]

    def _date(self, field, operator):
        values = [value.isoformat() for value in self._values.of(self._column(field))]
        if operator == "eq":
            return self._note(field, "eq", self._chance.choice(values))
        if operator == "in":
            return self._note(field, "in", self._some(values, 12))
        return self._note(field, "between", self._range(*(self._chance.choice(values) for _ in "ab")))

    def _number(self, field, operator):
        values = list(range(100)) if field == "person.age" else self._values.of(self._column(field))
        if operator == "eq":
            return self._note(field, "eq", self._chance.choice(values))
        if operator == "in":
            return self._note(field, "in", self._some(values, 12))
        return self._note(field, "between", self._range(*(self._chance.choice(values) for _ in "ab")))

    def _child_age(self, field, operator):
        if operator == "is":
            return self._note(field, operator, self._chance.choice([True, False]))
        # One end is an age of a child: a range without any is refused.
        return self._note(field, operator, self._range(self._chance.randint(0, 17), self._chance.randint(0, 20)))

    def _connections(self, field, operator):
        chosen = self._chance.sample(CONNECTIONS, self._chance.randint(1, 3))
        return self._note(field, operator, chosen)

    def _position(self, field, operator):
        side = field.split(".")[0]
        north = self._chance.choice(self._values.of(f"{side}_north"))
        east = self._chance.choice(self._values.of(f"{side}_east"))
        reach = self._chance.choice([1_000, 20_000, 100_000, 400_000])
        self.used[field, operator] = self.used.get((field, operator), 0) + 1
        if operator == "circle":
            return {"field": field, "within": {"circle": [north, east, reach]}}
        if operator == "box":
            return {"field": field, "within": {"box": [north - reach, east - reach // 2, north, east + reach]}}
        corners = []
        for _ in range(self._chance.randint(3, 7)):
            corners.append([north + self._chance.randint(-reach, reach), east + self._chance.randint(-reach, reach)])
        # Corners at buildings themselves: the border belongs to the area.
        corners[0] = [north, east]
        return {"field": field, "within": {"polygon": corners}}
