"""Pairwise precision, recall and F1 of a linkage against its truth, in little memory for each record."""

import csv
import itertools
from array import array


def cells(path, *columns):
    """Chosen cells of each row."""
    with open(path, newline="") as file:
        lines = csv.reader(file)
        heading = next(lines)
        places = [heading.index(column) for column in columns]
        for line in lines:
            yield [line[place] for place in places]


def rows(path, first):
    """The cells of each row, those of the column `first` before the others."""
    with open(path, newline="") as file:
        lines = csv.reader(file)
        place = next(lines).index(first)
        for line in lines:
            yield [line[place], *line[:place], *line[place + 1:]]


def equal_pairs(keys):
    """Pairs of equal numbers; `keys` are sorted in place."""
    pairs, run, before = 0, 0, None
    for key in keys:
        run = run + 1 if key == before else 0
        pairs, before = pairs + run, key
    return pairs


class Truth:
    """The clusters of a labelled set, and the pairs in them. Records are known by their place in `truth_clusters.csv`."""

    def __init__(self, folder):
        self.is_link = (folder / "a.csv").exists()
        self.cluster, self.places = array("q"), {}
        codes = {}
        for place, (record, cluster) in enumerate(cells(folder / "truth_clusters.csv", "rec_id", "cluster_id")):
            # Records that are numbered by their place need no table of places.
            if self.places or record != str(place):
                self.places = self.places or {str(number): number for number in range(place)}
                self.places[record] = place
            self.cluster.append(codes.setdefault(cluster, len(codes)))
        del codes
        self.is_first = bytearray(len(self.cluster))
        if self.is_link:
            for (record,) in cells(folder / "a.csv", "rec_id"):
                self.is_first[self.place(record)] = 1
        self.total = self.pairs(self.cluster)

    def place(self, record):
        """Where a record is."""
        return self.places[record] if self.places else int(record)

    def pairs(self, groups):
        """Pairs that share a group, a number of each record; of two lists, pairs across them."""
        pairs = equal_pairs(sorted(groups))
        for side in (0, 1) if self.is_link else ():
            pairs -= equal_pairs(sorted(group for group, is_first in zip(groups, self.is_first) if is_first == side))
        return pairs

    def of_clusters(self, clusters):
        """Precision, recall and F1 of clusters: `clusters` are (record, cluster)."""
        found, codes = array("q", bytes(8 * len(self.cluster))), {}
        for record, cluster in clusters:
            found[self.place(record)] = codes.setdefault(cluster, len(codes))
        del codes
        both = array("q", (one << 32 | other for one, other in zip(found, self.cluster)))
        return self.measures(self.pairs(both), self.pairs(found))

    def is_right(self, a, b):
        """Whether two records are the same person."""
        return self.cluster[self.place(a)] == self.cluster[self.place(b)]

    def of_pairs(self, pairs):
        """Precision, recall and F1 of pairs."""
        right = found = 0
        for a, b in pairs:
            right, found = right + self.is_right(a, b), found + 1
        return self.measures(right, found)

    def best(self, weighed):
        """The best F1 of any threshold; `weighed` are (weight, a, b)."""
        weighed = sorted(((weight, self.is_right(a, b)) for weight, a, b in weighed), reverse=True)
        best, right = 0.0, 0
        for index, (weight, is_right) in enumerate(weighed):
            right += is_right
            if index + 1 == len(weighed) or weighed[index + 1][0] < weight:
                best = max(best, self.measures(right, index + 1)[2])
        return best

    def measures(self, right, found):
        """Precision, recall, F1."""
        return right / max(found, 1), right / max(self.total, 1), 2 * right / max(found + self.total, 1)


def chosen(pairs):
    """The pairs that a program links by itself: marked ones, or those of its default threshold of 0.95."""
    for *pair, probability, linked in pairs:
        if linked == "true" if linked else float(probability) >= 0.95:
            yield pair


def of_result(folder, result):
    """F1 of a program's result: at the best threshold of pairs, and at its own threshold of pairs and of clusters."""
    truth = Truth(folder)
    # Splink marks no pairs as linked.
    pairs = lambda: ([*row, ""][:5] for row in weighed(result / "pairs.csv"))  # noqa: E731
    best = truth.best((float(weight), a, b) for a, b, weight, *_ in pairs())
    own = truth.of_pairs(chosen([a, b, probability, linked] for a, b, _, probability, linked in pairs()))[2]
    return best, own, truth.of_clusters(cells(result / "clusters.csv", "id", "cluster"))[2]


def weighed(path):
    """The rows of a file of pairs: identifiers, weight, probability, and the mark of linked ones where a program sets one."""
    with open(path, newline="") as file:
        yield from itertools.islice(csv.reader(file), 1, None)
