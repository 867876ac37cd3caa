"""Customer registers made of a population: rows with realistic errors, aged as such registers are."""

import csv
import datetime
import io
import random
import re

import openpyxl
import writing

HEADER = ["asiakasnro", "hetu", "sukunimi", "etunimet", "syntymäaika", "katuosoite", "postinumero", "muutospäivä"]


def line(street, number, stair, apartment, divider):
    """A street address as it is printed."""
    parts = [street, number, stair, (apartment or "").lstrip("0") + (divider or "")]
    return " ".join(part for part in parts if part)


class Maker:
    """Makes rows; the same seed makes the same rows."""

    def __init__(self, people, previous, seed):
        self.people = people
        self.previous = previous
        self.faults = set()
        self.dice = random.Random(seed)

    def rows(self, count):
        """Rows of the register, each with the person it was made of, None for nobody, and what is wrong in it."""
        chosen = [self.dice.choice(self.people) for _ in range(count)]
        rows = [self.row(index, person) for index, person in enumerate(chosen)]
        for _ in range(count // 50):
            again, into = self.dice.randrange(count), self.dice.randrange(count)
            rows[into] = ([f"A{into}", *rows[again][0][1:]], *rows[again][1:])
        return rows

    def row(self, index, person):
        """One row: 40 % with an identity code, the rest with a date of birth or an address, some with all."""
        dice, self.faults = self.dice, set()
        kind = dice.choices(["code", "birth", "address", "all", "junk"], [40, 26, 26, 6, 2])[0]
        names = self.names(person)
        code = self.code(person) if kind in ("code", "all") else ""
        birth = self.birth(person) if kind in ("birth", "all") else ""
        street, postal = self.address(person) if kind != "birth" or dice.random() < 0.3 else ("", "")
        if kind == "code" and dice.random() < 0.2:
            names = ("", "")
        if kind in ("code", "all") and dice.random() < 0.02:
            names = self.names(dice.choice(self.people))
            self.faults.add("another's names")
        if kind == "junk":
            names, code, birth = ("Olematon", "Ei Kukaan"), dice.choice(["", "1", "131052-308U"]), "31.2.1990"
            street, postal = dice.choice([("", ""), ("PL 55", "00101")])
        value = person["birth_date"] + datetime.timedelta(days=dice.randrange(30000))
        value = value.isoformat() if dice.random() < 0.3 and value.year < 2026 else ""
        row = [f"A{index}", code, *names, birth, street, postal, value]
        return row, None if kind == "junk" else person, self.faults

    def code(self, person):
        """The active code, a previous one, or a slip."""
        dice = self.dice
        code = dice.choice(person["previous_ids"]) if person["previous_ids"] and dice.random() < 0.5 else person["person_id"]
        if dice.random() < 0.03:
            self.faults.add("slip in the code")
            code = code[:9] + str((int(code[9]) + 1 + dice.randrange(8)) % 10) + code[10]
            if dice.random() < 0.5:
                code = code[:10] + writing.CHECK[int(code[:6] + code[7:10]) % 31]
        return dice.choice([code, code, code.lower(), f" {code}"])

    def names(self, person):
        """Names present or former, whole or in part, in many spellings, sometimes wrong."""
        dice = self.dice
        surname, first = person["surname"], person["first_names"]
        if person["former_surnames"] and dice.random() < 0.4:
            surname = dice.choice(person["former_surnames"])
        if dice.random() < 0.4:
            first = person["call_name"] or first.split(" ")[0]
        elif dice.random() < 0.2:
            first = " ".join([first.split(" ")[0], *(f"{name[0]}." for name in first.split(" ")[1:])])
        if dice.random() < 0.02:
            self.faults.add("slip in the surname")
            at = dice.randrange(len(surname))
            surname = surname[:at] + dice.choice("aeiou") + surname[at + 1:]
        spell = dice.choice([str, str, str.upper, str.lower, lambda t: f" {t} ", lambda t: t.replace("-", " – "),
                             lambda t: t.replace(" ", "\u00a0")])
        surname = spell(surname)
        return (f"tri {surname}" if dice.random() < 0.03 else surname), spell(first)

    def birth(self, person):
        """A date in several forms, sometimes wrong."""
        date = person["birth_date"]
        if self.dice.random() < 0.02:
            self.faults.add("slip in the date")
            date = date.replace(day=1 + date.day % 28)
        form = self.dice.choice(["%Y-%m-%d", "%d.%m.%Y", "%Y%m%d"])
        return date.strftime(form)

    def address(self, person):
        """The present address, a previous one, or none, in several spellings."""
        dice = self.dice
        before = self.previous.get(person["person_id"], [])
        if before and dice.random() < 0.4:
            place = dice.choice(before)
        elif person["has_address"]:
            place = {name.removeprefix("address_"): person[name] for name in (
                "address_street_fi", "address_street_sv", "address_house_number", "address_postal_code", "stair",
                "apartment", "divider")}
        else:
            return "", ""
        street = place["street_sv"] if place["street_sv"] and dice.random() < 0.2 else place["street_fi"]
        for full, short in [("katu", "k."), ("tie", "t."), ("vägen", "v.")]:
            if street.endswith(full) and dice.random() < 0.1:
                street = street.removesuffix(full) + short
        stair, apartment = place["stair"], place["apartment"]
        if dice.random() < 0.1:
            stair = apartment = None
        text = line(street, place["house_number"], stair, apartment, place["divider"] if apartment else None)
        text = dice.choice([text, text, text.upper(), text.replace(" ", "  ")])
        postal = dice.choice([place["postal_code"]] * 4 + [f"FI-{place['postal_code']}", ""])
        return text, postal


def as_xlsx(rows, path, sheet):
    """Rows as a workbook whose second sheet they are: dates and numbers in cells of their type, empty rows between."""
    book = openpyxl.Workbook()
    book.active.append(["ohje"])
    table = book.create_sheet(sheet)
    table.append(HEADER)
    for index, row in enumerate(rows):
        table.append([typed(index, place, text) for place, text in enumerate(row)])
        if index % 50 == 7:
            table.append([])
        if row[6].isdigit() and index % 3 == 0:
            table.cell(table.max_row, 7).number_format = "00000"
    book.save(path)


def typed(index, place, text):
    """A cell as somebody may have typed it."""
    if not text:
        return None
    if HEADER[place] in ("syntymäaika", "muutospäivä") and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        date = datetime.date.fromisoformat(text)
        return date if date.year > 1900 else text
    if HEADER[place] == "postinumero" and text.isdigit() and index % 3 < 2:
        return int(text)
    return text


def as_csv(rows):
    """Rows as a file."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(rows)
    return out.getvalue()
