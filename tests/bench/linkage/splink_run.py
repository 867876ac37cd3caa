"""Links one labelled set with Splink 5 (packages `splink` and `pandas`): `splink_run.py FOLDER OUT [--fast]`. Prints a line of JSON
with the seconds it took, from reading the lists to writing pairs and clusters.

Comparisons are those of Splink's documentation for the columns' headings; with `--fast` Levenshtein's distance takes the
place of Damerau and Levenshtein's, which DuckDB computes slowly. Blocking rules are all pairs of columns that bring few enough pairs;
Splink's user would know them, so finding them is not in its time. Pairs and weights go to OUT/pairs.csv, clusters at its default
threshold of 0.95 to OUT/clusters.csv.
"""

import argparse
import json
import pathlib
import time

import duckdb
import pandas
import splink
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

#: Pairs that one rule may bring for each record.
PAIRS_PER_ROW = 4


def kinds(is_fast):
    """Words of headings, and the comparison Splink's documentation uses for them."""
    edits = cl.LevenshteinAtThresholds if is_fast else cl.DamerauLevenshteinAtThresholds
    return [
        (("first", "given", "surname", "last"), lambda c: cl.JaroWinklerAtThresholds(c, [0.9, 0.7])),
        (("dob", "birth_d", "date"), lambda c: edits(c, [1, 2])),
        (("ssn", "soc_sec", "postcode", "postal"), lambda c: edits(c, [1])),
        (("email",), lambda c: cl.JaroWinklerAtThresholds(c, [0.9])),
        (("street", "address", "city", "suburb", "place"), lambda c: cl.JaroWinklerAtThresholds(c, [0.88])),
    ]


def comparison(column, is_fast):
    """The comparison of a column; exact with term frequencies where nothing is known."""
    for words, make in kinds(is_fast):
        if any(word in column for word in words):
            return make(column).configure(term_frequency_adjustments="birth" not in column)
    return cl.ExactMatch(column).configure(term_frequency_adjustments=True)


def rules(paths, columns):
    """Pairs of columns as blocking rules, with those that bring too many pairs left out."""
    files = ", ".join(f"'{path}'" for path in paths)
    chosen = []
    with duckdb.connect() as database:
        database.execute(f"CREATE TABLE records AS FROM read_csv([{files}], all_varchar = true, union_by_name = true)")
        (count,) = database.execute("SELECT count(*) FROM records").fetchone()
        for index, one in enumerate(columns):
            for other in columns[index + 1:]:
                (pairs,) = database.execute(
                    f'SELECT coalesce(sum(n * (n - 1) / 2), 0) FROM (SELECT count(*) AS n FROM records '
                    f'WHERE "{one}" IS NOT NULL AND "{other}" IS NOT NULL GROUP BY "{one}", "{other}")').fetchone()
                if pairs <= PAIRS_PER_ROW * count:
                    chosen.append((one, other))
    return chosen


def main():
    """Reads, trains, predicts, clusters."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=pathlib.Path)
    options.add_argument("out", type=pathlib.Path)
    options.add_argument("--fast", action="store_true")
    options = options.parse_args()
    out = options.out
    names = ["a.csv", "b.csv"] if (options.folder / "a.csv").exists() else ["records.csv"]
    paths = [options.folder / name for name in names]
    whole = {"rec_id", "full_name", "first_and_surname"}
    columns = [column for column in pandas.read_csv(paths[0], nrows=0).columns if column not in whole]
    blocking = rules(paths, columns)
    begin = time.monotonic()
    frames = [pandas.read_csv(path, dtype=str) for path in paths]
    settings = SettingsCreator(
        link_type="link_only" if len(frames) == 2 else "dedupe_only", unique_id_column_name="rec_id",
        comparisons=[comparison(column, options.fast) for column in columns],
        blocking_rules_to_generate_predictions=[block_on(*pair) for pair in blocking])
    database = DuckDBAPI()
    inputs = [database.register(frame) for frame in frames]
    linker = Linker(inputs if len(inputs) > 1 else inputs[0], settings)
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on(*pair) for pair in blocking[:3]], recall=0.7)
    training.estimate_u_using_random_sampling(max_pairs=1e6)
    for pair in (blocking[0], blocking[-1]):
        training.estimate_parameters_using_expectation_maximisation(block_on(*pair))
    predicted = linker.inference.predict(threshold_match_weight=-10)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, 0.95)
    out.mkdir(parents=True, exist_ok=True)
    pairs = predicted.as_pandas_dataframe()[["rec_id_l", "rec_id_r", "match_weight", "match_probability"]]
    pairs.columns = ["id_a", "id_b", "weight", "probability"]
    pairs.to_csv(out / "pairs.csv", index=False)
    found = clusters.as_pandas_dataframe()[["rec_id", "cluster_id"]]
    found.columns = ["id", "cluster"]
    found.to_csv(out / "clusters.csv", index=False)
    print(json.dumps({"seconds": time.monotonic() - begin, "version": splink.__version__}))


if __name__ == "__main__":
    main()
