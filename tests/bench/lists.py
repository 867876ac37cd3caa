"""De-duplications of a customer's list: two workers beside one."""

import json
import os
import statistics
import subprocess
import sys
import time

import cluster
import program

PERMIT = """
id = "P-2026-0003"
holder = "acme"
services = ["deduplication"]
purposes = ["register-update"]
recipients = ["acme"]
valid_from = 2020-01-01
valid_to = 2099-12-31
max_records = 20000000
"""

ORDER = """
kind = "deduplication"
customer = "acme"
permit = "P-2026-0003"
purpose = "register-update"
list = [{ name = "members", id = "people", columns = { key = "rec_id" } }]
deduplication = { per = "person", keep = ["random"] }
delivery = { recipient = "acme", format = "csv" }
"""

#: Orders at once, enough that both workers have work to the end.
ORDERS = 8


def admit(bench):
    """Recipient, permit and the customer's list of made-up people, once."""
    if (bench.folder / "acme.key").exists():
        return
    key = json.loads(bench.poimuri("recipient", "keygen", "--out", "acme.key").stdout)["public_key"]
    bench.poimuri("recipient", "add", "acme", "--key", key, "--store", "store")
    (bench.folder / "acme.toml").write_text(PERMIT)
    bench.poimuri("permit", "import", "acme.toml", "--store", "store")
    people = program.ROOT / "tests" / "bench" / "linkage" / "people.py"
    subprocess.run([sys.executable, str(people), str(bench.options.list_rows), str(bench.folder / "people")], check=True)
    bench.poimuri("customer-register", "add", "people", "--customer", "acme", "people/records.csv", "--store", "store")


def ceiling(bench):
    """How much faster two runs of one thread that share nothing are side by side than one after another.

    Two workers cannot be faster: what processors share (memory, caches, the host) is shared here too.
    """
    def seconds(runs):
        started = time.monotonic()
        dedup = [program.POIMURI, "dedup", bench.folder / "people" / "records.csv", "--id", "rec_id", "--out"]
        own = {**os.environ, "RAYON_NUM_THREADS": "1"}
        running = [subprocess.Popen([*dedup, bench.folder / f"alone-{runs}-{run}"], env=own, stdout=subprocess.DEVNULL) for run in range(runs)]
        if any(run.wait() for run in running):
            raise RuntimeError("poimuri dedup failed")
        return time.monotonic() - started

    pairs = [(seconds(1), seconds(2)) for _ in range(3)]
    bench.raw["runs that share nothing"] = pairs
    return 2 * statistics.median(one for one, _ in pairs) / statistics.median(both for _, both in pairs)


def scaling(bench):
    """Two workers of one thread against one: on many orders, and on one alone."""
    bench.make_snapshot()
    admit(bench)
    (bench.folder / "lists.toml").write_text(ORDER)
    alone, many = {}, {}
    for workers in (1, 2):
        with cluster.Cluster(bench, workers=workers, threads=1) as running:
            running.orders(ORDER, workers)
            alone[workers] = min(running.order("lists.toml") for _ in range(2))
            many[workers] = running.orders(ORDER, ORDERS)
    bench.raw["scaling of de-duplications"] = {"one order": alone, f"{ORDERS} orders": many}
    rows = f"{bench.options.list_rows:,} rows"
    print(f"   two runs of one thread that share nothing, beside one after another: {ceiling(bench):.2f} ×")
    bench.table.limit(f"two workers of one thread beside one, {ORDERS} de-duplications of {rows}", many[1] / many[2], 1.8, "×", least=True)
    # Each worker reads the encoded columns for itself; order, training, clusters and delivery are one task each.
    bench.table.limit(f"the same, one de-duplication of {rows} alone", alone[1] / alone[2], 1.8, "×", least=True)
