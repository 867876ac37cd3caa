"""Updates by identity code against the whole country, and whether every answer to an aged register is the right one."""

import collections
import csv
import datetime

import polars as pl

import customers
import measure
import truth

CODES = {"DuckDB": 5, "Polars": 3}
#: What a worker may take at most.
MEMORY_MIB = 1536
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
LINE = "concat_ws(' ', address_street_fi, address_house_number, stair, ltrim(apartment, '0') || coalesce(divider, ''))"
#: The address as it is told: in Swedish to those who are served in it.
TOLD = LINE.replace("address_street_fi", "CASE WHEN service_language = 'sv' THEN coalesce(address_street_sv, address_street_fi)"
                    " ELSE address_street_fi END")
OFFICE = ("CASE WHEN service_language = 'sv' THEN coalesce(address_post_office_sv, address_post_office_fi)"
          " ELSE address_post_office_fi END")
#: Columns of a result of package `address`.
RESULT = ["row", "key", "status", "key_used", "flags", "surname", "first_names", "call_name", "language", "municipality",
          "street_address", "postal_code", "post_office", "reason"]


def ask(bench, file):
    """An update of a file as the driver is asked for it."""
    permit = bench.folder / "update-permit.toml"
    permit.write_text(PERMIT)
    return {"do": "update", "file": str(file), "permit": str(permit), "package": "address", "mode": "changes",
            "date": str(bench.date), "out": str(bench.folder / "updated.csv")}


