"""Repetitions, interleaved, and what they come to."""

import math
import statistics
import time


def interleaved(repetitions, contenders):
    """Runs each contender once per repetition, the first one changing; gives milliseconds by name.

    A contender gives its own milliseconds, or None to be timed from outside. Each turn begins when what
    the one before left to its threads, such as giving memory back, is over.
    """
    times = {name: [] for name in contenders}
    for name in contenders:
        contenders[name]()
    names = list(contenders)
    for repetition in range(repetitions):
        turn = repetition % len(names)
        for name in names[turn:] + names[:turn]:
            _settle()
            started = time.perf_counter()
            own = contenders[name]()
            times[name].append(own if own is not None else (time.perf_counter() - started) * 1000)
    return times


def writing(file, run):
    """A contender that writes a file, timed from when what an earlier run left in its place is gone."""
    def contender():
        file.unlink(missing_ok=True)
        started = time.perf_counter()
        run()
        return (time.perf_counter() - started) * 1000
    return contender


def _settle(idle_ms=1, within=0.02):
    """Waits until this process's threads work no more than a millisecond in twenty."""
    before = -math.inf
    while (now := time.process_time()) - before > idle_ms / 1000:
        before = now
        time.sleep(within)


def summary(times):
    """Best and median of milliseconds."""
    return {"best": min(times), "median": statistics.median(times)}


def geometric(values):
    """Geometric mean."""
    values = list(values)
    return math.exp(sum(map(math.log, values)) / len(values))


class Table:
    """Rows of the report: what, ours, theirs, ratio, target."""

    def __init__(self):
        self.rows = []

    def against(self, what, ours, others, targets):
        """One row for each other contender, at best and at median."""
        for name, theirs in others.items():
            for kind in ("best", "median"):
                ratio = theirs[kind] / ours[kind]
                self._add(f"{what} · {kind}", f"{ours[kind]:.1f} ms", f"{name} {theirs[kind]:.1f} ms",
                          f"{ratio:.1f} ×", f"≥ {targets[name]} ×", ratio >= targets[name])

    def limit(self, what, found, limit, unit, least=False):
        """One row for a number with a limit."""
        good = found >= limit if least else found <= limit
        self._add(what, f"{found:,.2f} {unit}", "", "", f"{'≥' if least else '≤'} {limit:,} {unit}", good)

    def _add(self, *cells):
        self.rows.append(cells)
        print(self._line(cells), flush=True)

    @staticmethod
    def _line(cells):
        what, ours, theirs, ratio, target, good = cells
        return f"{what:<52} {ours:>16} {theirs:>22} {ratio:>10} {target:>14}  {'ok' if good else 'MISSED'}"

    def missed(self):
        """Rows that miss their target."""
        return [row for row in self.rows if not row[-1]]
