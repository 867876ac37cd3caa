"""Links one set as somebody without a linkage program would: `naive.py FOLDER CANDIDATES`. Prints a line of JSON.

All fields of a record are one text, its words sorted, and two records are as alike as `rapidfuzz` says those texts are
(token-sort ratio). The threshold is the one that gives the best F1 by the truth, which no program knows: the most that such a measure
can reach. Up to `ALL_PAIRS` pairs are all compared, of larger sets those of CANDIDATES, a `pairs.csv`. Needs the packages
`rapidfuzz` and `numpy`.
"""

import json
import pathlib
import sys
import time
from array import array

import numpy
from rapidfuzz import fuzz, process

import scores

#: A set of no more pairs is compared whole.
ALL_PAIRS = 30_000_000
#: Rows that are compared with all others at once.
ROWS = 250
#: Candidates that are compared at once.
PART = 1_000_000
#: Ratios are counted by hundredths of a percent.
BINS = 10_001


def texts(folder, truth):
    """The text of each record, by its place in the truth."""
    found = [""] * len(truth.cluster)
    for name in ["a.csv", "b.csv"] if truth.is_link else ["records.csv"]:
        for record, *cells in scores.rows(folder / name, "rec_id"):
            found[truth.place(record)] = " ".join(sorted(" ".join(cells).lower().split()))
    return found


def counted(ratios, is_right):
    """How many pairs, and how many of the same person, have each ratio."""
    ratios = numpy.rint(numpy.asarray(ratios).ravel() * 100).astype(numpy.int64)
    return numpy.stack([numpy.bincount(ratios, minlength=BINS), numpy.bincount(ratios[is_right.ravel()], minlength=BINS)])


def of_all(texts, truth):
    """Counts of all pairs."""
    cluster = numpy.asarray(truth.cluster)
    is_first = numpy.frombuffer(truth.is_first, dtype=numpy.uint8).astype(bool)
    places = numpy.flatnonzero(is_first) if truth.is_link else numpy.arange(len(texts))
    others = numpy.flatnonzero(~is_first) if truth.is_link else places
    chosen = [texts[place] for place in others]
    counts = numpy.zeros((2, BINS), dtype=numpy.int64)
    for begin in range(0, len(places), ROWS):
        part = places[begin:begin + ROWS]
        ratios = process.cdist([texts[place] for place in part], chosen, scorer=fuzz.ratio, dtype=numpy.float32, workers=-1)
        is_right = cluster[part][:, None] == cluster[others][None, :]
        if truth.is_link:
            counts += counted(ratios, is_right)
        else:
            is_later = others[None, :] > part[:, None]
            counts += counted(ratios[is_later], is_right[is_later])
    return counts


def of_candidates(texts, truth, path):
    """Counts of the pairs of a file."""
    cluster = numpy.asarray(truth.cluster)
    counts = numpy.zeros((2, BINS), dtype=numpy.int64)
    first, second = array("q"), array("q")

    def take():
        nonlocal counts
        if first:
            ratios = process.cpdist([texts[place] for place in first], [texts[place] for place in second],
                                    scorer=fuzz.ratio, dtype=numpy.float32, workers=-1)
            counts = counts + counted(ratios, cluster[numpy.asarray(first)] == cluster[numpy.asarray(second)])
            del first[:], second[:]

    for a, b in scores.cells(path, "id_a", "id_b"):
        first.append(truth.place(a))
        second.append(truth.place(b))
        if len(first) == PART:
            take()
    take()
    return counts


def best(counts, truth):
    """The best F1 of any threshold, and that threshold."""
    found, right = numpy.cumsum(counts[:, ::-1], axis=1)
    f1 = 2 * right / numpy.maximum(found + truth.total, 1)
    at = int(numpy.argmax(f1))
    return float(f1[at]), (BINS - 1 - at) / 100


def main():
    """Measures a set."""
    folder, candidates = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    begin = time.monotonic()
    truth = scores.Truth(folder)
    rows, firsts = len(truth.cluster), sum(truth.is_first)
    pairs = firsts * (rows - firsts) if truth.is_link else rows * (rows - 1) // 2
    found = texts(folder, truth)
    is_whole = pairs <= ALL_PAIRS
    f1, ratio = best(of_all(found, truth) if is_whole else of_candidates(found, truth, candidates), truth)
    print(json.dumps({"best": f1, "ratio": ratio, "is_whole": is_whole, "seconds": time.monotonic() - begin}))


if __name__ == "__main__":
    main()
