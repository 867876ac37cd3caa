"""Links one labelled set with Splink 5 (packages `splink` and `pandas`): `splink_run.py FOLDER OUT`. Prints a line of JSON with the seconds it took.

Comparisons are those of Splink's documentation for the columns' headings; blocking rules are all pairs of columns
that bring few enough pairs. Pairs and weights go to OUT/pairs.csv, clusters at its default threshold of 0.95 to
OUT/clusters.csv.
"""

import json
import pathlib
import sys
import time

import pandas
import splink
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

#: Words of headings, and the comparison Splink's documentation uses for them.
KINDS = [
    (("first", "given", "surname", "last"), lambda c: cl.JaroWinklerAtThresholds(c, [0.9, 0.7])),
    (("dob", "birth_d", "date"), lambda c: cl.DamerauLevenshteinAtThresholds(c, [1, 2])),
    (("ssn", "soc_sec", "postcode", "postal"), lambda c: cl.DamerauLevenshteinAtThresholds(c, [1])),
    (("email",), lambda c: cl.JaroWinklerAtThresholds(c, [0.9])),
    (("street", "address", "city", "suburb", "place"), lambda c: cl.JaroWinklerAtThresholds(c, [0.88])),
]
#: Pairs that one rule may bring for each record.
PAIRS_PER_ROW = 4


def comparison(column):
    """The comparison of a column; exact with term frequencies where nothing is known."""
    for words, make in KINDS:
        if any(word in column for word in words):
            return make(column).configure(term_frequency_adjustments="birth" not in column)
    return cl.ExactMatch(column).configure(term_frequency_adjustments=True)


def rules(frames, columns):
    """Pairs of columns as blocking rules, with those that bring too many pairs left out."""
    frame = pandas.concat(frames)
    chosen = []
    for index, one in enumerate(columns):
        for other in columns[index + 1:]:
            sizes = frame.dropna(subset=[one, other]).groupby([one, other]).size()
            if (sizes * (sizes - 1) / 2).sum() <= PAIRS_PER_ROW * len(frame):
                chosen.append((one, other))
    return chosen


def main():
    """Reads, trains, predicts, clusters."""
    folder, out = map(pathlib.Path, sys.argv[1:3])
    begin = time.monotonic()
    names = ["a.csv", "b.csv"] if (folder / "a.csv").exists() else ["records.csv"]
    frames = [pandas.read_csv(folder / name, dtype=str) for name in names]
    whole = {"full_name", "first_and_surname"}
    columns = [column for column in frames[0].columns if column != "rec_id" and column not in whole]
    blocking = rules(frames, columns)
    settings = SettingsCreator(
        link_type="link_only" if len(frames) == 2 else "dedupe_only", unique_id_column_name="rec_id",
        comparisons=[comparison(column) for column in columns],
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
