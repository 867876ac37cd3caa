"""Whole extractions: the program's receipts and deliveries against a short reference.

Usage: extraction.py [--orders N] [--people N] [--seed N] [--shards N]
"""

import argparse
import decimal
import hashlib
import sys

import pyarrow.parquet as pq

import holes
import households
import orders
import program
import register
import rendering
import sampling
import sql
import trees

# What de-duplication and deliveries need of a person.
COLUMNS = ", ".join([
    "person_id", "dwelling_id", "surname", "first_names", "call_name", "sex", "birth_date", "mother_tongue",
    "municipality", "service_language", "stair", "apartment", "divider", "address_street_fi", "address_street_sv",
    "address_house_number", "address_postal_code", "address_post_office_fi", "address_post_office_sv",
])
LEAST_DELIVERY = 100
LEAST_GROUP = 20


class Reference:
    """The register in global order, and what an order has to give."""

    def __init__(self, folder):
        self.db = register.load(folder)
        self.db.execute(f"CREATE TABLE placed AS SELECT * FROM person ORDER BY {register.ORDER}")
        self.population = self.db.execute("SELECT count(*) FROM placed").fetchall()[0][0]
        self._codes = {}
        for person_id, previous in self.db.execute("SELECT person_id, previous_ids FROM placed").fetchall():
            for code in [person_id, *(previous or [])]:
                self._codes[code] = person_id

    def codes(self):
        """Every active and previous identity code."""
        return sorted(self._codes)

    def matched(self, criteria, date):
        """Rows in global order, with the first reason that excludes them and their age."""
        return self.db.sql(
            f"SELECT {COLUMNS}, {register.exclusion(date)} AS reason, {register.age(date)} AS age FROM placed"
            f" WHERE {sql.node(criteria, date)} ORDER BY rowid"
        ).to_arrow_table().to_pylist()

    def in_group(self, criteria, date):
        """Identity codes that criteria match."""
        if criteria is None:
            return None
        return {row[0] for row in self.db.execute(
            f"SELECT person_id FROM placed WHERE {sql.node(criteria, date)}").fetchall()}

    def adults(self, date):
        """Living residents of 18 or over by dwelling."""
        return dict(self.db.execute(
            "SELECT dwelling_id, count(*) FROM placed WHERE death_date IS NULL AND dwelling_id IS NOT NULL"
            f" AND {register.age(date)} >= 18 GROUP BY dwelling_id").fetchall())

    def own(self, codes):
        """Persons that rows of the customer's register stand for."""
        return {self._codes[code.upper()] for code in codes if code.upper() in self._codes}

    def run(self, order, seed):
        """Funnel, groups and rows of an order."""
        date = order["reference_date"] or program.AS_OF
        rows = self.matched(order["criteria"], date)
        funnel = {"population": self.population, "matched": len(rows)}
        for reason in register.REASONS:
            funnel[f"excluded:{reason}"] = sum(row["reason"] == reason for row in rows)
        rows = [row for row in rows if row["reason"] is None]
        eligible = len(rows)
        if "register" in order:
            own, subtract = self.own(order["register"]["file"][2]), order["register"]["use"] == "subtract"
            rows = [row for row in rows if (row["person_id"] in own) != subtract]
        # These three steps count what they take away.
        funnel.update({"register": eligible - len(rows), "person": 0})
        before, dedup = len(rows), order["dedup"]
        rows = households.survivors(rows, dedup["per"], dedup["keep"], seed, self.adults(date))
        funnel["household"] = before - len(rows)
        groups, outside, rows = self.sample(order["sample"], rows, date, seed)
        funnel.update({"no-group": outside, "sampled": len(rows), "dropped-at-release": 0, "delivered": len(rows)})
        return funnel, groups, rows

    def sample(self, sample, rows, date, seed):
        """Groups with what was drawn, how many are in none, and the drawn in global order."""
        wanted = sample.get("group", [{"name": ""}])
        members, outside = [[] for _ in wanted], 0
        tests = [self.in_group(group.get("criteria"), date) for group in wanted]
        for place, row in enumerate(rows):
            of = next((i for i, test in enumerate(tests) if test is None or row["person_id"] in test), None)
            if of is None:
                outside += 1
            else:
                members[of].append(place)
        allocated = self.allocation(sample, wanted, members)
        drawn, groups = [], []
        for group, places, number in zip(wanted, members, allocated):
            taken = sampling.draws(seed, group["name"], len(places), number)
            drawn += [places[index] for index in taken]
            groups.append({"name": group["name"], "eligible": len(places), "allocated": number, "drawn": len(taken)})
        return groups, outside, [rows[place] for place in sorted(drawn)]

    @staticmethod
    def allocation(sample, wanted, members):
        """How many of each group."""
        sizes = [len(places) for places in members]
        if sample["method"] == "all":
            return sizes
        if "size" in wanted[0]:
            return [min(group["size"], size) for group, size in zip(wanted, sizes)]
        weights = [decimal.Decimal(str(group.get("weight", 1))) for group in wanted]
        size = min(sample["size"], sum(sizes))
        return sampling.allocate(size, list(zip(sizes, weights)), sample.get("weighting") == "rates")


