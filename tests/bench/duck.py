"""DuckDB's native tables, in a file of its own and wide, so that no query needs a join it could be spared."""

import pathlib
import sys

import duckdb

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "reference"))
import register  # noqa: E402
import sql  # noqa: E402

def build(source, file, date, threads):
    """Builds the tables from the source files, once."""
    db = register.load(source, duckdb.connect(str(file)))
    db.execute(f"SET threads = {threads}")
    db.execute("CREATE TABLE placed AS SELECT * FROM person ORDER BY " + register.ORDER)
    db.execute(
        "CREATE TABLE wide AS SELECT row_number() OVER () - 1 AS position, lower(surname) AS surname_lower,"
        " lower(call_name) AS call_name_lower, lower(occupation) AS occupation_lower,"
        " list_transform(given_names, lambda given: lower(given)) AS given_lower, *,"
        f" {register.exclusion(date)} AS reason FROM placed"
    )
    db.execute(
        "CREATE TABLE dwelling_keys AS SELECT dwelling_id, row_number() OVER () - 1 AS dwelling_key,"
        f" count(*) FILTER (WHERE death_date IS NULL AND {register.age(date)} >= 18) > 8 AS institution"
        " FROM placed WHERE dwelling_id IS NOT NULL GROUP BY dwelling_id"
    )
    db.execute(
        "CREATE OR REPLACE TABLE wide AS SELECT w.*, k.dwelling_key, coalesce(k.institution, false) AS institution"
        " FROM wide w LEFT JOIN dwelling_keys k USING (dwelling_id) ORDER BY position"
    )
    db.execute(
        "CREATE OR REPLACE TABLE owned AS SELECT w.position AS owner_position, o.* EXCLUDE (owner_id)"
        " FROM owned o JOIN wide w ON w.person_id = o.owner_id ORDER BY owner_position"
    )
    for table in [*(f"src_{name}" for name in register.FILES), "person", "placed", "building", "dwelling_keys"]:
        db.execute(f"DROP TABLE {table}")
    db.execute("CHECKPOINT")
    return db


def node(criteria):
    """SQL of prepared criteria."""
    if "all" in criteria:
        return "(" + " AND ".join(map(node, criteria["all"])) + ")"
    if "any" in criteria:
        return "(" + " OR ".join(map(node, criteria["any"])) + ")"
    if "not" in criteria:
        return f"(NOT {node(criteria['not'])})"
    operator = next(key for key in criteria if key != "field")
    return _predicate(criteria["field"], operator, criteria[operator])


def _predicate(field, operator, value):
    side, name = field.split(".")
    if side == "owns":
        return f"(position IN (SELECT owner_position FROM owned WHERE {sql.building('owns', name, operator, value)}))"
    if field == "person.born":
        return _born(value)
    if field == "household.child_born":
        children = f"SELECT dwelling_key FROM wide WHERE dwelling_key IS NOT NULL AND death_date IS NULL AND {_born(value)}"
        return f"(dwelling_key IS NOT NULL AND dwelling_key IN ({children}))"
    if field == "person.first_name":
        return f"(len(list_filter(given_lower, lambda given: {_text('given', operator, value)} AND given <> '')) > 0)"
    if field in ("person.surname", "person.call_name"):
        return _text(f"{name}_lower", operator, value)
    if field == "person.occupation":
        return f"contains(occupation_lower, {sql.quote(value)})"
    return sql.predicate(field, operator, value, None)


def _text(column, operator, value):
    values = value if isinstance(value, list) else [value]
    if operator == "prefix":
        return "(" + " OR ".join(f"starts_with({column}, {sql.quote(v)})" for v in values) + ")"
    return f"({column} IN ({', '.join(map(sql.quote, values))}))"


def _born(ends):
    low, high = (None if end is None else f"DATE '{end.isoformat()}'" for end in ends)
    tests = ([f"birth_date >= {low}"] if low else []) + ([f"birth_date <= {high}"] if high else [])
    return "(" + " AND ".join(tests) + ")"


