"""Criteria as SQL over the tables of `register`, three-valued as SQL is."""

import register

NAMES = {"person.surname": "surname", "person.call_name": "call_name"}
PERSON = {"person.postal_code": "address_postal_code", "household.size": "household_size",
          "dwelling.rooms": "rooms", "dwelling.area_m2": "area_m2"}


def quote(value):
    """A value as an SQL literal."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


def node(criteria, date):
    """SQL of a node."""
    if "all" in criteria:
        return "(" + " AND ".join(node(part, date) for part in criteria["all"]) + ")"
    if "any" in criteria:
        return "(" + " OR ".join(node(part, date) for part in criteria["any"]) + ")"
    if "not" in criteria:
        return f"(NOT {node(criteria['not'], date)})"
    operator = next(key for key in criteria if key != "field")
    return predicate(criteria["field"], operator, criteria[operator], date)


def predicate(field, operator, value, date):
    """SQL of one field under one operator."""
    side, name = field.split(".")
    if side == "owns":
        test = building("owns", name, operator, value)
        return f"(person_id IN (SELECT owner_id FROM owned WHERE {test}))"
    if side == "home":
        return building("home", name, operator, value)
    if field == "person.age":
        return comparison(register.age(date), operator, value)
    if field == "household.child_age":
        return child_age(operator, value, date)
    if field == "person.mother_tongue":
        return mother_tongue(operator, value)
    if field == "person.first_name":
        test = text("given", operator, value)
        return f"(len(list_filter(given_names, lambda given: {test} AND given <> '')) > 0)"
    if field in NAMES:
        return text(NAMES[field], operator, value)
    if field == "person.occupation":
        return f"contains(lower(occupation), lower({quote(value)}))"
    column = PERSON.get(field, name)
    if operator == "prefix":
        prefixes = value if isinstance(value, list) else [value]
        return "(" + " OR ".join(f"starts_with({column}, {quote(p)})" for p in prefixes) + ")"
    return comparison(column, operator, value)


def comparison(column, operator, value):
    """`eq`, `in` and `between`; dates are written as text and compared as dates."""
    if operator == "eq":
        return f"({column} = {quote(value)})"
    if operator == "in":
        return f"({column} IN ({', '.join(map(quote, value))}))"
    low, high = value
    ends = []
    if low is not None:
        ends.append(f"{column} >= {quote(low)}")
    if high is not None:
        ends.append(f"{column} <= {quote(high)}")
    return "(" + " AND ".join(ends) + ")"


def text(column, operator, value):
    """Names without regard to case."""
    values = value if isinstance(value, list) else [value]
    if operator == "prefix":
        tests = [f"starts_with(lower({column}), lower({quote(v)}))" for v in values]
    else:
        tests = [f"lower({column}) = lower({quote(v)})" for v in values]
    return "(" + " OR ".join(tests) + ")"


def mother_tongue(operator, value):
    """A code, or `other`: neither fi nor sv."""
    values = value if operator == "in" else [value]
    tests = ["mother_tongue NOT IN ('fi', 'sv')" if v == "other" else f"mother_tongue = {quote(v)}" for v in values]
    return "(" + " OR ".join(tests) + ")"


def child_age(operator, value, date):
    """Whether a living person under 18 in the dwelling has an age in the range, or lives there at all."""
    age = register.age(date)
    wanted = f"{age} >= 0" if operator == "is" else comparison(age, "between", value)
    test = (
        "(coalesce(dwelling_id, '') IN (SELECT dwelling_id FROM src_persons WHERE dwelling_id IS NOT NULL"
        f" AND death_date IS NULL AND {age} < 18 AND {wanted}))"
    )
    return f"(NOT {test})" if value is False else test


def building(side, name, operator, value):
    """A field of the building lived in or of one owned."""
    if name == "connections":
        join = " AND " if operator == "all_of" else " OR "
        return "(" + join.join(f"{side}_conn_{connection}" for connection in value) + ")"
    if name == "position":
        (shape, numbers), = value.items()
        return SHAPES[shape](f"{side}_north::BIGINT", f"{side}_east::BIGINT", numbers)
    return comparison(f"{side}_{name}", operator, value)


def circle(north, east, numbers):
    """Borders included."""
    n, e, radius = numbers
    return f"(({north} - {n}) * ({north} - {n}) + ({east} - {e}) * ({east} - {e}) <= {radius * radius})"


def box(north, east, numbers):
    """Borders included; a position is null when either part is."""
    n0, e0, n1, e1 = numbers
    inside = f"{north} BETWEEN {n0} AND {n1} AND {east} BETWEEN {e0} AND {e1}"
    return f"(CASE WHEN {north} IS NULL OR {east} IS NULL THEN NULL ELSE {inside} END)"


def polygon(north, east, corners):
    """Even-odd rule in whole numbers; a point on an edge is inside."""
    crossings, edges = [], []
    for (n0, e0), (n1, e1) in zip(corners, corners[1:] + corners[:1]):
        cross = f"(({e1} - {e0}) * ({north} - {n0}) - ({n1} - {n0}) * ({east} - {e0}))"
        edges.append(
            f"({cross} = 0 AND {north} BETWEEN {min(n0, n1)} AND {max(n0, n1)}"
            f" AND {east} BETWEEN {min(e0, e1)} AND {max(e0, e1)})"
        )
        if n0 != n1:
            sign = ">" if n1 > n0 else "<"
            between = f"{north} >= {min(n0, n1)} AND {north} < {max(n0, n1)}"
            crossings.append(f"CASE WHEN {between} AND {cross} {sign} 0 THEN 1 ELSE 0 END")
    inside = " OR ".join([*edges, f"({' + '.join(crossings) or '0'}) % 2 = 1"])
    return f"(CASE WHEN {north} IS NULL OR {east} IS NULL THEN NULL ELSE {inside} END)"


SHAPES = {"circle": circle, "box": box, "polygon": polygon}
