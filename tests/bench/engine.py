"""The engine in a process of its own, asked over standard input, so that repetitions can be interleaved."""

import json
import subprocess

import processes
from program import POIMURI

DRIVER = POIMURI.with_name("poimuri-bench")


class Engine:
    """One driver with a mapped snapshot."""

    def __init__(self, store, threads):
        self._process = subprocess.Popen(
            [DRIVER, store, str(threads)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, **question):
        """Sends a question, gives the answer; `ms` is the time inside the engine."""
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the driver ended with code {self._process.wait()} at {question['do']}")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(f"{question}: {answer['error']}")
        return answer

    def watched(self, **question):
        """An answer, with the peaks of memory in MiB while it was made: `own_mib`, and `peak_mib` with mapped files."""
        with processes.Watch(self._process.pid) as watch:
            answer = self.ask(**question)
        return {**answer, "own_mib": watch.own_mib, "peak_mib": watch.peak_mib}

    def close(self):
        """Ends the driver."""
        self._process.stdin.close()
        self._process.wait()
