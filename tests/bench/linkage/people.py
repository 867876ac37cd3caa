"""Makes a list of people with corrupted duplicates, and its truth: `people.py ROWS DIR [--share 0.1] [--first 0] [--seed 1]`.

Names are those of the project's own tables, drawn by their frequency. A tenth of the rows are second records of
earlier people with one to three faults: slips of the keyboard, swapped letters, initials, swapped day and month,
a move, a missing value. With `--first N` there are two lists to link instead: `b.csv` of ROWS different people, and
`a.csv` of N records, half of them faulty second records of people of `b.csv`, half of other people.
"""

import argparse
import csv
import datetime
import itertools
import pathlib
import random

TABLES = pathlib.Path(__file__).resolve().parents[3] / "shared" / "src" / "register" / "tables"
FIELDS = ["rec_id", "first_name", "surname", "date_of_birth", "street_address", "postal_code", "city", "email"]
LETTERS = "abcdefghijklmnopqrstuvwxyzäö"


def names():
    """Surnames and given names with their cumulative counts."""
    last, first = ([], []), ([], [])
    for line in (TABLES / "names.tsv").read_text().splitlines():
        if line.startswith("#"):
            continue
        name, surname, man, woman = (line.split("\t") + ["", "", ""])[:4]
        if surname:
            last[0].append(name)
            last[1].append(int(surname))
        if man or woman:
            first[0].append(name)
            first[1].append(int(man or 0) + int(woman or 0))
    stems = ["Ala", "Ylä", "Iso", "Pikku", "Uusi", "Vanha", "Kivi", "Lehto"]
    # Rare names are many: composed ones, each with few bearers.
    for stem, name in itertools.product(stems, list(last[0][::2])):
        last[0].append(stem + name.lower())
        last[1].append(30)
    return [(values, list(itertools.accumulate(counts))) for values, counts in (last, first)]


def places():
    """Postal codes with their municipality, and cumulative counts."""
    towns = {}
    for line in (TABLES / "municipalities.tsv").read_text().splitlines():
        if not line.startswith("#"):
            cells = line.split("\t")
            towns[cells[0]] = cells[3]
    found, counts = [], []
    for line in (TABLES / "postal_areas.tsv").read_text().splitlines():
        if line.startswith("#"):
            continue
        town, areas = line.split("\t")
        for area in areas.split():
            code, people = area.split(":")
            found.append((code, towns[town]))
            counts.append(int(people))
    return found, list(itertools.accumulate(counts))


def typo(dice, text):
    """One slip of the keyboard."""
    if len(text) < 3:
        return text
    at = dice.randrange(1, len(text))
    kind = dice.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1:]
    if kind == 1:
        return text[:at] + dice.choice(LETTERS) + text[at:]
    if kind == 2:
        return text[:at] + dice.choice(LETTERS) + text[at + 1:]
    return text[:at - 1] + text[at] + text[at - 1] + text[at + 1:]


def faulty_date(dice, date):
    """A date with swapped day and month, or one digit off."""
    year, month, day = date.split("-")
    if int(day) <= 12 and dice.random() < 0.5:
        return f"{year}-{day}-{month}"
    at = dice.choice([2, 3, 8, 9])
    return date[:at] + str(dice.randrange(10)) + date[at + 1:]


def corrupt(dice, row, draw_place, draw_street):
    """A second record of the same person."""
    row = dict(row)
    for _ in range(dice.choices([1, 2, 3], [5, 3, 2])[0]):
        field = dice.choice(FIELDS[1:])
        kind = dice.random()
        if kind < 0.15:
            row[field] = ""
        elif field == "date_of_birth" and row[field]:
            row[field] = faulty_date(dice, row[field])
        elif field == "first_name" and kind < 0.3:
            row[field] = row[field][:1]
        elif field in ("street_address", "postal_code", "city") and kind < 0.5:
            row["postal_code"], row["city"] = draw_place()
            row["street_address"] = draw_street()
        else:
            row[field] = typo(dice, row[field])
    return row


def makers(dice):
    """Draws a person, and a faulty second record of one."""
    (last, last_counts), (first, first_counts) = names()
    areas, area_counts = places()
    draw = lambda values, counts: dice.choices(values, cum_weights=counts)[0]  # noqa: E731
    draw_place = lambda: draw(areas, area_counts)  # noqa: E731
    draw_street = lambda: f"{dice.choice(first)[:8]}{dice.choice(['katu', 'tie', 'kuja', 'polku'])} {dice.randrange(1, 90)}"  # noqa: E731
    begin = datetime.date(1930, 1, 1)

    def person(number):
        code, town = draw_place()
        row = {"first_name": draw(first, first_counts), "surname": draw(last, last_counts),
               "date_of_birth": str(begin + datetime.timedelta(days=dice.randrange(33000))),
               "street_address": draw_street(), "postal_code": code, "city": town, "person": number}
        row["email"] = (f"{row['first_name']}.{row['surname']}{dice.randrange(100)}@"
                        f"{dice.choice(['posti', 'mail', 'verkko'])}.example").lower() if dice.random() < 0.6 else ""
        return row

    return person, lambda row: corrupt(dice, row, draw_place, draw_street)


def one_list(count, share, seed):
    """Rows in random order, each with the number of its person."""
    dice = random.Random(seed)
    person, again = makers(dice)
    originals = round(count * (1 - share))
    rows = [person(number) for number in range(originals)]
    rows.extend(again(rows[dice.randrange(originals)]) for _ in range(count - originals))
    dice.shuffle(rows)
    return {"records.csv": rows}


def two_lists(count, first, seed):
    """Rows of the lists to be linked, each with the number of its person."""
    dice = random.Random(seed)
    person, again = makers(dice)
    rows = [person(number) for number in range(count + first - first // 2)]
    rows, others = rows[:count], rows[count:]
    others.extend(again(row) for row in dice.sample(rows, first // 2))
    dice.shuffle(others)
    return {"a.csv": others, "b.csv": rows}


def main():
    """Writes the lists and `truth_clusters.csv`."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("rows", type=int)
    options.add_argument("folder", type=pathlib.Path)
    options.add_argument("--share", type=float, default=0.1)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--seed", type=int, default=1)
    options = options.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.first:
        lists = two_lists(options.rows, options.first, options.seed)
    else:
        lists = one_list(options.rows, options.share, options.seed)
    number = itertools.count()
    with open(options.folder / "truth_clusters.csv", "w", newline="") as truth:
        known = csv.writer(truth)
        known.writerow(["rec_id", "cluster_id"])
        for name, rows in lists.items():
            with open(options.folder / name, "w", newline="") as records:
                out = csv.writer(records)
                out.writerow(FIELDS)
                for row in rows:
                    record = next(number)
                    out.writerow([record, *(row[field] for field in FIELDS[1:])])
                    known.writerow([record, row["person"]])


if __name__ == "__main__":
    main()
