"""A scheduler, workers and a private Redis for measuring."""

import datetime
import json
import os
import pathlib
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request

import program

sys.path.insert(0, str(program.ROOT / "client" / "python"))
import poimuri  # noqa: E402


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def as_json(order):
    """An order as the driver reads it."""
    return json.loads(json.dumps(tomllib.loads(order), default=str))


def heavy(order):
    """The order with much for the engine to do and little to deliver."""
    owns = [f'{{ field = "owns.completed", in = [{", ".join(f"{year}-{month:02}-01" for year in range(1950 + month, 2020, step))}] }}'
            for month in range(1, 13) for step in (5, 7, 9)]
    many = ", ".join([*owns, *(test.replace("completed", "permit_date") for test in owns)])
    order = order.replace("between = [1, 9] }", f"between = [1, 9] }}, {{ any = [{many}] }}")
    return order.replace("size = 50000", "size = 1000")


def admit(bench):
    """Recipient and permit, once."""
    if (bench.folder / "posti.key").exists():
        return
    key = json.loads(bench.poimuri("recipient", "keygen", "--out", "posti.key").stdout)["public_key"]
    bench.poimuri("recipient", "add", "posti-jakelu", "--key", key, "--store", "store")
    (bench.folder / "permit.toml").write_text(program.PERMIT)
    bench.poimuri("permit", "import", "permit.toml", "--store", "store")


class Cluster:
    """Everything that runs; left, all of it ends."""

    def __init__(self, bench, workers, threads):
        self._bench = bench
        self._count = workers
        self._threads = threads
        self._port, self._redis_port = _free_port(), _free_port()
        self._running = []
        self.workers = []

    def _start(self, *command):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("POIMURI")}
        process = subprocess.Popen(list(map(str, command)), cwd=self._bench.folder, env=environment,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._running.append(process)
        return process

    def __enter__(self):
        redis = f"redis://127.0.0.1:{self._redis_port}/"
        self._start("redis-server", "--port", self._redis_port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                    "--maxmemory-policy", "noeviction")
        self._until(lambda: socket.create_connection(("127.0.0.1", self._redis_port), 1).close() or True)
        settings = f'[client]\nscheduler = "http://127.0.0.1:{self._port}"\n'
        pathlib.Path(self._bench.folder / "poimuri.toml").write_text(settings)
        self._start(program.POIMURI, "scheduler", "--store", "store", "--redis", redis,
                    "--listen", f"127.0.0.1:{self._port}")
        self._until(lambda: urllib.request.urlopen(f"http://127.0.0.1:{self._port}/health").status == 200)
        for _ in range(self._count):
            self.workers.append(self._start(program.POIMURI, "worker", "--store", "store", "--redis", redis,
                                            "--threads", self._threads))
        return self

    def __exit__(self, *_):
        for process in reversed(self._running):
            process.kill()
            process.wait()
        (self._bench.folder / "poimuri.toml").unlink()

    @staticmethod
    def _until(condition):
        for _ in range(2000):
            try:
                if condition():
                    return
            except (OSError, urllib.error.URLError):
                pass
            time.sleep(0.01)
        raise RuntimeError("a process did not start")

    def order(self, file):
        """Seconds from submission to the end of one order."""
        started = time.perf_counter()
        self._bench.poimuri("order", "submit", file, "--watch", "--store", "store")
        return time.perf_counter() - started

    def orders(self, text, number):
        """Seconds for many orders submitted at once, from the first submission to the last end."""
        client = poimuri.Client(f"http://127.0.0.1:{self._port}")
        started = time.time()
        waiting = [client.submit(text)["id"] for _ in range(number)]
        ended = []
        while waiting:
            view = client.show(waiting[0])
            if view["state"] not in poimuri.SETTLED:
                # Looking more often would cost the scheduler time that is measured.
                time.sleep(0.5)
                continue
            if view["state"] != "delivered":
                raise RuntimeError(f"an order was {view['state']}")
            ended.append(datetime.datetime.fromisoformat(view["ended_at"]).timestamp())
            waiting.pop(0)
        return max(ended) - started
