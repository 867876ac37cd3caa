"""Names with a date of birth or an address, in many spellings, joined with the whole country after normalisation.

Timed on either side: reading the customer's rows as the customer wrote them, which each keeps as it keeps tables, normalising
them, the join, and rows as CSV. DuckDB's tables of the country hold names and addresses of today and of before that are
normalised already; the engine reads its snapshot, where names and addresses are as the register has them.
The engine runs alone, without the stages, seals and queue of an order (those are in `flow` and `large`), and keeps memory between
runs as a worker does between tasks.
"""

import csv

import measure
import truth
import updates

TARGETS = {"DuckDB": 5}
ROWS = 600_000
# A name, and a street in one word with its endings written out, as SQL that undoes what customers do to them.
PLAIN = "trim(regexp_replace(replace(replace(lower({0}), chr(160), ' '), ' – ', '-'), ' +', ' ', 'g'))".format
ENDINGS = [("katu", "k"), ("tie", "t"), ("polku", "p"), ("kuja", "kj"), ("gatan", "g"), ("vägen", "v"), ("stigen", "st")]
#: An address line, spelled plainly.
FORM = "^(.*?) ([0-9]+(?:[-h][0-9]+)?[a-zåäö]?)(?: ([a-zåäö]))?(?: ([0-9]+)([a-zåäö])?)?$"
HEADINGS = ["asiakasnro", "sukunimi", "etunimet", "syntymäaika", "katuosoite", "postinumero"]


def street(text):
    """SQL of a street as a key."""
    text = f"regexp_replace({PLAIN(text)}, '[ ,-]', '', 'g')"
    for full, short in ENDINGS:
        text = f"regexp_replace({text}, '{short}\\.$', '{full}')"
    return text


def _country(bench):
    """The country's names and homes, of today and of before, normalised: made once, before anything is timed."""
    run = bench.duck.execute
    if run("SELECT count(*) FROM information_schema.tables WHERE table_name = 'plain_homes'").fetchone()[0]:
        return
    previous = f"read_parquet('{bench.source}/previous_addresses.parquet')"
    barred = f"no_register_update OR coalesce(security_until >= DATE '{bench.date}', false)"
    run(f"""
        CREATE OR REPLACE TABLE plain_names AS
        SELECT DISTINCT person_id, {PLAIN("surname")} AS surname, {PLAIN("first_names")} AS first_names, birth_date, barred
        FROM (SELECT person_id, surname, unnest(first_names) AS first_names, birth_date, barred FROM (
              SELECT person_id, unnest(list_concat([surname], coalesce(former_surnames, []))) AS surname,
                     list_concat([first_names], coalesce(former_first_names, [])) AS first_names, birth_date,
                     {barred} AS barred FROM wide))""")
    homes = " UNION ALL ".join(
        f"SELECT person_id, {prefix}street_{language} AS street, {prefix}house_number AS number, stair,"
        f" ltrim(apartment, '0') AS apartment, divider, {prefix}postal_code AS postal FROM {table}"
        for prefix, table in [("address_", "wide"), ("", previous)] for language in ("fi", "sv"))
    run(f"""
        CREATE OR REPLACE TABLE plain_homes AS
        SELECT DISTINCT n.person_id, n.surname, n.first_names, {street("h.street")} AS street, lower(h.number) AS number,
               lower(h.stair) AS stair, h.apartment, lower(h.divider) AS divider, h.postal, n.barred
        FROM plain_names n JOIN ({homes}) h USING (person_id) WHERE h.street IS NOT NULL AND h.number IS NOT NULL""")
    run("CHECKPOINT")


def _register(bench, count):
    """A table of the customer's rows as the customer writes them: half with a date of birth, half with an address."""
    dice = "hash(person_id, {0}) % {1}".format
    home = ", ".join(
        f"CASE WHEN {dice(5, 5)} = 0 AND b.until IS NOT NULL THEN b.{name} ELSE w.{now} END AS {name}" for name, now in [
            ("street_fi", "address_street_fi"), ("house_number", "address_house_number"), ("stair", "stair"),
            ("apartment", "apartment"), ("divider", "divider"), ("postal_code", "address_postal_code")])
    short = (f"CASE {dice(6, 10)} WHEN 0 THEN regexp_replace(street_fi, 'katu$', 'k.')"
             " WHEN 1 THEN regexp_replace(street_fi, 'tie$', 't.') ELSE street_fi END")
    line = (f"concat_ws(' ', {short}, house_number, CASE WHEN {dice(7, 10)} > 0"
            " THEN concat_ws(' ', stair, ltrim(apartment, '0') || coalesce(divider, '')) END)")
    spelled = "CASE {0} WHEN 0 THEN upper({2}) WHEN 1 THEN {1} ELSE {2} END".format
    bench.duck.execute(f"""
        CREATE OR REPLACE TABLE named AS
        WITH before AS (SELECT DISTINCT ON (person_id) * FROM read_parquet('{bench.source}/previous_addresses.parquet')
                        ORDER BY person_id, until DESC),
        drawn AS (SELECT row_number() OVER (ORDER BY hash(person_id, 4)) AS key, * FROM wide
                  ORDER BY hash(person_id, 4) LIMIT {count}),
        homes AS (SELECT key, person_id, surname, first_names, birth_date, {home}
                  FROM drawn w LEFT JOIN before b USING (person_id))
        SELECT key, {spelled(dice(2, 4), "' ' || surname", "surname")} AS surname,
               {spelled(dice(3, 3), "replace(first_names, ' ', '  ')", "first_names")} AS first_names,
               CASE WHEN key % 2 = 0 THEN CAST(birth_date AS TEXT) END AS birth,
               CASE WHEN key % 2 = 1 AND street_fi IS NOT NULL
                    THEN {spelled(dice(8, 4), f"replace({line}, ' ', '  ')", line)} END AS line,
               CASE WHEN key % 2 = 1 AND {dice(9, 5)} > 0 THEN postal_code END AS postal
        FROM homes ORDER BY key""")


