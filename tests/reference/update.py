"""Update orders: every row of the program's results against a short reference.

Usage: update.py [--orders N] [--people N] [--rows N] [--seed N]
"""

import argparse
import collections
import csv
import datetime
import hashlib
import io
import sys

import customers
import holes
import nearly
import openpyxl
import program
import register
import writing

PERMIT = """
id = "P-2026-0002"
holder = "acme"
services = ["update"]
purposes = ["register-update"]
fields = ["name", "language", "municipality", "address", "sex", "mother_tongue", "death_date", "emigrated_on",
  "foreign_country", "foreign_address", "moved_in", "identity_code"]
recipients = ["acme"]
valid_from = 2020-01-01
valid_to = 2099-12-31
{more}
"""

ORDER = """
kind = "update"
customer = "acme"
permit = "P-2026-0002"
purpose = "register-update"
register = {{ {register} }}
update = {{ package = {package}, mode = "{mode}" }}
delivery = {{ recipient = "acme", format = "{format}" }}
"""

ITEMS = {
    '"address"': ["surname", "first_names", "call_name", "language", "municipality", "street_address", "postal_code",
                  "post_office"],
    '["identity_code", "sex"]': ["identity_code", "sex"],
    '"death"': ["surname", "first_names", "call_name", "death_date", "emigrated_on"],
    '["sex", "address", "foreign_country", "moved_in"]': ["sex", "street_address", "postal_code", "post_office",
                                                          "foreign_country", "moved_in"],
}
CHANGES = {"surname": "N", "first_names": "N", "call_name": "N", "language": "L", "municipality": "AMP",
           "street_address": "AMP", "postal_code": "AMP", "post_office": "AMP", "sex": "S", "moved_in": "AMP", "identity_code": "H"}


class Person:
    """A person of the register with keys of names and places."""

    def __init__(self, row, previous):
        self.row = row
        self.surnames = [writing.surname(name) for name in [row["surname"], *(row["former_surnames"] or [])]]
        sets = [f"{row['first_names']} {row['call_name'] or ''}", *(row["former_first_names"] or [])]
        self.given = [set(writing.plain(names).split(" ")) for names in sets]
        self.home = None
        if row["has_address"]:
            self.home = place(row, "address_") | {
                "stair": writing.plain(row["stair"]), "apartment": int(row["apartment"] or 0),
                "divider": writing.plain(row["divider"]),
                "lines": {customers.line(row[street], row["address_house_number"], row["stair"], row["apartment"],
                                         row["divider"])
                          for street in ("address_street_fi", "address_street_sv") if row[street]}}
        self.before = [place(old, "") | {
            "stair": writing.plain(old["stair"]), "apartment": int(old["apartment"] or 0),
            "divider": writing.plain(old["divider"])} for old in previous]

    def named(self, own):
        """Whether surname and given names are this person's; then whether either is a former one."""
        surname = next((index for index, name in enumerate(self.surnames)
                        if writing.same_surname(own["surname"], name)), None)
        given = next((index for index, names in enumerate(self.given) if self.gives(own, names)), None)
        return surname, given

    @staticmethod
    def gives(own, names):
        whole, letters = own["given"]
        return all(name in names for name in whole) and all(any(name[:1] == c for name in names) for c in letters)

    def keys(self, own):
        """Whether names and date of birth, and names and an address with a number, are this person's."""
        if not own["surname"][1] or not own["given"][0] or None in self.named(own):
            return False, False
        born = self.row["birth_date"]
        by_address = own["exact"] and writing.slip(own["birth"], born) and self.lives(own)
        return bool(own["birth"] and own["birth"] == born), bool(by_address)

    def is_barred(self, exempt=False):
        """Whether nothing may be told."""
        protected = self.row["security_until"] and str(self.row["security_until"]) >= program.AS_OF
        return bool(protected) or self.row["no_register_update"] and not exempt

    def lives(self, own):
        """Whether the address is this person's, present or previous."""
        return any(may_be(own, home) for home in [self.home, *self.before] if home)

    def plausible(self, own):
        """Of the names a row gives: all of them, some, none."""
        told = []
        if own["surname"][1]:
            bare = writing.folded(own["surname"][1])
            told.append(any(writing.folded(name[1]) == bare for name in self.surnames))
        whole, letters = own["given"]
        if whole or letters:
            names = {writing.folded(name) for names in self.given for name in names}
            told.append(any(writing.folded(name) in names for name in whole)
                        or any(name[:1] in letters for names in self.given for name in names if name))
        if not told:
            return "whole" if writing.slip(own["birth"], self.row["birth_date"]) else "none"
        return "whole" if all(told) else "part" if any(told) else "none"


