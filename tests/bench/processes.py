"""Processes under measurement: time, memory, page cache."""

import os
import pathlib
import subprocess
import threading
import time


class Ran:
    """How a process went: seconds, peaks of its resident memory and of that without mapped files in MiB, its output."""

    def __init__(self, seconds, peak_mib, own_mib, stdout):
        self.seconds = seconds
        self.peak_mib = peak_mib
        self.own_mib = own_mib
        self.stdout = stdout

    def figures(self):
        """Time and memory by name."""
        return {"seconds": self.seconds, "peak_mib": self.peak_mib, "own_mib": self.own_mib}


class Watch:
    """Looks at the memory of a process twenty times a second while it is open: peaks in MiB, of all and of its own."""

    def __init__(self, pid):
        self.peak_mib = self.own_mib = 0.0
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def _look(self):
        self.own_mib = max(self.own_mib, own_memory_mib(self._pid))
        # Not `ru_maxrss`, which begins with what this process has.
        self.peak_mib = max(self.peak_mib, memory_mib(self._pid, "VmHWM"))

    def _watch(self):
        while not self._ended.wait(0.05):
            self._look()

    def __enter__(self):
        self._look()
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join()
        self._look()


def run(command, cwd):
    """Runs a command to its end, its memory watched."""
    started = time.perf_counter()
    process = subprocess.Popen(list(map(str, command)), cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    with Watch(process.pid) as watch:
        stdout = process.stdout.read()
    _, status = os.waitpid(process.pid, 0)
    seconds = time.perf_counter() - started
    if status != 0:
        raise RuntimeError(f"{command}: status {status}")
    return Ran(seconds, watch.peak_mib, watch.own_mib, stdout)


def memory_mib(pid, what):
    """A line of the status of a process in MiB; 0 once it has ended."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(what):
            return int(line.split()[1]) / 1024
    return 0.0


def own_memory_mib(pid):
    """Memory that belongs to a process alone, mapped files aside: its present value in MiB."""
    return memory_mib(pid, "RssAnon")


def evict(folder):
    """Takes the files of a folder out of the page cache."""
    for path in pathlib.Path(folder).rglob("*") if pathlib.Path(folder).is_dir() else [pathlib.Path(folder)]:
        if path.is_file():
            handle = os.open(path, os.O_RDONLY)
            os.fdatasync(handle)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(handle)


def warm(folder):
    """Reads the files of a folder into the page cache."""
    for path in pathlib.Path(folder).rglob("*"):
        if path.is_file():
            path.read_bytes()


def machine():
    """What the figures were taken on."""
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                  if line.startswith("model name")), "unknown")
    memory = next(int(line.split()[1]) for line in open("/proc/meminfo", encoding="utf-8") if line.startswith("MemTotal"))
    kernel = os.uname().release
    versions = {name: __import__(name).__version__ for name in ("duckdb", "polars", "pyarrow")}
    redis = subprocess.run(["redis-server", "--version"], capture_output=True, text=True, check=False).stdout.split("v=")[-1].split()[0]
    return {"cpu": model, "cores": os.cpu_count(), "memory_gib": round(memory / 2**20, 1), "kernel": kernel,
            **versions, "redis": redis}
