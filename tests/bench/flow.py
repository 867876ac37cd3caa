"""The program around the engine: fresh processes, the flow, workers side by side."""

import json
import statistics
import time

import duckdb

import cluster
import duck
import measure
import processes
import program
import walk

CRITERIA = {"all": [
    {"field": "person.age", "between": [30, 45]}, {"field": "person.municipality", "in": ["091", "049"]},
    {"field": "home.heating_source", "in": ["01", "02"]},
]}


def fresh(bench):
    """`poimuri count` in a new process, with the files in the page cache and without."""
    bench.make_snapshot()
    file = bench.folder / "criteria.json"
    file.write_text(json.dumps(CRITERIA))
    command = [program.POIMURI, "count", file, "--store", "store", "--json"]
    processes.warm(bench.store / "snapshots")
    warm = [processes.run(command, bench.folder).seconds * 1000 for _ in range(bench.options.repetitions + 1)][1:]
    bench.raw["count in a fresh process"] = measure.summary(warm)
    bench.table.limit("count in a fresh process, files cached · median", statistics.median(warm), 60, "ms")
    prepared = walk.prepared(CRITERIA, bench.date)
    bench.duck.close()
    bench.forget_duck()
    cold = {"poimuri": [], "DuckDB": []}
    for _ in range(bench.options.repetitions):
        processes.evict(bench.store / "snapshots")
        cold["poimuri"].append(processes.run(command, bench.folder).seconds * 1000)
        processes.evict(bench.folder / "tables.duckdb")
        started = time.perf_counter()
        db = duckdb.connect(str(bench.folder / "tables.duckdb"), read_only=True)
        duck.count(db, prepared)
        db.close()
        cold["DuckDB"].append((time.perf_counter() - started) * 1000)
    found = {name: measure.summary(values) for name, values in cold.items()}
    bench.raw["count, files evicted"] = found
    bench.table.against("count, files evicted", found["poimuri"], {"DuckDB": found["DuckDB"]}, {"DuckDB": 1})


ORDER = """
kind = "extraction"
customer = "acme"
permit = "P-2026-0001"
purpose = "direct-marketing"

[criteria]
all = [{ field = "person.age", between = [18, 80] }, { field = "household.size", between = [1, 9] }]

[dedup]
per = "household"
keep = "random"

[sample]
method = "systematic"
size = 50000

[delivery]
recipient = "posti-jakelu"
format = "csv"
fields = ["name", "address"]
"""


def overhead(bench):
    """Submit to receipt, less the time inside the engine for the same order."""
    bench.make_snapshot()
    cluster.admit(bench)
    file = bench.folder / "order.toml"
    file.write_text(ORDER)
    engine = [bench.engine.ask(do="extraction", order=cluster.as_json(ORDER), date=str(bench.date), own=None,
                               out=str(bench.folder / "poimuri.csv"))["ms"] / 1000 for _ in range(5)]
    engine = statistics.median(engine)
    alone = [bench.poimuri("order", "run", file, "--store", "store").seconds for _ in range(bench.options.repetitions)]
    bench.table.limit("flow around the engine, one process · median", statistics.median(alone) - engine, 0.3, "s")
    with cluster.Cluster(bench, workers=1, threads=2) as running:
        through = [running.order(file) for _ in range(bench.options.repetitions)]
        bench.table.limit("flow around the engine, Redis · median", statistics.median(through) - engine, 0.5, "s")
        memory = max(processes.own_memory_mib(worker.pid) for worker in running.workers)
        bench.table.limit("a worker's own memory after it", memory, 300, "MiB")
    bench.raw["overhead"] = {"engine": engine, "one process": alone, "redis": through}


def scaling(bench):
    """Two workers of one thread against one, on orders that keep the engine busy for about 20 s."""
    bench.make_snapshot()
    cluster.admit(bench)
    text = cluster.heavy(ORDER)
    seconds = {}
    for workers in (1, 2):
        with cluster.Cluster(bench, workers=workers, threads=1) as running:
            running.orders(text, 4)
            if workers == 1:
                number = max(4, round(20 / (running.orders(text, 8) / 8)))
            seconds[workers] = running.orders(text, number)
    bench.raw["scaling"] = seconds
    bench.table.limit(f"two workers of one thread beside one, {number} orders", seconds[1] / seconds[2], 1.8, "×", least=True)
