"""What the measurements share: the register, its snapshot, the tables of the others, the driver."""

import datetime
import random

import duckdb

import duck
import engine
import frames
import program
import processes
import trees
import walk

THREADS = 2


class Setting:
    """Makes each thing when it is first asked for."""

    def __init__(self, options, table):
        self.options = options
        self.table = table
        self.folder = options.folder / str(options.people)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.source = self.folder / "source"
        self.store = self.folder / "store"
        self.date = datetime.date.fromisoformat(program.AS_OF)
        self.raw = {}
        self._duck = self._frames = self._engine = None

    def poimuri(self, *arguments):
        """Runs the program in the folder."""
        return processes.run([program.POIMURI, *arguments, "--json", "--quiet"], self.folder)

    def make_register(self):
        """Makes the source files; gives how it went, None if they are there."""
        if (self.source / "previous_addresses.parquet").exists():
            return None
        return self.poimuri("register", "synth", "--population", self.options.people, "--seed", 1, "--out", "source")

    def make_snapshot(self):
        """Builds the snapshot; gives how it went, None if it is there."""
        self.make_register()
        if (self.store / "snapshots").exists() and any((self.store / "snapshots").iterdir()):
            return None
        return self.poimuri("snapshot", "build", "--from", "source", "--as-of", program.AS_OF, "--store", "store")

    @property
    def duck(self):
        """DuckDB's native tables."""
        if self._duck is None:
            self.make_register()
            file = self.folder / "tables.duckdb"
            if file.exists():
                self._duck = duckdb.connect(str(file))
            else:
                partial = file.with_suffix(".partial")
                partial.unlink(missing_ok=True)
                duck.build(self.source, partial, program.AS_OF, THREADS).close()
                partial.rename(file)
                self._duck = duckdb.connect(str(file))
            self._duck.execute(f"SET threads = {THREADS}")
        return self._duck

    def forget_duck(self):
        """Lets go of a connection that was closed."""
        self._duck = self._frames = None

    @property
    def frames(self):
        """Polars in memory."""
        if self._frames is None:
            self._frames = frames.Frames(self.duck)
        return self._frames

    @property
    def engine(self):
        """The engine in its driver."""
        if self._engine is None:
            self.make_snapshot()
            self._engine = engine.Engine(self.store, THREADS)
        return self._engine

    def criteria(self):
        """Random criteria as they are written, and prepared for the others."""
        columns = trees.Values(_Sample(self.duck))
        generator = trees.Generator(columns, 17)
        found = [generator.tree(3) for _ in range(self.options.trees)]
        return [(tree, walk.prepared(tree, self.date)) for tree in found]

    def own_codes(self, number=200_000):
        """Identity codes of a customer's own register, drawn from the whole country."""
        rows = self.duck.execute(
            f"SELECT person_id FROM wide ORDER BY hash(person_id) LIMIT {number}").fetchall()
        codes = [code for (code,) in rows]
        random.Random(5).shuffle(codes)
        return codes

    def close(self):
        """Ends the driver."""
        if self._engine is not None:
            self._engine.close()


class _Sample:
    """The wide table under the names of the reference, a part of it."""

    def __init__(self, db):
        self._db = db.cursor()
        share = "USING SAMPLE 20000 ROWS (reservoir, 1)"
        self._db.execute(f"CREATE OR REPLACE TEMP TABLE person AS SELECT * FROM wide {share}")

    def execute(self, statement):
        return self._db.execute(statement)
