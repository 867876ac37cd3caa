"""Prints what was measured, and the targets."""

import statistics

#: How many times faster than each configuration of Splink.
FASTER = {"splink-fast": 5.0, "splink": 15.0}

#: Pairwise F1 of Splink 5.0.0 at the best threshold there is by the truth, with the settings of its documentation for each set
#: (febrl3 and febrl4 with its extended ones), on DuckDB 2.0.0.
SPLINK_BEST = {"febrl1": 1.0, "febrl2": 0.9971, "febrl3": 0.9985, "febrl4": 0.9998, "fake_1000": 0.862, "historical_50k": 0.766}
#: What the program's own threshold may cost against that.
LESS = 0.002
#: Pairwise F1 at the best threshold that the program must reach with blocking rules of its own choice.
OWN_BEST = {"fake_1000": 0.91, "historical_50k": 0.83}


def line(name, ran):
    """One run on one set."""
    if ran.failure:
        print(f"{name:26} {ran.program:12} {ran.failure[:100]}", flush=True)
        return
    if ran.program == "naive":
        of = "all pairs" if ran.told["is_whole"] else "our candidates"
        print(f"{name:26} {ran.program:12} best {ran.best:.4f}  at a token-sort ratio of {ran.told['ratio']:.1f}, of {of} "
              f"{ran.seconds:8.1f} s", flush=True)
        return
    print(f"{name:26} {ran.program:12} best {ran.best:.4f}  own pairs {ran.pairs:.4f}  own clusters {ran.clusters:.4f} "
          f"{ran.seconds:8.1f} s {ran.processor:8.1f} CPU s {ran.memory:8.0f} MiB", flush=True)


def verdicts(name, program, told):
    """Prints limits with whether each is met; whether all are."""
    for is_met, text in told:
        print(f"{name:26} {program:12} {'met   ' if is_met else 'MISSED'} {text}", flush=True)
    return all(is_met for is_met, _ in told)


def quality(name, ours, splink, naive):
    """F1 of ours on a labelled set beside what it must reach; `splink` is none where it did not run. Whether all limits are met."""
    if any(ran is not None and ran.failure for ran in (ours, splink, naive)):
        return False
    told = []
    if name in SPLINK_BEST:
        least = SPLINK_BEST[name] - LESS
        told.append((ours.pairs >= least, f"F1 {ours.pairs:.4f} at our own threshold, target {least:.4f} (Splink's best {SPLINK_BEST[name]:.4f} less {LESS})"))
    if splink is not None:
        least = splink.best - LESS
        told.append((ours.pairs >= least, f"F1 {ours.pairs:.4f} at our own threshold, Splink's best in this run {splink.best:.4f} less {LESS}"))
    if name in OWN_BEST:
        told.append((ours.best >= OWN_BEST[name], f"F1 {ours.best:.4f} at our best threshold, target {OWN_BEST[name]:.4f}"))
    told.append(beaten(ours, naive))
    return verdicts(name, "poimuri", told)


def beaten(ours, naive):
    """Whether our own threshold is better than the naive best; where that is faultless, as good."""
    is_met = ours.pairs > naive.best or ours.pairs >= 1.0
    return is_met, f"F1 {ours.pairs:.4f} at our own threshold, naive {naive.best:.4f} at its best"


def targets(name, ours, theirs, naive):
    """The median of our runs beside each of theirs; whether all targets are met."""
    if any(ran.failure for ran in [*ours, *theirs, naive]):
        return False
    seconds = statistics.median(ran.seconds for ran in ours)
    memory = max(ran.memory for ran in ours)
    least = min(ran.pairs for ran in ours)
    is_met = verdicts(name, "poimuri", [beaten(min(ours, key=lambda ran: ran.pairs), naive)])
    for other in theirs:
        ratio = other.seconds / seconds
        told = [(ratio >= FASTER[other.program], f"{ratio:.1f} × as fast (target {FASTER[other.program]:.0f})"),
                (memory < other.memory, f"memory {memory:.0f} MiB beside {other.memory:.0f}"),
                (least >= other.best, f"F1 {least:.4f} at our own threshold beside {other.best:.4f} at its best")]
        is_met &= verdicts(name, other.program, told)
    return is_met


def growth(measured):
    """How the cost grows with the rows."""
    print(f"{'rows':>12} {'seconds':>9} {'CPU s':>9} {'µs/row':>8} {'MiB':>8} {'bytes/row':>10} {'compared':>12} {'F1 pairs':>9} {'clusters':>9}")
    for rows, ran in measured:
        if ran.failure:
            print(f"{rows:12,} {ran.failure[:100]}", flush=True)
            continue
        compared = ran.told["counts"]["compared"]
        print(f"{rows:12,} {ran.seconds:9.1f} {ran.processor:9.1f} {ran.processor / rows * 1e6:8.2f} {ran.memory:8.0f} "
              f"{ran.memory * 2**20 / rows:10.0f} {compared:12,} {ran.pairs:9.4f} {ran.clusters:9.4f}", flush=True)
