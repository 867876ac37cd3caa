"""A register of twenty million rows, or `--rows`, as an order through the program: time, memory, and whether every row comes back."""

import json
import shutil

import processes
import program
import updates

ORDER = """
kind = "update"
customer = "acme"
permit = "P-2026-0002"
purpose = "register-update"
register = { id = "large" }
update = { package = "address", mode = "changes" }
delivery = { recipient = "acme" }
"""
SLIP = "CASE WHEN length(surname) > 4 THEN surname[1:3] || 'o' || surname[5:] ELSE surname END"
# Blocks a register is made of, each with whom it takes, its share in percent, and its columns: by code, by name and date,
# by code again as others write it and with an address of before, by name and address, with a slip in the name, and what
# nobody can be found by.
BLOCKS = [
    ("true", 28, ["person_id", "''", "''", "''", updates.LINE, "address_postal_code"]),
    ("true", 28, ["''", "upper(surname)", "first_names", "strftime(birth_date, '%d.%m.%Y')", "''", "''"]),
    ("true", 20, ["lower(person_id)", "surname", "call_name", "''", "'Kirkkokatu 1'", "'00100'"]),
    ("has_address", 14, ["''", "surname", "first_names", "''", updates.LINE, "address_postal_code"]),
    ("hash(person_id, 7) % 4 = 0", 5, ["''", SLIP, "first_names", "birth_date", updates.LINE, "address_postal_code"]),
    ("true", 5, ["person_id[1:10] || '#'", "'Olematon'", "'Ei Kukaan'", "'31.2.1990'", "''", "''"]),
]
HEADINGS = ["hetu", "sukunimi", "etunimet", "syntymäaika", "katuosoite", "postinumero"]


def _write(bench, file, rows):
    """Writes a register of so many rows, block by block, each in an order of its own."""
    piece = file.with_suffix(".piece")
    bench.duck.execute("SET memory_limit = '3GB'")
    with file.open("wb") as out:
        out.write((";".join(["asiakasnro", *HEADINGS]) + "\r\n").encode())
        for number, (where, share, columns) in enumerate(BLOCKS):
            bench.duck.execute(
                f"COPY (SELECT '{number}-' || row_number() OVER (), {', '.join(columns)} FROM"
                f" (SELECT * FROM wide WHERE {where} ORDER BY hash(person_id, {number}) LIMIT {rows * share // 100}))"
                f" TO '{piece}' (DELIMITER ';', HEADER false)")
            with piece.open("rb") as made:
                shutil.copyfileobj(made, out, 1 << 24)
    piece.unlink()


def twenty_million(bench):
    """The register is stored, matched and delivered in a store of its own, which goes afterwards."""
    rows = bench.options.rows
    folder = bench.folder / "large"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        bench.make_snapshot()
        (folder / "store").mkdir()
        (folder / "store" / "snapshots").symlink_to((bench.store / "snapshots").resolve())
        _write(bench, folder / "customers.csv", rows)
        bench.duck.close()
        bench.forget_duck()
        _run(bench, folder, rows)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(bench, folder, rows):
    def poimuri(*arguments):
        command = [program.POIMURI, *arguments, "--store", "store", "--json", "--quiet"]
        return processes.run(command, folder)

    key = json.loads(poimuri("recipient", "keygen", "--out", "acme.key").stdout)["public_key"]
    poimuri("recipient", "add", "acme", "--key", key)
    (folder / "permit.toml").write_text(updates.PERMIT)
    poimuri("permit", "import", "permit.toml")
    (folder / "order.toml").write_text(ORDER)
    stored = poimuri("customer-register", "add", "large", "customers.csv", "--customer", "acme")
    (folder / "customers.csv").unlink()
    ran = poimuri("order", "run", "order.toml", "--workers", "1")
    receipt = json.loads(ran.stdout)
    account = receipt["update"]
    bench.raw["twenty million"] = {"stored": stored.figures(), "ran": ran.figures(), "account": account}
    print("   " + ", ".join(f"{status} {count:,}" for status, count in account["statuses"].items()))
    print(f"   {account['persons']:,} persons; nearly meant {account['approximate']}")
    whole = account["rows"] == rows == receipt["delivered"] == sum(account["statuses"].values())
    bench.table.limit(f"{rows:,} rows · missing from the result", 0 if whole else 1, 0, "rows")
    for what, process in [("stored", stored), ("matched and delivered", ran)]:
        bench.table.limit(f"{rows:,} rows {what} · own memory", process.own_mib, updates.MEMORY_MIB, "MiB")
        print(f"   {process.seconds:.0f} s, {rows / process.seconds:,.0f} rows a second; with mapped files"
              f" {process.peak_mib:,.0f} MiB")
