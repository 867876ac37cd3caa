"""Pairwise precision, recall and F1 of a linkage against its truth."""

import csv
from collections import Counter


def rows(path):
    """The rows of a CSV file as dictionaries."""
    with open(path, newline="") as file:
        yield from csv.DictReader(file)


class Truth:
    """The clusters of a labelled set, and the pairs in them."""

    def __init__(self, folder):
        self.cluster = {row["rec_id"]: row["cluster_id"] for row in rows(folder / "truth_clusters.csv")}
        self.is_link = (folder / "a.csv").exists()
        self.first = {row["rec_id"] for row in rows(folder / "a.csv")} if self.is_link else set()
        self.total = self.pairs(self.cluster)

    def pairs(self, groups):
        """Pairs that share a group; of two lists, pairs across them."""
        counts = Counter((group, record in self.first) for record, group in groups.items())
        if self.is_link:
            return sum(count * counts[group, False] for (group, is_first), count in counts.items() if is_first)
        return sum(count * (count - 1) // 2 for count in counts.values())

    def of_clusters(self, found):
        """Precision, recall and F1 of clusters: `found` gives each record its cluster."""
        both = {record: (found[record], cluster) for record, cluster in self.cluster.items()}
        return self.measures(self.pairs(both), self.pairs(found))

    def of_pairs(self, pairs):
        """The same of pairs."""
        pairs = list(pairs)
        right = sum(self.cluster[a] == self.cluster[b] for a, b in pairs)
        return self.measures(right, len(pairs))

    def best(self, weighed):
        """The best F1 of any threshold; `weighed` are (weight, a, b)."""
        weighed = sorted(weighed, key=lambda pair: -pair[0])
        best, right = 0.0, 0
        for index, (weight, a, b) in enumerate(weighed):
            right += self.cluster[a] == self.cluster[b]
            if index + 1 == len(weighed) or weighed[index + 1][0] < weight:
                best = max(best, self.measures(right, index + 1)[2])
        return best

    def measures(self, right, found):
        """Precision, recall, F1."""
        return right / max(found, 1), right / max(self.total, 1), 2 * right / max(found + self.total, 1)