def _found(table):
    """SQL of the rows of a table that one person has the names of, with date of birth or address: by DuckDB."""
    rows = f"SELECT key, {PLAIN('surname')} AS surname, {PLAIN('first_names')} AS first_names"
    return f"""
        WITH births AS ({rows}, CAST(birth AS DATE) AS birth_date FROM {table} WHERE birth IS NOT NULL),
        lines AS ({rows}, postal, regexp_extract({PLAIN("line")}, '{FORM}',
                  ['street', 'number', 'stair', 'apartment', 'divider']) AS read FROM {table} WHERE line IS NOT NULL),
        addresses AS (SELECT key, surname, first_names, {street("read.street")} AS street, read.number AS number, postal,
                      nullif(read.stair, '') AS stair, nullif(ltrim(read.apartment, '0'), '') AS apartment,
                      nullif(read.divider, '') AS divider FROM lines),
        pairs AS (SELECT key, person_id, barred FROM births JOIN plain_names USING (surname, first_names, birth_date)
                  UNION ALL
                  SELECT key, person_id, barred
                  FROM addresses a JOIN plain_homes h USING (surname, first_names, street, number)
                  WHERE coalesce(a.stair = h.stair, true) AND coalesce(a.apartment = h.apartment, true)
                    AND coalesce(a.divider = h.divider, true) AND coalesce(a.postal = h.postal, true))
        SELECT key, min(person_id) AS person FROM pairs GROUP BY key
        HAVING min(person_id) = max(person_id) AND NOT bool_or(barred)"""


def names(bench):
    """Half of the rows by names and date of birth, half by names and address; then each half alone, to see what it takes."""
    count = updates.size(bench, ROWS)
    _country(bench)
    _register(bench, count)
    for half, column in [("dates of birth", "birth"), ("addresses", "line")]:
        bench.duck.execute(f"CREATE OR REPLACE TABLE half AS SELECT * FROM named WHERE {column} IS NOT NULL")
        found = {name: measure.summary(times) for name, times in _race(bench, "half").items()}
        rows = bench.duck.execute("SELECT count(*) FROM half").fetchone()[0]
        bench.raw[f"names and {half} alone"] = found
        ours, theirs = found["poimuri"]["median"], found["DuckDB"]["median"]
        print(f"   {rows:,} names and {half} alone: {ours:.1f} ms, DuckDB {theirs:.1f} ms, {theirs / ours:.1f} × at median")
    what = f"{count:,} names, half with a date of birth, half with an address"
    updates.reported(bench, what, _race(bench, "named"), TARGETS)
    updates.watched(bench, what, updates.ask(bench, bench.folder / "named.csv"))
    _same_persons(bench, what)


def _race(bench, table):
    """Times of both over the rows of a table."""
    file, out = bench.folder / f"{table}.csv", bench.folder / "named-by-DuckDB.csv"
    headings = ", ".join(f'{column} AS "{heading}"' for column, heading in zip(
        ["key", "surname", "first_names", "birth", "line", "postal"], HEADINGS))
    bench.duck.execute(f"COPY (SELECT {headings} FROM {table} ORDER BY key) TO '{file}' (DELIMITER ';')")
    question, query = updates.ask(bench, file), f"COPY ({_found(table)}) TO '{out}'"
    return measure.interleaved(bench.options.repetitions, {
        "poimuri": lambda: bench.engine.ask(**question)["ms"],
        "DuckDB": measure.writing(out, lambda: bench.duck.execute(query))})


def _same_persons(bench, what):
    """Compares the persons found; what differs is judged by the reference, whoever is right."""
    with (bench.folder / "named-by-DuckDB.csv").open(encoding="utf-8", newline="") as opened:
        theirs = {row["key"]: row["person"] for row in csv.DictReader(opened)}
    rows = bench.duck.execute("SELECT key, '', surname, first_names, birth, line, postal, '' FROM named ORDER BY key").fetchall()
    found = [code for _, code in updates.results(bench)]
    differing = [([str(cell or "") for cell in row], code, theirs.get(str(row[0]), ""))
                 for row, code in zip(rows, found, strict=True) if code != theirs.get(str(row[0]), "")]
    reasons, wrong = truth.explained(bench, differing)
    print(f"   {sum(map(bool, found)):,} found beside {len(theirs):,}; {len(differing):,} rows differ, of which the reference says:")
    for (ours, told), count in sorted(reasons.items()):
        print(f"   {ours:<40} {told:<20} {count:>9,}")
    bench.raw[f"{what} · differing"] = [[*reason, count] for reason, count in reasons.items()]
    bench.table.limit(f"{what} · unexplained", wrong, 0, "rows")
