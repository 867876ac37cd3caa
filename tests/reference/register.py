"""The six source files in DuckDB, with one row per person of everything criteria and orders ask for.

Written from the contract alone: nothing of the program's code or files is used.
"""

import duckdb

import regions

FILES = ["persons", "dwellings", "buildings", "addresses", "owners", "previous_addresses"]
CONNECTIONS = ["sewer", "water", "electricity", "gas", "cable"]


def load(folder, db=None):
    """Reads the source files and makes the tables `person`, `building` and `owned`, in memory or in a database."""
    db = db or duckdb.connect()
    for file in FILES:
        db.execute(f"CREATE TABLE src_{file} AS SELECT * FROM read_parquet('{folder}/{file}.parquet')")
    db.execute("CREATE TABLE region (municipality TEXT, region TEXT)")
    db.executemany("INSERT INTO region VALUES (?, ?)", regions.pairs())
    db.execute(_BUILDING)
    db.execute(_PERSON)
    db.execute(_OWNED)
    return db


# Every building with its region and its first address.
_BUILDING = """
CREATE TABLE building AS
SELECT b.*, r.region AS building_region, a.postal_code AS first_postal_code,
       a.street_fi AS first_street, a.house_number AS first_house_number
FROM src_buildings b
LEFT JOIN region r USING (municipality)
LEFT JOIN (
    SELECT DISTINCT ON (building_id) * FROM src_addresses ORDER BY building_id, address_no
) a USING (building_id)
"""

# Columns of buildings carry `home_`, those of the permanent address `address_`.
_PERSON = """
CREATE TABLE person AS
WITH living AS (
    SELECT dwelling_id, count(*) AS living FROM src_persons
    WHERE death_date IS NULL AND dwelling_id IS NOT NULL GROUP BY dwelling_id
)
SELECT p.*, pr.region AS region, d.rooms, d.area_m2, d.building_id AS home_building_id,
       d.stair, d.apartment, d.divider,
       coalesce(l.living, 0) AS household_size,
       a.building_id IS NOT NULL AS has_address,
       a.postal_code AS address_postal_code, a.street_fi AS address_street_fi, a.street_sv AS address_street_sv,
       a.house_number AS address_house_number, a.post_office_fi AS address_post_office_fi,
       a.post_office_sv AS address_post_office_sv,
       string_split(p.first_names, ' ') AS given_names,
       COLUMNS(b.* EXCLUDE (building_id, code_version)) AS 'home_\\0'
FROM src_persons p
LEFT JOIN region pr USING (municipality)
LEFT JOIN src_dwellings d ON d.dwelling_id = p.dwelling_id
LEFT JOIN living l ON l.dwelling_id = p.dwelling_id
LEFT JOIN src_addresses a ON a.building_id = d.building_id AND a.address_no = d.address_no
LEFT JOIN building b ON b.building_id = d.building_id
"""

_OWNED = """
CREATE TABLE owned AS
SELECT o.person_id AS owner_id, b.building_id AS owns_building_id,
       COLUMNS(b.* EXCLUDE (building_id, code_version)) AS 'owns_\\0'
FROM src_owners o JOIN building b USING (building_id)
WHERE o.person_id IS NOT NULL
"""

# The global order: text by bytes, null as empty; without a dwelling last, by person_id.
ORDER = """
(dwelling_id IS NULL),
CASE WHEN dwelling_id IS NULL THEN '' ELSE coalesce(home_building_region, '') END,
CASE WHEN dwelling_id IS NULL THEN '' ELSE coalesce(home_municipality, '') END,
CASE WHEN dwelling_id IS NULL THEN '' ELSE coalesce(home_first_postal_code, '') END,
CASE WHEN dwelling_id IS NULL THEN '' ELSE coalesce(home_first_street, '') END,
CASE WHEN dwelling_id IS NULL THEN '' ELSE coalesce(home_first_house_number, '') END,
CASE WHEN dwelling_id IS NULL THEN '' ELSE home_building_id END,
coalesce(dwelling_id, ''),
CASE WHEN dwelling_id IS NULL THEN DATE '0001-01-01' ELSE birth_date END,
person_id
"""


def age(date, column="birth_date"):
    """SQL of completed years on a date; who is born on 29.2. turns on 1.3. in common years."""
    on = f"DATE '{date}'"
    return (
        f"(year({on}) - year({column}) - CASE WHEN month({on}) * 100 + day({on})"
        f" < month({column}) * 100 + day({column}) THEN 1 ELSE 0 END)"
    )


def exclusion(date, marketing=True):
    """SQL of the first reason that excludes a person, null for none."""
    marketing = "WHEN no_marketing THEN 'no-marketing'" if marketing else ""
    return (
        "CASE WHEN death_date IS NOT NULL THEN 'dead'"
        " WHEN NOT has_address THEN 'no-address'"
        f" WHEN security_until >= DATE '{date}' THEN 'security'"
        f" {marketing}"
        f" WHEN {age(date)} < 15 THEN 'under-age' END"
    )


REASONS = ["dead", "no-address", "security", "no-marketing", "under-age"]
