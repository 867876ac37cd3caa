"""Criteria prepared for engines that are to be measured: ages as ranges of birth dates, names in lower case.

What a good hand would write, so that nobody is slowed down by clumsy queries.
"""

import calendar
import datetime

NAMES = ("person.surname", "person.call_name", "person.first_name")


def years_before(date, years):
    """The last birth date of people who have completed so many years; 29.2. falls back to 28.2."""
    year = date.year - years
    day = 28 if (date.month, date.day) == (2, 29) and not calendar.isleap(year) else date.day
    return datetime.date(year, date.month, day)


def born(date, low, high):
    """Birth dates of an age range, either end open."""
    first = None if high is None else years_before(date, high + 1) + datetime.timedelta(days=1)
    last = None if low is None else years_before(date, low)
    return [first, last]


def ranges(predicate):
    """Age ranges of a predicate."""
    if "eq" in predicate:
        return [[predicate["eq"], predicate["eq"]]]
    if "in" in predicate:
        return [[age, age] for age in predicate["in"]]
    return [predicate["between"]]


def prepared(node, date):
    """The same tree with `person.born` and `household.child_born` in place of ages, and folded names."""
    for join in ("all", "any"):
        if join in node:
            return {join: [prepared(part, date) for part in node[join]]}
    if "not" in node:
        return {"not": prepared(node["not"], date)}
    field = node["field"]
    if field == "person.age":
        return {"any": [{"field": "person.born", "between": born(date, *pair)} for pair in ranges(node)]}
    if field == "household.child_age":
        low, high = node["between"]
        return {"field": "household.child_born", "between": born(date, low, min(17, 17 if high is None else high))}
    operator = next(key for key in node if key != "field")
    value = node[operator]
    if field in NAMES or field == "person.occupation":
        value = [text.lower() for text in value] if isinstance(value, list) else value.lower()
    return {"field": field, operator: value}
