"""Counts of random criteria: the program against SQL on the same source files.

Usage: criteria.py [--trees N] [--people N] [--seed N]
"""

import argparse
import concurrent.futures
import json
import sys

import holes
import program
import register
import sql
import trees

# Reference dates: of the data, and around leap days and birthdays.
DATES = [None, None, program.AS_OF, "2027-02-28", "2027-03-01", "2028-02-29", "2031-12-31"]


def expected(db, criteria, date):
    """What a count has to answer."""
    date = date or program.AS_OF
    rows = db.execute(
        f"SELECT {register.exclusion(date)} AS reason, count(*) FROM person"
        f" WHERE {sql.node(criteria, date)} GROUP BY reason"
    ).fetchall()
    counts = dict(rows)
    return {
        "matched": sum(counts.values()),
        "excluded": {reason: counts.get(reason, 0) for reason in register.REASONS},
        "eligible": counts.get(None, 0),
    }


def write(store, index, criteria):
    """The criteria as JSON, or as TOML, which has no null."""
    text = json.dumps(criteria, ensure_ascii=False)
    if index % 2 and "null" not in text:
        lines = [f"{key} = {program.literal(value)}" for key, value in criteria.items()]
        return store.write(f"{index}.toml", "\n".join(lines) + "\n")
    return store.write(f"{index}.json", text)


def answered(store, index, criteria, date):
    """What the program answers."""
    arguments = ["count", write(store, index, criteria)]
    if date:
        arguments += ["--reference-date", date]
    answer = store.run(*arguments)
    excluded = {reason: answer["excluded"].get(reason, 0) for reason in register.REASONS}
    unknown = set(answer["excluded"]) - set(register.REASONS)
    if unknown:
        raise program.Refused(0, f"unknown reasons {sorted(unknown)}")
    return answer["population"], {"matched": answer["matched"], "excluded": excluded, "eligible": answer["eligible"]}


def cases(db, count, seed):
    """(criteria, date) of every case: each field and operator bare and negated, then random trees."""
    generator = trees.Generator(trees.Values(db), seed)
    bare = generator.every_predicate()
    found = bare + [{"not": predicate} for predicate in bare]
    found += [generator.tree(4) for _ in range(count)]
    return [(criteria, DATES[index % len(DATES)]) for index, criteria in enumerate(found)], generator.used


def compare(store, db, found):
    """Runs every case and prints those that differ; gives their number and how many matched somebody."""
    population = db.execute("SELECT count(*) FROM person").fetchall()[0][0]
    wrong = telling = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(answered, store, index, *case) for index, case in enumerate(found)]
        for (criteria, date), answer in zip(found, answers):
            right = expected(db, criteria, date)
            telling += 0 < right["matched"] < population
            try:
                got = answer.result()
            except (program.Refused, KeyError) as error:
                got = repr(error)
            if got != (population, right):
                wrong += 1
                print(f"WRONG {json.dumps(criteria, ensure_ascii=False)} on {date}\n"
                      f"  expected {population, right}\n  answered {got}")
    return wrong, telling


def main():
    """Compares and ends with code 1 if anything differs."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--trees", type=int, default=400)
    options.add_argument("--people", type=int, default=40_000)
    options.add_argument("--seed", type=int, default=20_260_901)
    options.add_argument("--shards", type=int, default=16)
    options = options.parse_args()
    with program.Store() as store:
        store.register(options.people, 11)
        holes.punch(store.source, options.seed)
        store.snapshot(options.shards)
        db = register.load(store.source)
        found, used = cases(db, options.trees, options.seed)
        wrong, telling = compare(store, db, found)
    print(f"{len(found)} criteria over {len(used)} pairs of field and operator, {telling} of them matched some"
          f" and not all: {len(found) - wrong} passed, {wrong} failed")
    return 1 if wrong or telling < len(found) // 2 else 0


if __name__ == "__main__":
    sys.exit(main())
