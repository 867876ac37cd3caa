"""Makes a list of people with corrupted duplicates, and its truth: `people.py ROWS DIR [--share 0.1] [--first 0] [--seed 1]`.

Names are those of the project's own tables, drawn by their frequency. A tenth of the rows are second records of
earlier people with one to three faults: slips of the keyboard, swapped letters, initials, swapped day and month,
a move, a missing value. With `--first N` there are two lists to link instead: `b.csv` of ROWS different people, and
`a.csv` of N records, half of them faulty second records of people of `b.csv`, half of other people.

Lists are made in pieces, several at once, each with randomness of its own and its rows in random order: memory does not grow
with the list, and the same arguments give the same files. Records are numbered from 0, those of `a.csv` first.
"""

import argparse
import csv
import datetime
import functools
import io
import itertools
import multiprocessing
import pathlib
import random
import shutil

TABLES = pathlib.Path(__file__).resolve().parents[3] / "shared" / "src" / "register" / "tables"
FIELDS = ["rec_id", "first_name", "surname", "date_of_birth", "street_address", "postal_code", "city", "email"]
LETTERS = "abcdefghijklmnopqrstuvwxyzäö"
#: Rows of a piece.
PIECE = 50_000
#: Days that people are born on.
BIRTHDAYS = [str(datetime.date(1930, 1, 1) + datetime.timedelta(days=day)) for day in range(33_000)]


@functools.cache
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


@functools.cache
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


def streets(dice, count):
    """Street addresses."""
    (_, _), (first, _) = names()
    draw = zip(dice.choices(first, k=count), dice.choices(["katu", "tie", "kuja", "polku"], k=count))
    return [f"{name[:8]}{ending} {dice.randrange(1, 90)}" for name, ending in draw]


def drawn(dice, numbers):
    """People with the given numbers."""
    (last, last_counts), (first, first_counts) = names()
    areas, area_counts = places()
    count = len(numbers)
    columns = zip(numbers, dice.choices(first, cum_weights=first_counts, k=count), dice.choices(last, cum_weights=last_counts, k=count),
                  dice.choices(BIRTHDAYS, k=count), streets(dice, count), dice.choices(areas, cum_weights=area_counts, k=count))
    for number, given, surname, birth, street, (code, town) in columns:
        email = ""
        if dice.random() < 0.6:
            email = f"{given}.{surname}{dice.randrange(100)}@{dice.choice(['posti', 'mail', 'verkko'])}.example".lower()
        yield {"person": number, "first_name": given, "surname": surname, "date_of_birth": birth, "street_address": street,
               "postal_code": code, "city": town, "email": email}


def again(dice, row):
    """A faulty second record of a person."""
    areas, area_counts = places()
    return corrupt(dice, row, lambda: dice.choices(areas, cum_weights=area_counts)[0], lambda: streets(dice, 1)[0])


def one_list(dice, numbers, second):
    """The piece of a list: people with these numbers, and so many second records of them."""
    rows = list(drawn(dice, numbers))
    rows.extend(again(dice, row) for row in dice.choices(rows, k=second))
    dice.shuffle(rows)
    return {"records.csv": rows}


def two_lists(dice, numbers, second):
    """The pieces of two lists: people with these numbers, twice as many records as `second` of them and of others."""
    rows = list(drawn(dice, numbers))
    known, others = rows[:len(rows) - second], rows[len(rows) - second:]
    others.extend(again(dice, row) for row in dice.sample(known, second))
    dice.shuffle(others)
    return {"a.csv": others, "b.csv": known}


def as_csv(rows):
    """Rows as the text of a file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def piece(work):
    """The text of a piece of each list and of the truth; `work` is what to make, and the first number in each list."""
    make, seed, numbers, second, begins = work
    made = make(random.Random(seed), numbers, second)
    texts, truth = {}, {}
    for (name, rows), begin in zip(made.items(), begins):
        texts[name] = as_csv([begin + place, *(row[field] for field in FIELDS[1:])] for place, row in enumerate(rows))
        truth[name] = as_csv((begin + place, row["person"]) for place, row in enumerate(rows))
    return texts, truth


def pieces(options):
    """What to make, piece by piece."""
    count = -(-options.rows // PIECE)
    cut = lambda whole, index: whole * index // count  # noqa: E731
    for index in range(count):
        size = lambda whole: cut(whole, index + 1) - cut(whole, index)  # noqa: E731, B023
        seed = f"{options.seed}/{index}"
        if options.first:
            second = options.first // 2
            begin = cut(options.rows, index) + cut(second, index)
            numbers = range(begin, begin + size(options.rows) + size(second))
            yield two_lists, seed, numbers, size(second), (2 * cut(second, index), 2 * second + cut(options.rows, index))
        else:
            second = round(options.rows * options.share)
            begin = cut(options.rows - second, index)
            numbers = range(begin, begin + size(options.rows - second))
            yield one_list, seed, numbers, size(second), (begin + cut(second, index),)


def main():
    """Writes the lists and `truth_clusters.csv`."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("rows", type=int)
    options.add_argument("folder", type=pathlib.Path)
    options.add_argument("--share", type=float, default=0.1)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--seed", type=int, default=1)
    options = options.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    names = ["a.csv", "b.csv"] if options.first else ["records.csv"]
    lists = {name: open(options.folder / name, "w", newline="") for name in names}
    # The truth of each list beside it, put together at the end, so that it says of which list a record is by its order.
    known = {name: open(options.folder / f"{name}.truth", "w+", newline="") for name in names}
    for file in lists.values():
        file.write(as_csv([FIELDS]))
    with multiprocessing.Pool() as pool:
        for texts, truth in pool.imap(piece, pieces(options)):
            for name in names:
                lists[name].write(texts[name])
                known[name].write(truth[name])
    with open(options.folder / "truth.draft", "w", newline="") as whole:
        whole.write("rec_id,cluster_id\n")
        for name, file in known.items():
            file.seek(0)
            shutil.copyfileobj(file, whole)
            file.close()
            (options.folder / f"{name}.truth").unlink()
    for file in lists.values():
        file.close()
    (options.folder / "truth.draft").rename(options.folder / "truth_clusters.csv")


if __name__ == "__main__":
    main()
