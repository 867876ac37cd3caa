"""What is true of a customer's rows: who of the whole country has a key of each, by the reference, whatever the program says."""

import collections

import pyarrow as pa

import update
import writing

#: Rows beside everybody who shares a key with one of them, at once.
BATCH_ROWS = 40_000
PEOPLE = (
    "person_id, previous_ids, surname, former_surnames, first_names, former_first_names, call_name, birth_date, has_address,"
    " address_street_fi, address_street_sv, address_house_number, address_postal_code, stair, apartment, divider,"
    " no_register_update, security_until"
)


class Row:
    """A row as it is read, and the identity codes of the persons that have each of its keys."""

    def __init__(self, row, reference):
        self.own = update.read(row)
        people, self._reference = reference.people, reference
        hit = reference.by_code.get(self.own["code"])
        by_birth, by_address = reference.candidates(self.own)
        found = {"M3": by_birth, "M4": by_address}
        if hit is not None and reference.persons[hit].plausible(self.own) != "none":
            found["M1" if people[hit]["person_id"] == self.own["code"] else "M2"] = {hit}
        sharing = by_birth | by_address | ({hit} if hit is not None else set())
        self.keys = {key: {people[index]["person_id"] for index in of} for key, of in found.items()}
        self.barred = {people[index]["person_id"] for index in sharing if reference.barred(index, False)}

    def agrees(self, code):
        """The keys by which a person, and nobody else, is meant."""
        return [key for key, found in self.keys.items() if found == {code}]

    def is_key_of(self, code):
        """Whether any key is a person's, be it also another's."""
        return any(code in found for found in self.keys.values())

    def is_hidden(self, code):
        """Whether nothing may be told where a person is meant: the person is barred, or one who shares a key of names."""
        by_code = code in self.keys.get("M1", ()) or code in self.keys.get("M2", ())
        return code in self.barred or bool(self.barred) and not by_code

    def decided(self):
        """What the reference comes to: the identity code found or none, and the key or the status."""
        found, key = self._reference.decide(self.own, False)
        return (self._reference.people[found]["person_id"], key) if isinstance(found, int) else ("", found)


def _table(bench, name, columns):
    made = pa.table(columns)  # noqa: F841
    bench.duck.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM made")


def _keyed(bench, name, texts, key):
    """A table of the distinct texts of a query and the key of each."""
    texts = [text for (text,) in bench.duck.execute(texts).fetchall()]
    _table(bench, name, {"text": pa.array(texts, pa.string()), "key": pa.array(map(key, texts), pa.string())})


def _everybody(bench):
    """Tables of the country by key, once: surnames with dates of birth, homes present and before, codes."""
    run, before = bench.duck.execute, f"read_parquet('{bench.source}/previous_addresses.parquet')"
    if run("SELECT count(*) FROM information_schema.tables WHERE table_name = 'true_codes'").fetchone()[0]:
        return
    run(f"CREATE OR REPLACE TABLE true_previous AS SELECT w.position, b.* FROM {before} b JOIN wide w USING (person_id)")
    names = ("SELECT position, birth_date, surname AS text FROM wide"
             " UNION ALL SELECT position, birth_date, unnest(former_surnames) FROM wide")
    _keyed(bench, "true_surnames", f"SELECT DISTINCT text FROM ({names})", lambda text: writing.surname(text)[1])
    run(f"CREATE OR REPLACE TABLE true_names AS SELECT DISTINCT position, birth_date, key AS surname FROM ({names})"
        " JOIN true_surnames USING (text)")
    homes = " UNION ALL ".join(
        f"SELECT position, {prefix}street_{language} AS street, {prefix}house_number AS number FROM {table}"
        for prefix, table in [("address_", "wide"), ("", "true_previous")] for language in ("fi", "sv"))
    homes = f"SELECT * FROM ({homes}) WHERE street IS NOT NULL AND number IS NOT NULL"
    _keyed(bench, "true_streets", f"SELECT DISTINCT street FROM ({homes})", writing.street)
    _keyed(bench, "true_numbers", f"SELECT DISTINCT number FROM ({homes})", lambda text: writing.plain(text).replace(" ", ""))
    run(f"CREATE OR REPLACE TABLE true_homes AS SELECT DISTINCT position, s.key AS street, n.key AS number FROM ({homes}) h"
        " JOIN true_streets s ON s.text = h.street JOIN true_numbers n ON n.text = h.number")
    run("CREATE OR REPLACE TABLE true_codes AS SELECT position, person_id AS code FROM wide"
        " UNION ALL SELECT position, unnest(previous_ids) FROM wide")


def _asked(bench, rows):
    """Tables of the rows by key."""
    codes, names, homes = [], [], []
    for index, row in enumerate(rows):
        own = update.read(row)
        if own["code"]:
            codes.append((index, own["code"]))
        if own["surname"][1] and own["birth"]:
            names.append((index, own["surname"][1], own["birth"]))
        if own["surname"][1] and own["exact"]:
            street, readings, *_ = own["address"]
            homes.extend((index, own["surname"][1], street, number) for number, _ in readings if number)
    for name, columns, found in [("row_codes", ["code"], codes), ("row_names", ["surname", "birth_date"], names),
                                 ("row_homes", ["surname", "street", "number"], homes)]:
        cells = list(zip(*found)) or [()] * (1 + len(columns))
        types = [pa.int64(), *(pa.date32() if column == "birth_date" else pa.string() for column in columns)]
        _table(bench, name, {column: pa.array(list(column_cells), type) for column, column_cells, type in
                             zip(["row", *columns], cells, types)})


def of_rows(bench, rows):
    """Gives a `Row` for each of the customer's rows, in their order."""
    run = bench.duck.execute
    run("SET memory_limit = '5GB'")
    _everybody(bench)
    _asked(bench, rows)
    run("""
        CREATE OR REPLACE TABLE sharing AS
        SELECT row, position FROM row_codes JOIN true_codes USING (code)
        UNION SELECT row, position FROM row_names JOIN true_names USING (surname, birth_date)
        UNION SELECT row, position FROM row_homes r JOIN true_homes h USING (street, number)
              JOIN true_names n USING (position, surname)""")
    run(f"CREATE OR REPLACE TABLE true_people AS SELECT position, {PEOPLE} FROM wide"
        " WHERE position IN (SELECT position FROM sharing)")
    for first in range(0, len(rows), BATCH_ROWS):
        here = f"IN (SELECT position FROM sharing WHERE row >= {first} AND row < {first + BATCH_ROWS})"
        people, previous = (
            bench.duck.sql(f"SELECT * FROM {table} WHERE position {here} ORDER BY position").to_arrow_table().to_pylist()
            for table in ("true_people", "true_previous"))
        reference = update.Reference(people, previous)
        for row in rows[first:first + BATCH_ROWS]:
            yield Row(row, reference)


def explained(bench, differing):
    """What the reference makes of rows that another engine answers otherwise than the program, each row with the program's
    answer and the other's, identity codes or nothing: counts by reason, and how many the program has otherwise than the reference."""
    reasons, wrong = collections.Counter(), 0
    for (_, ours, theirs), row in zip(differing, of_rows(bench, [row for row, *_ in differing])):
        code, key = row.decided()
        wrong += code != ours
        told = "nobody" if not theirs else "the same" if theirs == code else "another" if code else "somebody"
        reasons[f"found by {key}" if code else f"status {key}", f"{told} there"] += 1
    return reasons, wrong