def place(row, prefix):
    """Both streets, number and postal code of an address."""
    streets = {writing.street(row[f"{prefix}street_fi"] or ""), writing.street(row[f"{prefix}street_sv"] or "")} - {""}
    number = writing.plain(row[f"{prefix}house_number"]).replace(" ", "")
    return {"streets": streets, "number": number, "postal": row[f"{prefix}postal_code"]}


def may_be(own, home):
    """Whether an address may be this one: street and number are, nothing contradicts."""
    if not own["address"]:
        return False
    street, readings, apartment, divider = own["address"]
    return (street in home["streets"]
            and any(number and number == home["number"] and (not stair or not home["stair"] or stair == home["stair"])
                    for number, stair in readings)
            and (not apartment or not home["apartment"] or apartment == home["apartment"])
            and (not divider or not home["divider"] or divider == home["divider"])
            and (not own["postal"] or own["postal"] == home["postal"]))


def loaded(folder):
    """Everybody of the source files, and where each lived before."""
    db = register.load(folder)
    rows = db.sql(f"SELECT * FROM person ORDER BY {register.ORDER}").to_arrow_table().to_pylist()
    return rows, db.sql("SELECT * FROM src_previous_addresses").to_arrow_table().to_pylist()


class Reference:
    """The register, and the result of an order."""

    def __init__(self, rows, previous):
        self.previous = collections.defaultdict(list)
        for old in previous:
            self.previous[old["person_id"]].append(old)
        self.people = rows
        self.persons = [Person(row, self.previous[row["person_id"]]) for row in rows]
        self.by_name, before = collections.defaultdict(set), collections.defaultdict(set)
        for index, row in enumerate(rows):
            for code in row["previous_ids"] or []:
                before[code].add(index)
        # What was the code of two people leads to neither.
        self.by_code = {code: min(owners) for code, owners in before.items() if len(owners) == 1}
        for index, row in enumerate(rows):
            self.by_code[row["person_id"]] = index
        for index, person in enumerate(self.persons):
            for name in person.surnames:
                self.by_name[name[1]].add(index)

    def barred(self, index, exempt):
        """Whether nothing may be told."""
        return self.persons[index].is_barred(exempt)

    def candidates(self, own):
        """Persons by name and date of birth, and by name and address."""
        by_birth, by_address = set(), set()
        for index in self.by_name.get(own["surname"][1], ()):
            for found, is_found in zip((by_birth, by_address), self.persons[index].keys(own)):
                if is_found:
                    found.add(index)
        return by_birth, by_address

    def decide(self, own, exempt):
        """Status and reason, or the person and the key."""
        keyed = bool(own["surname"][1] and own["given"][0])
        if not own["code"] and not (keyed and (own["birth"] or own["exact"])):
            if own["code_fault"] not in (None, "empty"):
                return "40", f"identity-code-{own['code_fault']}"
            if keyed and own["birth"] is False:
                return "40", "birth-date-invalid"
            if not keyed and (own["birth"] or own["address"]):
                return "40", "name-incomplete"
            return "40", "no-key"
        hidden = "20", "not-found-or-not-disclosable"
        by_birth, by_address = self.candidates(own)
        barred = any(self.barred(index, exempt) for index in by_birth | by_address)
        hit = self.by_code.get(own["code"])
        if hit is not None:
            if self.barred(hit, exempt):
                return hidden
            names = self.persons[hit].plausible(own)
            odd = by_birth and hit not in by_birth
            doubtful = names == "none" or odd or names == "part" and by_address and hit not in by_address
            if doubtful:
                return hidden if barred else ("31", "keys-disagree")
            return hit, "M1" if self.people[hit]["person_id"] == own["code"] else "M2"
        if barred or not by_birth and not by_address:
            return hidden
        for one, others, key in [(by_birth, by_address, "M3"), (by_address, by_birth, "M4")]:
            if len(one) == 1 and (not others or one <= others):
                return next(iter(one)), key
        return ("31", "keys-disagree") if 1 in (len(by_birth), len(by_address)) else ("30", "several-persons")

    def facts(self, index, own, key):
        """Status and flags of a found person."""
        person, row = self.persons[index], self.people[index]
        flags = {"H"} if key == "M2" else set()
        if row["death_date"]:
            return "12", flags | {"D"}
        if not row["has_address"] and row["emigrated_on"]:
            return "13", flags | {"E"}
        surname, given = person.named(own)
        told = ([surname] if own["surname"][1] else []) + ([given] if own["given"][0] else [])
        for found in told:
            flags |= {"N"} if found is None else {"N", "F"} if found else set()
        if not row["has_address"]:
            return "14", flags
        home = person.home
        if own["line"] in home["lines"]:
            own = {**own, "address": None}
            flags |= {"P"} if own["postal"] and own["postal"] != home["postal"] else set()
        if own["address"]:
            street, readings, apartment, divider = own["address"]
            same = (street in home["streets"] and (home["number"], home["stair"] or None) in readings
                    and apartment == home["apartment"] and (divider or "") == home["divider"])
            if not same:
                flags.add("A")
                if row["emigrated_on"] and row["moved_in"] and row["moved_in"] > row["emigrated_on"]:
                    flags.add("I")
            elif own["postal"] and own["postal"] != home["postal"]:
                flags.add("P")
        value, changes = own["value"], set(flags)
        for since, letters in [(row["moved_in"], {"A", "P", "M", "I"}), (row["names_since"], {"N", "F"})]:
            if value and since and value > since and changes & letters:
                flags = flags - letters | {"C"}
        return ("11" if flags - {"C"} else "10"), flags

    def items(self, index, status, flags, names, mode):
        """The items of a found person."""
        row = self.people[index]
        swedish = row["service_language"] == "sv"
        street = swedish and row["address_street_sv"] or row["address_street_fi"]
        values = {
            **{name: row[name] for name in ("surname", "first_names", "call_name", "municipality", "sex", "death_date",
                                            "emigrated_on", "foreign_country", "moved_in")},
            "identity_code": row["person_id"],
            "language": row["mother_tongue"] if row["mother_tongue"] in ("fi", "sv") else "other",
            "street_address": row["has_address"] and customers.line(
                street, row["address_house_number"], row["stair"], row["apartment"], row["divider"]),
            "postal_code": row["address_postal_code"],
            "post_office": swedish and row["address_post_office_sv"] or row["address_post_office_fi"],
        }
        given = {"12": {"death_date"}, "13": {"foreign_country", "foreign_address", "emigrated_on"}}.get(status, set())
        if status in ("10", "11") and mode == "current":
            given = {name for name in names if name != "identity_code" or "H" in flags}
        elif status == "11":
            given = {name for name in names if set(CHANGES.get(name, "")) & flags}
        return [str(values[name]) if name in given and values[name] is not None else "" for name in names]

    def run(self, rows, package, mode, exempt):
        """The rows of a result, how many persons they are, and how many rows of status 20 M5 and M6 may explain."""
        names, firsts, result, unmatched = ITEMS[package], {}, [], []
        for number, row in enumerate(rows, 1):
            own = read(row)
            found, key = self.decide(own, exempt)
            if found == "20":
                unmatched.append(own)
            if isinstance(found, str):
                result.append([str(number), row[0], found, "", "", *[""] * len(names), key])
            elif found in firsts:
                reason = f"same-person-as-row-{firsts[found]}"
                result.append([str(number), row[0], "41", "", "", *[""] * len(names), reason])
            else:
                firsts[found] = number
                status, flags = self.facts(found, own, key)
                letters = "".join(letter for letter in "NFAMLSHDEIPC" if letter in flags)
                items = self.items(found, status, flags, names, mode)
                newer = "customer-value-newer" if "C" in flags else ""
                result.append([str(number), row[0], status, key, letters, *items, newer])
        return names, result, len(firsts), nearly.Nearly(self, exempt, may_be).counts(unmatched)


