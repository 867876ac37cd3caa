"""What is measured, each with its target."""

import pathlib

import polars as pl

import duck
import flow
import large
import lists
import measure
import names
import updates
import walk

COUNTS = {"DuckDB": 10, "Polars": 8}
EXTRACTION = {"DuckDB": 12, "Polars": 8}
GROUPS = {"DuckDB": 5, "Polars": 5}
HOUSEHOLDS = {"DuckDB": 12, "Polars": 12}
TARGET_GROUP = {"all": [
    {"field": "person.age", "between": [18, 80]}, {"field": "household.size", "between": [1, 9]},
]}
EVERYBODY = {"field": "person.birth_date", "between": ["1800-01-01", None]}
WOMEN = {"field": "person.sex", "eq": "2"}
MEN = {"field": "person.sex", "eq": "1"}


def making(bench):
    """The register and the snapshot, in processes of their own."""
    for what, made, limit in [("register made", bench.make_register(), 90), ("snapshot built", bench.make_snapshot(), 45)]:
        if made is None:
            print(f"{what}: there already; remove {bench.folder} to measure it")
            continue
        bench.table.limit(f"{what} · seconds", made.seconds, limit, "s")
        bench.table.limit(f"{what} · peak memory", made.peak_mib, 3072, "MiB")


def counts(bench):
    """Counts over random criteria, answers compared first."""
    ratios = {name: {"best": [], "median": []} for name in COUNTS}
    worst = {name: -1e9 for name in COUNTS}
    raw = []
    for tree, prepared in bench.criteria():
        ask = {"do": "count", "criteria": tree, "date": str(bench.date)}
        ours = bench.engine.ask(**ask)
        answers = {(ours["matched"], ours["eligible"]), tuple(duck.count(bench.duck, prepared)),
                   tuple(bench.frames.count(prepared))}
        if len(answers) != 1:
            raise RuntimeError(f"{tree}: answers differ: {answers}")
        times = measure.interleaved(bench.options.repetitions, {
            "poimuri": lambda ask=ask: bench.engine.ask(**ask)["ms"],
            "DuckDB": lambda tree=prepared: duck.count(bench.duck, tree) and None,
            "Polars": lambda tree=prepared: bench.frames.count(tree) and None,
        })
        found = {name: measure.summary(values) for name, values in times.items()}
        raw.append({"criteria": tree, **found})
        for name in COUNTS:
            for kind in ("best", "median"):
                ratios[name][kind].append(found[name][kind] / found["poimuri"][kind])
            worst[name] = max(worst[name], found["poimuri"]["median"] - found[name]["median"])
    bench.raw["counts"] = raw
    for name, target in COUNTS.items():
        for kind in ("best", "median"):
            mean = measure.geometric(ratios[name][kind])
            bench.table.limit(f"{len(raw)} counts beside {name} · geometric mean, {kind}", mean, target, "×", least=True)
        bench.table.limit(f"{len(raw)} counts beside {name} · slowest, behind by", worst[name], 1, "ms")


def _extraction(bench, what, order, targets, own=None, groups=None):
    codes = bench.own_codes() if own else []
    file = bench.folder / "own.csv"
    file.write_text("hetu\n" + "\n".join(codes) + "\n")
    bench.duck.execute("CREATE OR REPLACE TEMP TABLE own (code TEXT)")
    if codes:
        bench.duck.execute("INSERT INTO own SELECT unnest(?)", [codes])
    series = pl.Series(codes) if codes else None
    out = {name: str(bench.folder / f"{name}.csv") for name in ["poimuri", "DuckDB", "Polars"]}
    prepared = walk.prepared(TARGET_GROUP, bench.date)
    times = measure.interleaved(bench.options.repetitions, {
        "poimuri": lambda: bench.engine.ask(
            do="extraction", order=order, date=str(bench.date), own=str(file) if own else None, out=out["poimuri"])["ms"],
        "DuckDB": lambda: duck.extraction(bench.duck, prepared, out["DuckDB"], 50_000, own, groups),
        "Polars": lambda: bench.frames.extraction(prepared, out["Polars"], 50_000, series, groups),
    })
    rows = {name: sum(1 for _ in pathlib.Path(path).open(encoding="utf-8")) - 1 for name, path in out.items()}
    if set(rows.values()) != {50_000}:
        raise RuntimeError(f"{what}: rows written {rows}")
    _report(bench, what, times, targets)


def _report(bench, what, times, targets):
    found = {name: measure.summary(values) for name, values in times.items()}
    bench.raw[what] = dict(found)
    bench.table.against(what, found.pop("poimuri"), found, targets)


ORDER = {
    "kind": "extraction", "customer": "acme", "permit": "P-2026-0001", "purpose": "direct-marketing",
    "criteria": TARGET_GROUP, "dedup": {"per": "household", "keep": "random"},
    "sample": {"method": "systematic", "size": 50_000},
    "delivery": {"recipient": "posti-jakelu", "format": "csv", "fields": ["name", "address"]},
}


def extraction(bench):
    """200,000 codes subtracted, one per household, 50,000 drawn, rows as CSV."""
    _extraction(bench, "extraction", ORDER, EXTRACTION, own=True)


def groups(bench):
    """Two weighted groups."""
    sample = {**ORDER["sample"], "group": [
        {"name": "women", "weight": 60, "criteria": WOMEN}, {"name": "men", "weight": 40, "criteria": MEN}]}
    _extraction(bench, "weighted groups", {**ORDER, "sample": sample}, GROUPS, groups=[(WOMEN, 0.6), (MEN, 0.4)])


def households(bench):
    """One of each household of the whole country, of all who may be addressed."""
    ask = {"do": "count", "per": "household", "criteria": EVERYBODY, "date": str(bench.date)}
    kept = {bench.engine.ask(**ask)["kept"], duck.households(bench.duck), bench.frames.households()}
    if len(kept) != 1:
        raise RuntimeError(f"households: {kept} are kept")
    times = measure.interleaved(bench.options.repetitions, {
        "poimuri": lambda: bench.engine.ask(**ask)["ms"],
        "DuckDB": lambda: duck.households(bench.duck) and None,
        "Polars": lambda: bench.frames.households() and None,
    })
    _report(bench, "households of the country", times, HOUSEHOLDS)


def scan(bench):
    """Six columns, beside reading the same bytes as fast as memory gives them."""
    times = measure.interleaved(max(bench.options.repetitions, 15), {
        "poimuri": lambda: bench.engine.ask(do="count", criteria=duck.SCAN, date=str(bench.date))["ms"],
        "memory": lambda: bench.engine.ask(do="memory")["ms"],
    })
    found = {name: measure.summary(values) for name, values in times.items()}
    bench.raw["scan"] = found
    for kind in ("best", "median"):
        ratio = found["poimuri"][kind] / found["memory"][kind]
        bench.table.limit(f"six-column scan beside memory alone · {kind}", ratio, 3, "×")


ALL = {
    "making": making, "counts": counts, "extraction": extraction, "groups": groups, "households": households,
    "scan": scan, "codes": updates.codes, "names": names.names, "confusion": updates.confusion, "fresh": flow.fresh, "overhead": flow.overhead, "scaling": flow.scaling, "lists": lists.scaling,
}
# Only when asked for by name: it takes minutes and some eight GB of disk.
MORE = {"twenty-million": large.twenty_million}