def count(db, criteria):
    """(matched, eligible) of prepared criteria."""
    return db.execute(
        f"SELECT count(*), count(*) FILTER (WHERE reason IS NULL) FROM wide WHERE {node(criteria)}"
    ).fetchall()[0]


ADDRESS = (
    "concat_ws(' ', CASE WHEN service_language = 'sv' THEN coalesce(address_street_sv, address_street_fi)"
    " ELSE address_street_fi END, address_house_number, stair,"
    " CASE WHEN stair IS NULL AND apartment IS NOT NULL THEN CASE WHEN service_language = 'sv' THEN 'bost. '"
    " ELSE 'as. ' END ELSE '' END || ltrim(apartment, '0') || coalesce(divider, '')) AS street_address"
)
OUT = (
    f"surname, first_names, call_name, {ADDRESS}, address_postal_code, CASE WHEN service_language = 'sv' THEN"
    " coalesce(address_post_office_sv, address_post_office_fi) ELSE address_post_office_fi END AS post_office"
)


def extraction(db, criteria, out, size, own=None, groups=None):
    """Filter, own register, one per household, sample, rows as CSV; gives the number of rows."""
    subtract = "AND person_id NOT IN (SELECT code FROM own)" if own else ""
    group = "CASE " + " ".join(f"WHEN {node(test)} THEN {i}" for i, (test, _) in enumerate(groups)) + " END" if groups else "0"
    db.execute(f"""
        CREATE OR REPLACE TEMP TABLE frame AS
        WITH left_over AS (SELECT position, person_id, dwelling_key, institution, {group} AS grp FROM wide
                           WHERE {node(criteria)} AND reason IS NULL {subtract}),
        kept AS (SELECT arg_min(position, hash(person_id)) AS position, arg_min(grp, hash(person_id)) AS grp
                 FROM left_over WHERE NOT institution GROUP BY dwelling_key
                 UNION ALL SELECT position, grp FROM left_over WHERE institution)
        SELECT position, grp, row_number() OVER (PARTITION BY grp ORDER BY position) - 1 AS place,
               count(*) OVER (PARTITION BY grp) AS members FROM kept WHERE grp IS NOT NULL
    """)
    wanted = f"{size}::BIGINT"
    if groups:
        shares = " ".join(f"WHEN {i} THEN {round(size * weight)}" for i, (_, weight) in enumerate(groups))
        wanted = f"least(members, CASE grp {shares} END)::BIGINT"
    db.execute(f"""
        COPY (SELECT {OUT} FROM wide WHERE position IN (
                SELECT position FROM frame
                WHERE ((place + 1) * {wanted} + members - 1) // members <> (place * {wanted} + members - 1) // members)
              ORDER BY position) TO '{out}' (FORMAT csv, HEADER true)
    """)


def households(db):
    """One of each household of the whole country, of all who may be addressed; gives their number."""
    return db.execute(
        "SELECT count(*), sum(kept) FROM (SELECT arg_min(position, hash(person_id)) AS kept FROM wide"
        " WHERE reason IS NULL AND NOT institution GROUP BY dwelling_key"
        " UNION ALL SELECT position FROM wide WHERE reason IS NULL AND institution)"
    ).fetchall()[0][0]


def scan(db):
    """Six columns read whole."""
    return db.execute(
        "SELECT count(*) FROM wide WHERE birth_date BETWEEN DATE '1970-01-01' AND DATE '1990-12-31' AND sex = '2'"
        " AND mother_tongue <> 'sv' AND moved_in >= DATE '2010-01-01' AND household_size > 1"
        " AND municipality <> '091'"
    ).fetchall()[0][0]


SCAN = {"all": [
    {"field": "person.birth_date", "between": ["1970-01-01", "1990-12-31"]}, {"field": "person.sex", "eq": "2"},
    {"not": {"field": "person.mother_tongue", "eq": "sv"}},
    {"field": "person.moved_in", "between": ["2010-01-01", None]},
    {"field": "household.size", "between": [2, None]}, {"not": {"field": "person.municipality", "eq": "091"}},
]}