def read(row):
    """What a row of the customer says."""
    _, code, surname, first, birth, street, postal, value = row
    code, fault = writing.code(code)
    parsed = writing.address(street)
    return {"code": code, "code_fault": fault, "surname": writing.surname(surname), "given": writing.given(first),
            "birth": writing.day(birth), "line": street, "address": parsed, "postal": writing.postal_code(postal),
            "exact": bool(parsed and any(number for number, _ in parsed[1])), "value": writing.day(value)}


def written(store, rows, index):
    """Writes a customer's register, CSV or a sheet of a workbook; how an order names it."""
    if index % 2 == 0:
        return f'file = "{store.write(f"customers-{index}.csv", customers.as_csv(rows))}"'
    name = f"customers-{index}.xlsx"
    customers.as_xlsx(rows, store.folder / name, "Asiakkaat")
    return f'file = "{name}", sheet = "Asiakkaat"'


def delivered(part):
    """The rows of a delivered file as text, headings first."""
    if part.suffix == ".csv":
        with part.open(encoding="utf-8", newline="") as opened:
            return list(csv.reader(opened))
    book = openpyxl.load_workbook(part, read_only=True)
    text = lambda cell: "" if cell is None else str(cell.date() if isinstance(cell, datetime.datetime) else cell)
    return [[text(cell) for cell in row] for row in book["result"].iter_rows(values_only=True)]


