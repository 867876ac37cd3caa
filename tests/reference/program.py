"""The program under test, run as a command, and a store for it to work on."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
POIMURI = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "poimuri"
AS_OF = "2026-09-01"

PERMIT = """
id = "P-2026-0001"
holder = "acme"
services = ["extraction"]
purposes = ["direct-marketing", "market-research", "opinion-research"]
fields = ["name", "address", "municipality", "mother_tongue", "age", "sex", "birth_date"]
recipients = ["posti-jakelu"]
valid_from = 2020-01-01
valid_to = 2099-12-31
max_records = 10000000
"""


class Refused(Exception):
    """The program ended with another code than 0."""

    def __init__(self, code, said):
        super().__init__(f"exit code {code}: {said}")
        self.code = code
        self.said = said


class Store:
    """A store in a temporary folder; `source` beside it holds the Parquet files."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="poimuri-reference."))
        self.source = self.folder / "source"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *arguments):
        """Runs a command on the store and gives its JSON, None if it printed nothing."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("POIMURI")}
        ended = subprocess.run(
            [POIMURI, *map(str, arguments), "--store", "store", "--json"],
            cwd=self.folder, env=environment, capture_output=True, stdin=subprocess.DEVNULL, check=False,
        )
        if ended.returncode != 0:
            said = (ended.stderr + ended.stdout).decode(errors="replace").strip()
            raise Refused(ended.returncode, said)
        text = ended.stdout.decode()
        return json.loads(text) if text.strip() else None

    def write(self, name, text):
        """Writes a file beside the store and gives its name."""
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    def register(self, people, seed):
        """Makes the source files of a register."""
        self.run("register", "synth", "--population", people, "--seed", seed, "--out", "source")

    def snapshot(self, shards):
        """Builds a snapshot of the source files."""
        return self.run("snapshot", "build", "--from", "source", "--as-of", AS_OF, "--shards", shards)

    def admit(self):
        """Brings in a recipient and a permit, so that orders are accepted."""
        key = self.run("recipient", "keygen", "--out", "posti.key")["public_key"]
        self.run("recipient", "add", "posti-jakelu", "--key", key)
        self.run("permit", "import", self.write("permit.toml", PERMIT))


def literal(value):
    """A value as TOML, inline."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {literal(item)}" for key, item in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(literal, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)
