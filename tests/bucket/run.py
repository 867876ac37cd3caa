"""A whole order with the store in a bucket of a real S3-speaking server (moto), compared with one in a folder.

Usage: run.py PROGRAM    PROGRAM is poimuri, built with --features bucket
"""

import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

SEED = "00112233445566778899aabbccddeeff" * 2
PERMIT = """
id = "P-1"
holder = "acme"
services = ["extraction"]
purposes = ["direct-marketing"]
fields = ["name", "address"]
recipients = ["posti"]
valid_from = 2020-01-01
valid_to = 2099-12-31
"""
ORDER = """
kind = "extraction"
customer = "acme"
permit = "P-1"
purpose = "direct-marketing"

[criteria]
field = "person.age"
between = [18, 80]

[register]
file = "own.csv"
use = "subtract"

[dedup]
per = "household"
keep = "random"

[sample]
method = "systematic"
size = 1000

[delivery]
recipient = "posti"
format = "csv"
fields = ["name", "address"]
"""


class House:
    """The program in a folder, with the settings of one kind of store."""

    def __init__(self, program, folder, settings):
        self.program, self.folder = program, folder
        (folder / "poimuri.toml").write_text(settings)
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("POIMURI", "AWS"))}
        self.environment |= {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "tests"}

    def run(self, *arguments, code=0):
        command = [self.program, *arguments, "--json"]
        ended = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True)
        if ended.returncode != code:
            sys.exit(f"{' '.join(arguments)}: exit {ended.returncode}, not {code}\n{ended.stdout}{ended.stderr}")
        return json.loads(ended.stdout) if code == 0 and ended.stdout else ended.stdout + ended.stderr

    def order(self):
        """Recipient, permit and order; the receipt."""
        key = self.run("recipient", "keygen", "--out", "posti.key")["public_key"]
        self.run("recipient", "add", "posti", "--key", key)
        (self.folder / "permit.toml").write_text(PERMIT)
        self.run("permit", "import", "permit.toml")
        (self.folder / "own.csv").write_text("hetu\n010190-990L\n")
        (self.folder / "order.toml").write_text(ORDER)
        return self.run("order", "run", "order.toml", "--seed", SEED, "--workers", "2")


def server(folder):
    """A running S3 server: its process and its URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = open(folder / "moto.log", "w")
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            request = urllib.request.Request(f"{url}/poimuri", method="PUT")
            urllib.request.urlopen(request)
            return process, url
        except (urllib.error.URLError, ConnectionError):
            if process.poll() is not None:
                break
            time.sleep(0.1)
    sys.exit((folder / "moto.log").read_text())


def check(program, folder, url):
    whole, remote = folder / "folder", folder / "bucket"
    whole.mkdir()
    remote.mkdir()
    local = House(program, whole, '[store]\npath = "store"\n')
    local.run("register", "synth", "--population", "20000", "--seed", "7", "--out", "source")
    local.run("snapshot", "build", "--from", "source", "--as-of", "2026-09-01", "--shards", "8")
    expected = local.order()
    address = (
        f'[store]\nurl = "s3://poimuri/a/b"\nendpoint = "{url}"\nregion = "us-east-1"\n'
        f'snapshots = "{whole}/store/snapshots"\nmaster_key = "{remote}/master.key"\n'
    )
    bucket = House(program, remote, address)
    bucket.run("keys", "init")
    started = time.monotonic()
    receipt = bucket.order()
    seconds = time.monotonic() - started
    assert receipt["digest"] == expected["digest"], (receipt, expected)
    assert receipt["funnel"] == expected["funnel"], (receipt, expected)
    bucket.run("order", "verify", receipt["order"])
    opened = bucket.run("delivery", "open", receipt["order"], "--identity", "posti.key", "--out", "opened")
    assert opened["rows"] == receipt["delivered"]
    assert [order["id"] for order in bucket.run("order", "list")] == [receipt["order"]]
    due = bucket.run("retention", "due", "--as-of", "2099-12-31")
    assert len(due) == 3, due
    erased = 0
    for _ in range(60):
        erased += len(bucket.run("retention", "run", "--as-of", "2099-12-31")["erased"])
        if erased == 3:
            break
        time.sleep(1)
    assert erased == 3, erased
    assert "erased under retention" in bucket.run("order", "verify", receipt["order"], code=4)
    print(f"one order of {receipt['delivered']} rows in a bucket, the same bytes as in a folder; {seconds:.1f} s")
    nowhere = House(program, remote, address.replace("s3://poimuri", "s3://no-such-bucket"))
    said = nowhere.run("order", "run", "order.toml", code=5)
    assert "store" in said, said


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory(prefix="poimuri-bucket.") as folder:
        folder = pathlib.Path(folder)
        process, url = server(folder)
        try:
            check(program, folder, url)
        finally:
            process.terminate()
            process.wait()


main()