def size(bench, most):
    """Rows of a register: no more than a fifth of the people."""
    return min(most, bench.options.people // 5)


def results(bench):
    """The rows of the last update, and the identity code of each row's person, empty for nobody."""
    with (bench.folder / "updated.csv").open(encoding="utf-8", newline="") as opened:
        rows = [dict(zip(RESULT, row, strict=True)) for row in csv.reader(opened)]
    codes = (bench.folder / "updated.csv.ids").read_text().split("\n")[:-1]
    return list(zip(rows, codes, strict=True))


def reported(bench, what, times, targets):
    """Times of the contenders in the report."""
    found = {name: measure.summary(values) for name, values in times.items()}
    bench.raw[what] = dict(found)
    bench.table.against(what, found.pop("poimuri"), found, targets)


def watched(bench, what, question):
    """Asks once more, with an eye on memory and phases."""
    answer = bench.raw[f"{what} · phases"] = bench.engine.watched(**question)
    print(f"   with mapped files {answer['peak_mib']:,.0f} MiB; phases end at"
          f" {', '.join(f'{name} {answer[name]:.0f}' for name in ('compiled', 'prepared', 'matched', 'ms'))} ms")
    bench.table.limit(f"{what} · own memory", answer["own_mib"], MEMORY_MIB, "MiB")
    return answer


def codes(bench):
    """Identity codes with the address known; rows whose address differs are written.

    The engine alone, as in `names`. The customers' register is kept by each as it keeps tables: columns of the store, a
    native table, a frame in memory.
    """
    count, file = size(bench, 1_000_000), bench.folder / "codes.csv"
    bench.duck.execute(f"""
        CREATE OR REPLACE TABLE customers AS
        SELECT row_number() OVER () AS key, person_id AS code, {LINE} AS street,
               CASE WHEN hash(person_id, 1) % 5 = 0 THEN '00000' ELSE address_postal_code END AS postal
        FROM wide WHERE has_address ORDER BY hash(person_id) LIMIT {count}""")
    bench.duck.execute(f"COPY (SELECT key AS asiakasnro, code AS hetu, street AS katuosoite, postal AS postinumero"
                       f" FROM customers ORDER BY key) TO '{file}' (DELIMITER ';')")
    people = pl.from_arrow(bench.duck.sql(
        f"SELECT person_id, {LINE} AS line, {TOLD} AS told, address_postal_code, {OFFICE} AS office, municipality,"
        " no_register_update, security_until, death_date FROM wide").to_arrow_table())
    rows = pl.from_arrow(bench.duck.sql("SELECT * FROM customers").to_arrow_table())
    out = {name: bench.folder / f"updated-by-{name}.csv" for name in CODES}

    def by_duck():
        bench.duck.execute(f"""
            COPY (SELECT c.key, w.municipality, {TOLD} AS street_address, w.address_postal_code AS postal_code,
                         {OFFICE} AS post_office
                  FROM customers c JOIN wide w ON w.person_id = c.code
                  WHERE NOT w.no_register_update AND coalesce(w.security_until < DATE '{bench.date}', true)
                    AND w.death_date IS NULL
                    AND ({LINE} <> c.street OR w.address_postal_code <> c.postal)) TO '{out["DuckDB"]}'""")

    def by_polars():
        found = rows.join(people, left_on="code", right_on="person_id").filter(
            ~pl.col("no_register_update") & (pl.col("security_until").is_null() | (pl.col("security_until") < bench.date))
            & pl.col("death_date").is_null()
            & ((pl.col("line") != pl.col("street")) | (pl.col("address_postal_code") != pl.col("postal"))))
        found.select("key", "municipality", pl.col("told").alias("street_address"),
                     pl.col("address_postal_code").alias("postal_code"), pl.col("office").alias("post_office"),
                     ).write_csv(out["Polars"])

    question = ask(bench, file)
    times = measure.interleaved(bench.options.repetitions, {
        "poimuri": lambda: bench.engine.ask(**question)["ms"],
        "DuckDB": measure.writing(out["DuckDB"], by_duck), "Polars": measure.writing(out["Polars"], by_polars)})
    what = f"{count:,} codes, changed rows written"
    reported(bench, what, times, CODES)
    watched(bench, what, question)
    ours = {row["key"]: row for row, _ in results(bench) if row["status"] == "11"}
    for name, written in out.items():
        _same_changes(bench, f"{what} · otherwise by {name}", ours, written)


def _same_changes(bench, what, ours, file):
    """Compares the changed rows and their values with those another engine wrote: there is nothing to differ by."""
    with file.open(encoding="utf-8", newline="") as opened:
        theirs = {row["key"]: row for row in csv.DictReader(opened)}
    differing = collections.Counter()
    for key in ours.keys() | theirs.keys():
        one, other = ours.get(key), theirs.get(key)
        if one is None or other is None:
            differing["changed here alone" if one else "changed there alone"] += 1
        elif any(one[name] != value for name, value in other.items()):
            differing[f"another value, flags {one['flags']}"] += 1
    print(f"   {len(ours):,} changed rows beside {len(theirs):,}", *(f"; {why}: {n:,}" for why, n in differing.items()))
    bench.table.limit(what, differing.total(), 0, "rows")


def confusion(bench):
    """A customer register with realistic errors and ageing: what was found, and of whom."""
    count, file = size(bench, 1_000_000), bench.folder / "aged.csv"
    made = customers.Maker(*_sample(bench, count // 2), 9).rows(count)
    file.write_text(customers.as_csv([row for row, *_ in made]), encoding="utf-8")
    answer = bench.engine.ask(**ask(bench, file))
    counted, found = Confusion(), results(bench)
    for (_, person, faults), row, (result, code) in zip(made, truth.of_rows(bench, [row for row, *_ in made]), found,
                                                        strict=True):
        counted.add(bench, person, faults, row, result, code)
    counted.show(bench)
    nearly, unmatched = answer["approximate"], sum(result["status"] == "20" for result, _ in found)
    print(f"   of {unmatched:,} rows without anybody, names and postal code (M5) may explain {nearly['M5']:,},"
          f" a fuzzy candidate (M6) {nearly['M6']:,}; found in {nearly['ms']:.0f} ms beside {answer['ms']:.0f} ms")
    bench.raw["approximate"] = {"unmatched": unmatched, **nearly}


def _sample(bench, count):
    """People of the country, drawn, and where each lived before."""
    people = bench.duck.sql(
        f"SELECT {truth.PEOPLE} FROM wide ORDER BY hash(person_id, 5) LIMIT {count}").to_arrow_table().to_pylist()
    previous = collections.defaultdict(list)
    before = f"SELECT * FROM read_parquet('{bench.source}/previous_addresses.parquet') WHERE person_id IN (SELECT unnest(?))"
    for old in bench.duck.sql(before, params=[[person["person_id"] for person in people]]).to_arrow_table().to_pylist():
        previous[old["person_id"]].append(old)
    return people, previous


class Confusion:
    """What became of rows, beside what is true of them."""

    def __init__(self):
        self.table, self.missed = collections.Counter(), collections.Counter()
        self.wrong = self.shared = self.told = self.agreeing = self.hidden = self.reached = 0

    def add(self, bench, person, faults, row, result, code):
        """A row as it was made, of whom, what is true of it, its result and the identity code it was found by."""
        mine = person and person["person_id"]
        self.told += code in row.barred
        if code and code != mine:
            self.shared += row.is_key_of(code)
            self.wrong += not row.is_key_of(code)
        if person is None:
            self.table["nobody", "found" if code else "not found"] += 1
            return
        barred = person["no_register_update"] or (person["security_until"] or datetime.date.min) >= bench.date
        of = "not disclosable" if barred else ", ".join(sorted(faults)) or "no error"
        what = "found" if code == mine else "another found" if code else f"status {result['status']}"
        self.table[of, what] += 1
        keys = row.agrees(mine)
        if keys and (barred or row.is_hidden(mine)):
            self.hidden += 1
        elif keys:
            self.agreeing += 1
            self.reached += code == mine
            if code != mine:
                self.missed[", ".join(keys), what] += 1

    def show(self, bench):
        """Prints the table and what is beside the targets."""
        for (of, what), count in sorted(self.table.items()):
            print(f"   {of:<40} {what:<20} {count:>9,}")
        print(f"   rows whose keys are another person's exactly: {self.shared:,}")
        print(f"   rows that still agree with a unique person: {self.agreeing:,}, found {self.reached:,}; besides"
              f" {self.hidden:,} where a person who may not be disclosed is meant, or may be")
        for (keys, what), count in sorted(self.missed.items()):
            print(f"   agrees by {keys:<30} {what:<20} {count:>9,}")
        bench.raw["confusion"] = [[*key, count] for key, count in self.table.items()]
        bench.raw["missed"] = [[*key, count] for key, count in self.missed.items()]
        bench.table.limit("rows updated from another person", self.wrong, 0, "rows")
        bench.table.limit("rows told of who may not be disclosed", self.told, 0, "rows")
        bench.table.limit("rows that still agree and are found", 100 * self.reached / self.agreeing, 99, "%", least=True)
