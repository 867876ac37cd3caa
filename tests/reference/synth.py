"""A synthetic register judged by the contract: schemas, identities, references, shape of the population.

Usage: synth.py [--people N]
"""

import argparse
import datetime
import hashlib
import sys

import duckdb

import program
import regions
import register

CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
# Columns of each file; a question mark marks those that may be null.
SCHEMAS = {
    "persons": "person_id:VARCHAR previous_ids:VARCHAR[]? first_names:VARCHAR call_name:VARCHAR? surname:VARCHAR"
    " former_surnames:VARCHAR[]? former_first_names:VARCHAR[]? names_since:DATE? sex:VARCHAR birth_date:DATE"
    " death_date:DATE? mother_tongue:VARCHAR service_language:VARCHAR? municipality:VARCHAR dwelling_id:VARCHAR?"
    " moved_in:DATE? emigrated_on:DATE? foreign_country:VARCHAR? foreign_address:VARCHAR? care_of:VARCHAR?"
    " occupation:VARCHAR? guardian_ids:VARCHAR[]? spouse_id:VARCHAR? security_until:DATE? no_marketing:BOOLEAN"
    " no_register_update:BOOLEAN no_contact_info:BOOLEAN no_directory:BOOLEAN no_genealogy:BOOLEAN",
    "dwellings": "dwelling_id:VARCHAR building_id:VARCHAR address_no:INTEGER stair:VARCHAR? apartment:VARCHAR?"
    " divider:VARCHAR? rooms:INTEGER? area_m2:INTEGER?",
    "buildings": "building_id:VARCHAR use_1994:VARCHAR? class_2018:VARCHAR? heating_method:VARCHAR?"
    " heating_source:VARCHAR? code_version:VARCHAR conn_sewer:BOOLEAN conn_water:BOOLEAN conn_electricity:BOOLEAN"
    " conn_gas:BOOLEAN conn_cable:BOOLEAN completed:DATE? permit_id:VARCHAR? permit_date:DATE? permit_action:VARCHAR?"
    " floors:INTEGER? floor_area_m2:INTEGER? north:INTEGER? east:INTEGER? municipality:VARCHAR",
    "addresses": "building_id:VARCHAR address_no:INTEGER street_fi:VARCHAR street_sv:VARCHAR? house_number:VARCHAR?"
    " postal_code:VARCHAR post_office_fi:VARCHAR post_office_sv:VARCHAR?",
    "owners": "building_id:VARCHAR person_id:VARCHAR? owner_type:VARCHAR",
    "previous_addresses": "person_id:VARCHAR street_fi:VARCHAR street_sv:VARCHAR? house_number:VARCHAR? stair:VARCHAR?"
    " apartment:VARCHAR? divider:VARCHAR? postal_code:VARCHAR since:DATE? until:DATE",
}
SIGNS = {"+": 1800, **dict.fromkeys("-YXWVU", 1900), **dict.fromkeys("ABCDEF", 2000)}

# Statements that must find nothing.
NOTHING = {
    "two persons of one code": "SELECT person_id FROM src_persons GROUP BY 1 HAVING count(*) > 1",
    "two buildings of one id": "SELECT building_id FROM src_buildings GROUP BY 1 HAVING count(*) > 1",
    "two dwellings of one id": "SELECT dwelling_id FROM src_dwellings GROUP BY 1 HAVING count(*) > 1",
    "two addresses of one number": "SELECT 1 FROM src_addresses GROUP BY building_id, address_no HAVING count(*) > 1",
    "unknown dwelling": "SELECT 1 FROM src_persons WHERE dwelling_id NOT IN (SELECT dwelling_id FROM src_dwellings)",
    "dwelling in no building":
        "SELECT 1 FROM src_dwellings WHERE building_id NOT IN (SELECT building_id FROM src_buildings)",
    "dwelling id of another building": "SELECT 1 FROM src_dwellings WHERE dwelling_id[:10] <> building_id",
    "address of no building": "SELECT 1 FROM src_addresses WHERE building_id NOT IN (SELECT building_id FROM src_buildings)",
    "owned building unknown": "SELECT 1 FROM src_owners WHERE building_id NOT IN (SELECT building_id FROM src_buildings)",
    "owner unknown": "SELECT 1 FROM src_owners WHERE person_id NOT IN (SELECT person_id FROM src_persons)",
    "died before birth": "SELECT 1 FROM src_persons WHERE death_date < birth_date",
    "moved in before birth": "SELECT 1 FROM src_persons WHERE moved_in < birth_date",
    "sex": "SELECT 1 FROM src_persons WHERE sex NOT IN ('1', '2', '')",
    "previous code in use":
        "SELECT 1 FROM (SELECT unnest(previous_ids) AS id FROM src_persons) JOIN src_persons p ON p.person_id = id",
    "call name is none of the first names":
        "SELECT 1 FROM src_persons WHERE call_name IS NOT NULL AND NOT list_contains("
        "list_concat(string_split(first_names, ' '), string_split(replace(first_names, '-', ' '), ' ')), call_name)",
    "spouse that is not one":
        "SELECT 1 FROM src_persons a JOIN src_persons b ON a.spouse_id = b.person_id WHERE b.spouse_id <> a.person_id",
}
# Alive, with a home municipality in Finland.
RESIDENT = "death_date IS NULL AND municipality IN (SELECT municipality FROM region)"


