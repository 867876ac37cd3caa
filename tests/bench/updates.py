"""Updates: identity codes and names against the whole country, and whether every answer is the right one."""

import collections
import csv

import polars as pl

import customers
import measure
import writing

CODES = {"DuckDB": 5, "Polars": 3}
NAMES = {"DuckDB": 5}
PERMIT = """
id = "P-2026-0002"
holder = "acme"
services = ["update"]
purposes = ["register-update"]
fields = ["name", "address", "municipality", "language"]
recipients = ["acme"]
valid_from = 2020-01-01
valid_to = 2099-12-31
"""
# A name and an address as one SQL expression that undoes what customers do to them.
PLAIN = "trim(regexp_replace(replace(replace(lower({0}), chr(160), ' '), ' – ', '-'), ' +', ' ', 'g'))"
LINE = "concat_ws(' ', address_street_fi, address_house_number, stair, ltrim(apartment, '0') || coalesce(divider, ''))"


def _ask(bench, file, package):
    permit = bench.folder / "update-permit.toml"
    permit.write_text(PERMIT)
    return {"do": "update", "file": str(file), "permit": str(permit), "package": package, "mode": "changes",
            "date": str(bench.date), "out": str(bench.folder / "updated.csv")}


def _size(bench, most):
    return min(most, bench.options.people // 5)


def _reported(bench, what, times, targets):
    found = {name: measure.summary(values) for name, values in times.items()}
    bench.raw[what] = found
    bench.table.against(what, found.pop("poimuri"), found, targets)


def codes(bench):
    """Identity codes with the address known; rows whose address differs are written.

    The customers' register is kept by each as it keeps tables: columns of the store, a native table, a frame in memory.
    """
    size, file = _size(bench, 1_000_000), bench.folder / "codes.csv"
    bench.duck.execute(f"""
        CREATE OR REPLACE TABLE customers AS
        SELECT row_number() OVER () AS key, person_id AS code, {LINE} AS street,
               CASE WHEN hash(person_id, 1) % 5 = 0 THEN '00000' ELSE address_postal_code END AS postal
        FROM wide WHERE has_address ORDER BY hash(person_id) LIMIT {size}""")
    bench.duck.execute(f"COPY (SELECT key AS asiakasnro, code AS hetu, street AS katuosoite, postal AS postinumero"
                       f" FROM customers) TO '{file}' (DELIMITER ';')")
    ask = _ask(bench, file, "address")
    people = pl.from_arrow(bench.duck.execute(
        f"SELECT person_id, {LINE} AS line, address_postal_code, address_post_office_fi, surname, first_names,"
        " municipality, no_register_update, security_until FROM wide").to_arrow_table())
    rows = pl.from_arrow(bench.duck.execute("SELECT * FROM customers").to_arrow_table())
    out = bench.folder / "others.csv"

    def by_duck():
        bench.duck.execute(f"""
            COPY (SELECT c.key, w.surname, w.first_names, w.municipality, {LINE} AS line, w.address_postal_code,
                         w.address_post_office_fi
                  FROM customers c JOIN wide w ON w.person_id = c.code
                  WHERE NOT w.no_register_update AND coalesce(w.security_until < DATE '{bench.date}', true)
                    AND ({LINE} <> c.street OR w.address_postal_code <> c.postal)) TO '{out}'""")

    def by_polars():
        found = rows.join(people, left_on="code", right_on="person_id").filter(
            ~pl.col("no_register_update") & (pl.col("security_until").is_null() | (pl.col("security_until") < bench.date))
            & ((pl.col("line") != pl.col("street")) | (pl.col("address_postal_code") != pl.col("postal"))))
        found.select("key", "surname", "first_names", "municipality", "line", "address_postal_code",
                     "address_post_office_fi").write_csv(out)

    times = measure.interleaved(bench.options.repetitions, {
        "poimuri": lambda: bench.engine.ask(**ask)["ms"],
        "DuckDB": lambda: by_duck() and None, "Polars": lambda: by_polars() and None})
    bench.raw["update phases"] = bench.engine.ask(**ask)
    _reported(bench, f"{size:,} codes, changed rows written", times, CODES)


def names(bench):
    """Names with a date of birth, in many spellings, joined after normalisation."""
    size, file = _size(bench, 600_000), bench.folder / "names.csv"
    bench.duck.execute(f"""
        CREATE OR REPLACE TABLE named AS
        SELECT row_number() OVER () AS key,
               CASE hash(person_id, 2) % 4 WHEN 0 THEN upper(surname) WHEN 1 THEN ' ' || surname ELSE surname END AS surname,
               CASE hash(person_id, 3) % 3 WHEN 0 THEN upper(first_names) WHEN 1 THEN replace(first_names, ' ', '  ')
                    ELSE first_names END AS first_names, birth_date
        FROM wide ORDER BY hash(person_id, 4) LIMIT {size}""")
    bench.duck.execute("COPY (SELECT key AS asiakasnro, surname AS sukunimi, first_names AS etunimet,"
                       f" birth_date AS \"syntymäaika\" FROM named) TO '{file}' (DELIMITER ';')")
    ask, out = _ask(bench, file, "address"), bench.folder / "others.csv"
    plain = PLAIN.format

    def by_duck():
        bench.duck.execute(f"""
            COPY (SELECT n.key, any_value(w.person_id) AS person, count(*) AS persons
                  FROM (SELECT key, {plain("surname")} AS s, {plain("first_names")} AS f, birth_date FROM named) n
                  JOIN (SELECT person_id, {plain("surname")} AS s, {plain("first_names")} AS f, birth_date FROM wide) w
                    USING (s, f, birth_date) GROUP BY n.key HAVING count(*) = 1) TO '{out}'""")

    times = measure.interleaved(bench.options.repetitions, {
        "poimuri": lambda: bench.engine.ask(**ask)["ms"], "DuckDB": by_duck})
    bench.raw["name phases"] = bench.engine.ask(**ask)
    _reported(bench, f"{size:,} names and dates of birth", times, NAMES)


def confusion(bench):
    """A customer register with realistic errors and ageing: what was found, and of whom."""
    size, file = _size(bench, 1_000_000), bench.folder / "aged.csv"
    people = bench.duck.execute(
        "SELECT person_id, previous_ids, surname, former_surnames, first_names, call_name, birth_date, has_address,"
        " address_street_fi, address_street_sv, address_house_number, address_postal_code, stair, apartment, divider,"
        f" no_register_update, security_until FROM wide ORDER BY hash(person_id, 5) LIMIT {size // 2}"
    ).to_arrow_table().to_pylist()
    previous = collections.defaultdict(list)
    before = f"SELECT * FROM read_parquet('{bench.source}/previous_addresses.parquet')"
    for old in bench.duck.execute(before).to_arrow_table().to_pylist():
        previous[old["person_id"]].append(old)
    made = customers.Maker(people, previous, 9).rows(size)
    file.write_text(customers.as_csv([row for row, *_ in made]), encoding="utf-8")
    ask = _ask(bench, file, "address")
    answer = bench.engine.ask(**ask)
    found = (bench.folder / "updated.csv.ids").read_text().split("\n")
    with (bench.folder / "updated.csv").open(encoding="utf-8", newline="") as opened:
        results = list(csv.reader(opened))
    table, others = collections.Counter(), []
    good = reached = 0
    for (row, person, faults), code, result in zip(made, found, results):
        status = result[2]
        if person is None:
            of, what = "nobody", "found" if code else "not found"
        else:
            barred = person["no_register_update"] or (person["security_until"] or bench.date) > bench.date
            of = "not disclosable" if barred else ", ".join(sorted(faults)) or "no error"
            what = "found" if code == person["person_id"] else "another found" if code else f"status {status}"
        if code and (person is None or code != person["person_id"]):
            others.append((row, code))
        if of == "no error" and status != "30" and keyed(row):
            good += 1
            reached += what == "found"
        table[of, what] += 1
    for (of, what), count in sorted(table.items()):
        print(f"   {of:<40} {what:<20} {count:>9,}")
    wrong = _not_alike(bench, others)
    print(f"   rows whose keys are another person's exactly: {len(others) - wrong:,}")
    nearly, unmatched = answer["approximate"], sum(result[2] == "20" for result in results)
    print(f"   of {unmatched:,} rows without anybody, names and postal code (M5) may explain {nearly['M5']:,},"
          f" a fuzzy candidate (M6) {nearly['M6']:,}; found in {nearly['ms']:.0f} ms beside {answer['ms']:.0f} ms")
    bench.raw["approximate"] = {"unmatched": unmatched, **nearly}
    bench.raw["confusion"] = [[*key, count] for key, count in table.items()]
    bench.table.limit("rows updated from another person", wrong, 0, "rows")
    bench.table.limit("rows that still agree and are found", 100 * reached / good, 99, "%", least=True)


def _not_alike(bench, others):
    """How many rows were found as another person whose keys are not exactly those of the row."""
    bench.duck.execute("CREATE OR REPLACE TEMP TABLE others (code TEXT)")
    bench.duck.execute("INSERT INTO others SELECT unnest(?)", [[code for _, code in others]])
    found = bench.duck.execute(
        "SELECT DISTINCT person_id, previous_ids, surname, former_surnames, first_names, former_first_names, call_name,"
        " birth_date, address_street_fi, address_street_sv FROM wide JOIN others ON code = person_id"
    ).to_arrow_table().to_pylist()
    by_code = {person["person_id"]: person for person in found}
    return sum(not _alike(row, by_code[code]) for row, code in others)


def _alike(row, person):
    """Whether a code, or the names with the date of birth or the present street, are this person's."""
    _, code, surname, first, birth, street, *_ = row
    if writing.code(code)[0] in [person["person_id"], *(person["previous_ids"] or [])]:
        return True
    surnames = [writing.surname(name) for name in [person["surname"], *(person["former_surnames"] or [])]]
    sets = [f"{person['first_names']} {person['call_name'] or ''}", *(person["former_first_names"] or [])]
    whole, _ = writing.given(first)
    is_named = (any(writing.same_surname(writing.surname(surname), name) for name in surnames)
                and any(set(whole) <= set(writing.plain(names).split(" ")) for names in sets))
    place = writing.address(street)
    streets = {writing.street(person[name] or "") for name in ("address_street_fi", "address_street_sv")}
    return is_named and (writing.day(birth) == person["birth_date"] or bool(place) and place[0] in streets)


def keyed(row):
    """Whether a row has a key at all: a code, or names with a date or an address with a number."""
    _, code, surname, first, birth, street, *_ = row
    whole = any(len(name.strip(".")) > 1 for name in first.split())
    return bool(code) or bool(surname and whole and (birth or any(c.isdigit() for c in street)))
