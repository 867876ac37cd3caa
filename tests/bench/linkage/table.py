"""Prints what was measured, and the targets."""

import statistics

#: How many times faster than each configuration of Splink.
FASTER = {"splink-fast": 5.0, "splink": 15.0}


def line(name, ran):
    """One run on one set."""
    if ran.failure:
        print(f"{name:26} {ran.program:12} {ran.failure[:100]}", flush=True)
        return
    print(f"{name:26} {ran.program:12} best {ran.best:.4f}  own pairs {ran.pairs:.4f}  own clusters {ran.clusters:.4f} "
          f"{ran.seconds:8.1f} s {ran.processor:8.1f} CPU s {ran.memory:8.0f} MiB", flush=True)


def targets(name, ours, theirs):
    """The median of our runs beside each of theirs; whether all targets are met."""
    if any(ran.failure for ran in [*ours, *theirs]):
        return False
    seconds = statistics.median(ran.seconds for ran in ours)
    memory = max(ran.memory for ran in ours)
    least = min(ran.pairs for ran in ours)
    met = []
    for other in theirs:
        ratio = other.seconds / seconds
        told = [(ratio >= FASTER[other.program], f"{ratio:.1f} × as fast (target {FASTER[other.program]:.0f})"),
                (memory < other.memory, f"memory {memory:.0f} MiB beside {other.memory:.0f}"),
                (least >= other.best, f"F1 {least:.4f} at our own threshold beside {other.best:.4f} at its best")]
        for is_met, text in told:
            print(f"{name:26} {other.program:12} {'met   ' if is_met else 'MISSED'} {text}", flush=True)
            met.append(is_met)
    return all(met)


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
