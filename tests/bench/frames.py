"""Polars over the same wide tables, in memory, with codes as categories."""

import datetime

import polars as pl

CODES = [
    "sex", "mother_tongue", "municipality", "region", "address_postal_code", "home_use_1994", "home_class_2018",
    "home_heating_method", "home_heating_source", "home_permit_action",
]
OWNED_CODES = [name.replace("home_", "owns_") for name in CODES if name.startswith("home_")]
COLUMNS = {
    "person.sex": "sex", "person.mother_tongue": "mother_tongue", "person.municipality": "municipality",
    "person.region": "region", "person.postal_code": "address_postal_code", "person.birth_date": "birth_date",
    "person.moved_in": "moved_in", "household.size": "household_size", "dwelling.rooms": "rooms",
    "dwelling.area_m2": "area_m2",
}
DATES = ("birth_date", "moved_in", "completed", "permit_date")


class Frames:
    """The frames and what is asked of them."""

    def __init__(self, db):
        self.wide = db.sql("SELECT * FROM wide ORDER BY position").pl()
        self.owned = db.sql("SELECT * FROM owned ORDER BY owner_position").pl()
        self.wide = self._categories(self.wide, CODES)
        self.owned = self._categories(self.owned, OWNED_CODES)

    @staticmethod
    def _categories(frame, names):
        made = []
        for name in names:
            values = frame[name].drop_nulls().unique().sort()
            made.append(pl.col(name).cast(pl.Enum(values)))
        return frame.with_columns(made)

    def node(self, criteria):
        """An expression of prepared criteria, three-valued."""
        if "all" in criteria:
            return _join(map(self.node, criteria["all"]), pl.Expr.and_)
        if "any" in criteria:
            return _join(map(self.node, criteria["any"]), pl.Expr.or_)
        if "not" in criteria:
            return self.node(criteria["not"]).not_()
        operator = next(key for key in criteria if key != "field")
        return self._predicate(criteria["field"], operator, criteria[operator])

    def _predicate(self, field, operator, value):
        side, name = field.split(".")
        if side == "owns":
            owners = self.owned.lazy().filter(self._building("owns", name, operator, value))
            owners = owners.select("owner_position").unique().collect()["owner_position"]
            return pl.col("position").is_in(owners.implode())
        if side == "home":
            return self._building("home", name, operator, value)
        if field == "person.born":
            return _between("birth_date", value)
        if field == "household.child_born":
            children = self.wide.lazy().filter(pl.col("death_date").is_null() & _between("birth_date", value))
            children = children.select("dwelling_key").drop_nulls().unique().collect()["dwelling_key"]
            return pl.col("dwelling_key").is_not_null() & pl.col("dwelling_key").is_in(children.implode())
        if field == "person.first_name":
            test = _text(pl.element(), operator, value) & (pl.element() != "")
            return pl.col("given_lower").list.eval(test).list.any()
        if field in ("person.surname", "person.call_name"):
            return _text(pl.col(f"{name}_lower"), operator, value)
        if field == "person.occupation":
            return pl.col("occupation_lower").str.contains(value, literal=True)
        if operator == "prefix":
            return self._starting(COLUMNS[field], value if isinstance(value, list) else [value])
        return self._comparison(self.wide, COLUMNS[field], operator, value)

    def _starting(self, column, prefixes):
        """Categories that begin so are few: found first, then compared."""
        known = self.wide[column].dtype.categories
        return pl.col(column).is_in([text for text in known if text.startswith(tuple(prefixes))])

    def _comparison(self, frame, column, operator, value):
        name = column.removeprefix("home_").removeprefix("owns_")
        if name in DATES:
            value = [_date(end) for end in value] if isinstance(value, list) else _date(value)
        if operator == "between":
            return _between(column, value)
        values = value if operator == "in" else [value]
        if column == "mother_tongue" and "other" in values:
            known = [code for code in frame[column].dtype.categories if code not in ("fi", "sv")]
            values = [code for code in values if code != "other"] + known
        if isinstance(frame[column].dtype, pl.Enum):
            known = set(frame[column].dtype.categories)
            values = [code for code in values if code in known]
        return pl.col(column).is_in(values)

    def _building(self, side, name, operator, value):
        if name == "connections":
            tests = [pl.col(f"{side}_conn_{connection}") for connection in value]
            return _join(tests, pl.Expr.and_ if operator == "all_of" else pl.Expr.or_)
        if name == "position":
            (shape, numbers), = value.items()
            return SHAPES[shape](
                pl.col(f"{side}_north").cast(pl.Int64), pl.col(f"{side}_east").cast(pl.Int64), numbers)
        frame = self.wide if side == "home" else self.owned
        return self._comparison(frame, f"{side}_{name}", operator, value)

    def count(self, criteria):
        """(matched, eligible) of prepared criteria."""
        found = self.wide.lazy().filter(self.node(criteria)).select(
            pl.len().alias("matched"), pl.col("reason").null_count().alias("eligible")).collect()
        return found.row(0)

    def extraction(self, criteria, out, size, own=None, groups=None):
        """Filter, own register, one per household, sample, rows as CSV."""
        left = self.wide.lazy().filter(self.node(criteria) & pl.col("reason").is_null())
        if own is not None:
            left = left.filter(pl.col("person_id").is_in(own.implode()).not_())
        group = pl.lit(0)
        if groups:
            group = pl.when(self.node(groups[0][0])).then(0)
            for number, (test, _) in enumerate(groups[1:], 1):
                group = group.when(self.node(test)).then(number)
        left = left.select("position", "dwelling_key", "institution", group.alias("grp"),
                           pl.col("person_id").hash(7).alias("luck"))
        kept = left.filter(~pl.col("institution")).group_by("dwelling_key").agg(
            pl.col("position", "grp").get(pl.col("luck").arg_min()))
        kept = pl.concat([kept.select("position", "grp"), left.filter("institution").select("position", "grp")])
        kept = kept.filter(pl.col("grp").is_not_null()).sort("position").collect()
        drawn = []
        for number, (_, weight) in enumerate(groups or [(None, 1)]):
            members = kept.filter(pl.col("grp") == number)
            wanted = min(len(members), round(size * weight))
            places = [i * len(members) // wanted for i in range(wanted)]
            drawn.append(members["position"].gather(places))
        positions = pl.concat(drawn).sort()
        self.wide.lazy().select(pl.all().gather(positions)).select(OUT).collect().write_csv(out)

    def households(self):
        """One of each household of the whole country, of all who may be addressed; gives their number."""
        left = self.wide.lazy().filter(pl.col("reason").is_null())
        left = left.select("position", "dwelling_key", "institution", pl.col("person_id").hash(7).alias("luck"))
        kept = left.filter(~pl.col("institution")).group_by("dwelling_key").agg(
            pl.col("position").get(pl.col("luck").arg_min()))
        kept = pl.concat([kept.select("position"), left.filter("institution").select("position")])
        return kept.collect().height


SWEDISH = pl.col("service_language") == "sv"
APARTMENT = pl.col("apartment").str.strip_chars_start("0") + pl.col("divider").fill_null("")
OUT = [
    pl.col("surname"), pl.col("first_names"), pl.col("call_name"),
    pl.concat_str(
        pl.when(SWEDISH & pl.col("address_street_sv").is_not_null()).then("address_street_sv")
        .otherwise("address_street_fi"),
        pl.col("address_house_number"), pl.col("stair"),
        pl.when(pl.col("stair").is_null()).then(pl.when(SWEDISH).then(pl.lit("bost. ")).otherwise(pl.lit("as. ")) + APARTMENT)
        .otherwise(APARTMENT),
        separator=" ", ignore_nulls=True,
    ).alias("street_address"),
    pl.col("address_postal_code").cast(pl.String),
    pl.when(SWEDISH & pl.col("address_post_office_sv").is_not_null()).then("address_post_office_sv")
    .otherwise("address_post_office_fi").alias("post_office"),
]


def _join(tests, how):
    tests = list(tests)
    joined = tests[0]
    for test in tests[1:]:
        joined = how(joined, test)
    return joined


def _between(column, ends):
    low, high = ends
    tests = []
    if low is not None:
        tests.append(pl.col(column) >= low)
    if high is not None:
        tests.append(pl.col(column) <= high)
    return _join(tests, pl.Expr.and_)


def _text(column, operator, value):
    values = value if isinstance(value, list) else [value]
    if operator == "prefix":
        return _join([column.str.starts_with(text) for text in values], pl.Expr.or_)
    return column.is_in(values)


def _date(value):
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value


def _circle(north, east, numbers):
    n, e, radius = numbers
    return (north - n).pow(2) + (east - e).pow(2) <= radius * radius


def _box(north, east, numbers):
    n0, e0, n1, e1 = numbers
    known = north.is_not_null() & east.is_not_null()
    return pl.when(known).then(north.is_between(n0, n1) & east.is_between(e0, e1))


def _polygon(north, east, corners):
    odd, edges = pl.lit(0), []
    for (n0, e0), (n1, e1) in zip(corners, corners[1:] + corners[:1]):
        cross = (e1 - e0) * (north - n0) - (n1 - n0) * (east - e0)
        edges.append((cross == 0) & north.is_between(min(n0, n1), max(n0, n1))
                     & east.is_between(min(e0, e1), max(e0, e1)))
        if n0 != n1:
            beside = cross > 0 if n1 > n0 else cross < 0
            crossed = (north >= min(n0, n1)) & (north < max(n0, n1)) & beside
            odd = odd + crossed.cast(pl.Int32)
    known = north.is_not_null() & east.is_not_null()
    return pl.when(known).then(_join(edges, pl.Expr.or_) | (odd % 2 == 1))


SHAPES = {"circle": _circle, "box": _box, "polygon": _polygon}
