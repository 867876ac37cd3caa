"""One per household or family, as the contract words it."""

import re

import xxhash

PARTICLES = {"von", "af", "de", "da", "la", "van", "al"}


def parts(surname):
    """Parts of a surname that families share."""
    return {part for part in re.split("[- ]", surname.lower()) if part and part not in PARTICLES}


def families(rows):
    """Splits the rows of one dwelling into connected components by shared parts of the surname."""
    components = []
    for row in rows:
        names = parts(row["surname"])
        touching = [component for component in components if component[0] & names]
        members = [row]
        for component in touching:
            components.remove(component)
            names = names | component[0]
            members = component[1] + members
        components.append((names, members))
    return [members for _, members in components]


def rank(row, keep, seed):
    """What the survivor has the smallest of."""
    hashed = xxhash.xxh3_64_intdigest(row["person_id"].encode(), seed=int.from_bytes(seed[:8], "big"))
    rule = {
        "random": 0,
        "oldest": row["birth_date"].toordinal(),
        "youngest": -row["birth_date"].toordinal(),
        "woman-first": row["sex"] != "2",
        "man-first": row["sex"] != "1",
    }[keep]
    return rule, hashed, row["person_id"]


def survivors(rows, per, keep, seed, adults):
    """Rows that stay, in their order; `adults` counts living residents of 18 or over by dwelling."""
    if per in ("none", "person"):
        return rows
    dwellings = {}
    for row in rows:
        dwellings.setdefault(row["dwelling_id"], []).append(row)
    kept = set()
    for dwelling, members in dwellings.items():
        if adults.get(dwelling, 0) > 8:
            kept.update(row["person_id"] for row in members)
            continue
        for household in [members] if per == "household" else families(members):
            kept.add(min(household, key=lambda row: rank(row, keep, seed))["person_id"])
    return [row for row in rows if row["person_id"] in kept]