def compare(store, reference, rows, package, mode, exempt, index):
    """Runs one order and says what differs."""
    names, expected, persons, approximate = reference.run(rows, package, mode, exempt)
    format = ["csv", "xlsx"][index // 2 % 2]
    order = ORDER.format(register=written(store, rows, index), package=package, mode=mode, format=format)
    order = store.write(f"update-{index}.toml", order)
    receipt = store.run("order", "run", order, "--seed", hashlib.sha256(b"%d" % index).hexdigest(), "--workers", 1 + index % 3)
    out = f"updated-{index}"
    store.run("delivery", "open", receipt["order"], "--identity", "acme.key", "--out", out)
    (part,) = (store.folder / out).rglob(f"*.{format}")
    head, *found = delivered(part)
    wrong = []
    if head != ["row", "customer_key", "status", "key_used", "flags", *names, "reason"]:
        wrong.append(f"columns {head}")
    for got, want, row in zip(found, expected, rows):
        if got != want:
            wrong.append(f"{row}\n    got      {got}\n    expected {want}")
    if len(found) != len(expected):
        wrong.append(f"{len(found)} rows, expected {len(expected)}")
    if receipt["update"]["persons"] != persons:
        wrong.append(f"{receipt['update']['persons']} persons, expected {persons}")
    counted = collections.Counter(row[2] for row in expected)
    if receipt["update"]["statuses"] != dict(counted):
        wrong.append(f"statuses {receipt['update']['statuses']}, expected {dict(counted)}")
    if receipt["update"]["approximate"] != approximate:
        wrong.append(f"approximate {receipt['update']['approximate']}, expected {approximate}")
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(found)
    if receipt["digest"] != hashlib.sha256(text.getvalue().encode()).hexdigest():
        wrong.append("digest differs")
    return wrong, counted + collections.Counter(approximate)


def main():
    """Compares and ends with code 1 if anything differs."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--orders", type=int, default=6)
    options.add_argument("--people", type=int, default=30_000)
    options.add_argument("--rows", type=int, default=4_000)
    options.add_argument("--seed", type=int, default=5)
    options = options.parse_args()
    failed, seen = 0, collections.Counter()
    for index in range(options.orders):
        exempt, package = index % 3 == 2, list(ITEMS)[index % len(ITEMS)]
        with program.Store() as store:
            store.register(options.people, 12 + index)
            holes.punch(store.source, options.seed + index)
            store.snapshot([1, 7, 16][index % 3])
            key = store.run("recipient", "keygen", "--out", "acme.key")["public_key"]
            store.run("recipient", "add", "acme", "--key", key)
            more = 'exempt_from_update_prohibition = "a statute"' if exempt else ""
            store.run("permit", "import", store.write("permit.toml", PERMIT.format(more=more)))
            reference = Reference(*loaded(store.source))
            maker = customers.Maker(reference.people, reference.previous, options.seed + index)
            rows = [row for row, *_ in maker.rows(options.rows)]
            mode = ["changes", "current"][index % 2]
            wrong, counted = compare(store, reference, rows, package, mode, exempt, index)
            seen += counted
            if wrong:
                failed += 1
                print(f"WRONG order {index} ({len(wrong)} differences)\n  " + "\n  ".join(wrong[:10]))
    rare = [status for status in "10 11 12 13 14 20 31 40 41 M5 M6".split() if not seen[status]]
    print(f"{options.orders} updates, rows by status {dict(sorted(seen.items()))}: {failed} failed")
    if rare:
        print(f"no row had status {', '.join(rare)}")
    return 1 if failed or rare else 0


if __name__ == "__main__":
    sys.exit(main())