def delivered(store, order, receipt, index):
    """What the recipient finds in the delivery: the rows as CSV without header."""
    out = f"opened-{index}"
    store.run("delivery", "open", receipt["order"], "--identity", "posti.key", "--out", out)
    names = rendering.columns(order["fields"])
    if order["format"] == "parquet":
        rows = [row for part in sorted((store.folder / out).rglob("*.parquet")) for row in pq.read_table(part).to_pylist()]
        if rows and list(rows[0]) != names:
            raise program.Refused(0, f"columns {list(rows[0])}, expected {names}")
        return rendering.values_as_csv([[row[name] for name in names] for row in rows])
    found = b""
    header = (",".join(names) + "\r\n").encode()
    for part in sorted((store.folder / out).rglob("*.csv")):
        content = part.read_bytes()
        if not content.startswith(header):
            raise program.Refused(0, f"header {content[:80]!r}, expected {header!r}")
        found += content[len(header):]
    return found


def differences(store, reference, order, index):
    """Runs one order and says what differs from the reference; None if the delivery would be too small."""
    seed = hashlib.sha256(f"order {index}".encode()).digest()
    funnel, groups, rows = reference.run(order, seed)
    if "register" in order:
        name, content, _ = order["register"]["file"]
        (store.folder / name).write_bytes(content)
    small = len(rows) < LEAST_DELIVERY or any(group["drawn"] < LEAST_GROUP for group in groups)
    try:
        receipt = store.run("order", "run", store.write(f"order-{index}.toml", orders.toml(order)),
                            "--seed", seed.hex(), "--workers", 1 + index % 3)
    except program.Refused as refused:
        return None if small else [str(refused)]
    if len(rows) < LEAST_DELIVERY:
        return [f"delivered although only {len(rows)} are left"]
    names = rendering.columns(order["fields"])
    got = {entry["step"]: entry["count"] for entry in receipt["funnel"]}
    found = [f"{step}: {got.get(step)}, expected {count}" for step, count in funnel.items()
             if got.get(step, 0 if step == "no-group" else count) != count]
    answered = [{key: group[key] for key in ["name", "eligible", "allocated", "drawn"]} for group in receipt["groups"]]
    if answered != groups:
        found.append(f"groups {answered}, expected {groups}")
    if receipt["delivered"] != len(rows):
        found.append(f"delivered {receipt['delivered']}, expected {len(rows)}")
    text = rendering.rows_as_csv(rows, names)
    opened = delivered(store, order, receipt, index)
    if opened != text:
        pairs = zip(opened.split(b"\r\n"), text.split(b"\r\n"))
        found.append(f"delivery: first difference {next((pair for pair in pairs if pair[0] != pair[1]), None)}")
    if receipt["digest"] != hashlib.sha256(text).hexdigest():
        found.append("digest differs")
    return found


def main():
    """Compares and ends with code 1 if anything differs."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--orders", type=int, default=60)
    options.add_argument("--people", type=int, default=40_000)
    options.add_argument("--seed", type=int, default=4)
    options.add_argument("--shards", type=int, default=7)
    options = options.parse_args()
    wrong = compared = 0
    with program.Store() as store:
        store.register(options.people, 12)
        holes.punch(store.source, options.seed)
        store.snapshot(options.shards)
        store.admit()
        reference = Reference(store.source)
        generator = orders.Generator(trees.Values(reference.db), reference.codes(), options.seed)
        for index in range(options.orders):
            order = generator.order(index)
            found = differences(store, reference, order, index)
            compared += found is not None
            if found:
                wrong += 1
                print(f"WRONG order {index}\n{orders.toml(order)}\n  " + "\n  ".join(found))
    print(f"{options.orders} orders, {compared} large enough to be delivered:"
          f" {compared - wrong} passed, {wrong} failed")
    return 1 if wrong or compared < options.orders // 2 else 0


if __name__ == "__main__":
    sys.exit(main())