def identity_faults(codes):
    """Codes that are not test identities with a right check character; a date in the sign's century."""
    for code, born in codes:
        digits, sign, number, check = code[:6], code[6], code[7:10], code[10:]
        date = datetime.date(SIGNS[sign] + int(digits[4:]), int(digits[2:4]), int(digits[:2]))
        right = CHECK[int(digits + number) % 31] == check and 900 <= int(number) <= 999
        if not right or (born is not None and date != born):
            yield "an identity code"


def building_faults(ids):
    """Building identifiers with a wrong form or check character."""
    for text in ids:
        if len(text) != 10 or text[0] != "1" or CHECK[int(text[:9]) % 31] != text[9]:
            yield "a building identifier"


def shape(db):
    """Shares of the population against published ones: (what, found, expected, allowed difference)."""
    at_home = "death_date IS NULL AND dwelling_id IS NOT NULL"
    resident = RESIDENT
    age = register.age(program.AS_OF)

    def share(test, among=resident, table="src_persons"):
        return db.execute(f"SELECT avg(CASE WHEN {test} THEN 1.0 ELSE 0 END) FROM {table} WHERE {among}").fetchall()[0][0]

    households = f"(SELECT count(*) AS size FROM src_persons WHERE {at_home} GROUP BY dwelling_id)"
    yield "men", share("sex = '1'"), 0.493, 0.02
    yield "under 15", share(f"{age} < 15"), 0.146, 0.02
    yield "65 and older", share(f"{age} >= 65"), 0.236, 0.02
    yield "Finnish", share("mother_tongue = 'fi'"), 0.841, 0.03
    yield "Swedish", share("mother_tongue = 'sv'"), 0.051, 0.01
    yield "Helsinki", share("municipality = '091'"), 0.12, 0.015
    yield "households of one", share("size = 1", "true", households), 0.47, 0.05
    yield "households of one or two", share("size <= 2", "true", households), 0.79, 0.05
    yield "direct marketing prohibited", share("no_marketing"), 0.08, 0.04
    yield "security", share("security_until IS NOT NULL"), 0.0022, 0.0015
    yield "Korhonen", share("surname = 'Korhonen'"), 22_583 / 5_634_472, 0.002
    yield "without dwelling", share("dwelling_id IS NULL"), 0.02, 0.02


def load(folder, wrong):
    """The files as tables; columns that are not as the contract says are noted."""
    db = duckdb.connect()
    db.execute("CREATE TABLE region (municipality TEXT, region TEXT)")
    db.executemany("INSERT INTO region VALUES (?, ?)", regions.pairs())
    for name, schema in SCHEMAS.items():
        db.execute(f"CREATE TABLE src_{name} AS SELECT * FROM read_parquet('{folder}/{name}.parquet')")
        types = dict(row[:2] for row in db.execute(f"DESCRIBE src_{name}").fetchall())
        for column in schema.split():
            column, kind = column.split(":")
            if types.get(column) != kind.rstrip("?"):
                wrong.append(f"{name}.{column} is {types.get(column)}")
            elif not kind.endswith("?"):
                nulls = number(db, f"SELECT 1 FROM src_{name} WHERE {column} IS NULL")
                wrong += [f"{name}.{column} has {nulls} nulls"] if nulls else []
    return db


def number(db, statement):
    """How many rows a statement gives."""
    return db.execute(f"SELECT count(*) FROM ({statement})").fetchall()[0][0]


def digests(folder):
    """SHA-256 of each file."""
    return {path.name: hashlib.sha256(path.read_bytes()).digest() for path in folder.glob("*.parquet")}


def judge(db, people, wrong):
    """Notes what breaks a rule or misses the shape; gives how much was judged."""
    for what, statement in NOTHING.items():
        rows = number(db, statement)
        wrong += [f"{what}: {rows}"] if rows else []
    codes = db.execute("SELECT person_id, birth_date FROM src_persons").fetchall()
    codes += [(code, None) for (code,) in db.execute("SELECT unnest(previous_ids) FROM src_persons").fetchall()]
    wrong += sorted(set(identity_faults(codes)))
    signs = {code[6] for code, _ in codes}
    wrong += [] if set("-YXWVUABCDEF") <= signs else [f"century signs {sorted(signs)}"]
    buildings = db.execute("SELECT building_id FROM src_buildings").fetchall()
    wrong += sorted(set(building_faults(text for (text,) in buildings)))
    resident = number(db, f"SELECT 1 FROM src_persons WHERE {RESIDENT}")
    if resident != people:
        wrong.append(f"{resident} people have a home municipality, {people} were asked for")
    judged = list(shape(db))
    wrong += [f"{what}: {found:.4f}, expected {expected:.4f}" for what, found, expected, allowed in judged
              if abs(found - expected) > allowed]
    return len(judged) + len(NOTHING) + 5


def main():
    """Judges and ends with code 1 if anything is wrong."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=200_000)
    options = options.parse_args()
    wrong = []
    with program.Store() as store:
        store.register(options.people, 3)
        store.run("register", "synth", "--population", options.people, "--seed", 3, "--out", "again")
        if digests(store.folder / "again") != digests(store.source):
            wrong.append("the same seed gave other bytes")
        judged = judge(load(store.source, wrong), options.people, wrong)
    for fault in wrong:
        print(f"WRONG {fault}")
    print(f"synthetic register of {options.people} people, {judged} rules and shares: {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
