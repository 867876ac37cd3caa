"""Rare cases for a synthetic register: nulls in every column that may be null, missing addresses, odd texts.

Only what the contract allows: nothing here makes a row that a snapshot build would reject.
"""

import random

import pyarrow as pa
import pyarrow.parquet as pq

# Columns that may be null, and the share of rows that lose their value.
NULLABLE = {
    "persons": {
        "call_name": 0.05, "moved_in": 0.05, "occupation": 0.2, "service_language": 0.05, "names_since": 0.1,
        "care_of": 0.1, "security_until": 0.1,
    },
    "dwellings": {"rooms": 0.1, "area_m2": 0.1},
    "buildings": {
        "use_1994": 0.05, "class_2018": 0.05, "heating_method": 0.05, "heating_source": 0.05, "completed": 0.1,
        "permit_id": 0.1, "permit_date": 0.1, "permit_action": 0.1, "floors": 0.1, "floor_area_m2": 0.1,
        "north": 0.05, "east": 0.05,
    },
    "addresses": {"street_sv": 0.1, "house_number": 0.05, "post_office_sv": 0.1},
    "owners": {},
}


def _punch(table, shares, chance):
    for name, share in shares.items():
        column = table.column(name)
        kept = [None if chance.random() < share else value for value in column.to_pylist()]
        index = table.column_names.index(name)
        table = table.set_column(index, table.schema.field(name), pa.array(kept, type=column.type))
    return table


def _change(table, name, share, chance, change):
    column = table.column(name).to_pylist()
    column = [change(value, chance) if chance.random() < share else value for value in column]
    index = table.column_names.index(name)
    field = table.schema.field(name)
    return table.set_column(index, field, pa.array(column, type=field.type))


def _surname(name, chance):
    """Double names, particles, capitals: what families and comparisons without case trip over."""
    other = chance.choice(["Mäkinen", "Korhonen", "Ö", "von Weymarn", "af Ståhl", "de la Gardie", "Å-B"])
    return chance.choice([f"{name}-{other}", f"{other}-{name}", f"von {name}", name.upper(), f"{name} {other}"])


def punch(folder, seed):
    """Rewrites the source files in a folder."""
    chance = random.Random(seed)
    for file, shares in NULLABLE.items():
        path = folder / f"{file}.parquet"
        table = _punch(pq.read_table(path), shares, chance)
        if file == "persons":
            table = _change(table, "sex", 0.01, chance, lambda *_: "")
            table = _change(table, "surname", 0.05, chance, _surname)
            table = _change(table, "first_names", 0.01, chance, lambda name, _: name.upper())
            table = _change(table, "security_until", 0.01, chance, _security)
        if file == "addresses":
            # Some buildings are left with fewer addresses than their dwellings name, some with none.
            keep = pa.array([chance.random() >= 0.01 for _ in range(table.num_rows)])
            table = table.filter(keep)
            table = _change(table, "street_fi", 0.005, chance, lambda name, _: f'{name}, "vanha"')
        pq.write_table(table, path)


def _security(_, chance):
    import datetime

    return chance.choice([
        datetime.date(9999, 12, 31), datetime.date(2026, 8, 31), datetime.date(2026, 9, 1), datetime.date(2026, 9, 2),
    ])
