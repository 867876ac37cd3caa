"""Runs a program on a set and measures how it went: time, memory, and its result against the truth."""

import json
import multiprocessing
import os
import pathlib
import subprocess
import sys
import time

import scores

HERE = pathlib.Path(__file__).resolve().parent


class Ran:
    """How a run went: seconds by the clock and of processors, MiB of memory at most, F1, and what the program told."""

    def __init__(self, program):
        self.program = program
        self.seconds = self.processor = self.memory = 0.0
        self.best = self.pairs = self.clusters = 0.0
        self.told = {}
        self.failure = None


def command(options, folder, program, out):
    """The command of a program for a set."""
    lists = [str(folder / name) for name in ["a.csv", "b.csv"]]
    verb = ["link", *lists] if (folder / "a.csv").exists() else ["dedup", str(folder / "records.csv")]
    if program == "poimuri":
        return [options.program, *verb, "--id", "rec_id", "--out", str(out), "--json"]
    python = options.python or sys.executable
    if program == "naive":
        return [python, str(HERE / "naive.py"), str(folder), str(out.parent / "poimuri" / "pairs.csv")]
    splink = [python, str(HERE / "splink_run.py"), str(folder), str(out)]
    return [*splink, "--fast"] if program == "splink-fast" else splink


def run(options, folder, program):
    """Runs a program on a set; the naive one after Poimuri, whose pairs it may need. Splink's seconds are those that it tells: without
    finding out blocking rules."""
    out = options.out / folder.parent.name / program
    ran = Ran(program)
    begin = time.monotonic()
    process = subprocess.Popen(command(options, folder, program, out), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    # Both are read to their end: neither says much.
    stdout, errors = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    ran.seconds = time.monotonic() - begin
    ran.processor, ran.memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    if status:
        ran.failure = (errors.decode(errors="replace").splitlines() or ["no message"])[-1]
        return ran
    if program == "poimuri":
        ran.told = json.loads(stdout)
    else:
        ran.told = json.loads(stdout.splitlines()[-1])
        ran.seconds = ran.told["seconds"]
    if program == "naive":
        ran.best = ran.told["best"]
        return ran
    # In a process of its own: the memory of this one would count as that of the next program.
    with multiprocessing.Pool(1) as apart:
        ran.best, ran.pairs, ran.clusters = apart.apply(scores.of_result, (folder, out))
    return ran
