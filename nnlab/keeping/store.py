"""The kept runs of a server, as pages read and mark them: a data base with files beside it.

    store = Store(paths.kept_dir())
    for run in store.runs(shelf):
        print(run.name, run.evaluation)
    history, weights = store.history(run.id), store.weights(run.id)

A list reads one table and no file. Any thread may call everything here.

Read next: ``writing``, how a run is kept; ``keeper``, who has it kept.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, select, update
from sqlalchemy.pool import QueuePool

from nnlab.keeping import files, rows
from nnlab.keeping.database import open_database, to_write
from nnlab.keeping.kept import LONGEST_NAME, LONGEST_NOTE, KeptRun
from nnlab.keeping.limits import KeptLimits, limits_here
from nnlab.keeping.tables import Base, Changed, File, Measured, Run
from nnlab.records import RateChange
from nnlab.runs.history import History, Record
from nnlab.runs.messages import Clock
from nnlab.runs.past import Past
from nnlab.runs.snapshot import Snapshot, named
from nnlab.sources.own import OwnDigits, OwnScore


class Store:
    """The runs that are kept in a folder.

    Args:
        folder: made if it is not there, readable by nobody else.
        limits: how much it holds; default: what the environment says.

    Attributes:
        set_aside: where the damaged data base is that was found there; None if none was.

    Raises:
        StoreError: if a newer nnlab has written what is there, or nothing can be written.
        OSError: if the folder cannot be made.
    """

    def __init__(self, folder: Path, limits: KeptLimits | None = None):
        self.folder, self.limits = folder, limits or limits_here()
        folder.mkdir(mode=files.PRIVATE, parents=True, exist_ok=True)
        folder.chmod(files.PRIVATE)
        self.engine, self.set_aside = open_database(folder)
        self.writer = to_write(self.engine)
        self.files = files.Files(folder / "files")

    @classmethod
    def of_nothing(cls) -> Store:
        """A store in memory, in which nothing is put: for a server that keeps nothing."""
        store = cls.__new__(cls)
        store.folder, store.limits, store.set_aside = Path(), KeptLimits(), None
        # What is in memory belongs to one connection, and that is for one thread at a time; the others wait.
        one = {"pool_size": 1, "max_overflow": 0, "connect_args": {"check_same_thread": False}}
        store.engine = create_engine("sqlite://", poolclass=QueuePool, **one)
        Base.metadata.create_all(store.engine)
        store.writer, store.files = store.engine, files.Files(Path())
        return store

    def close(self) -> None:
        """Let go of the data base."""
        self.engine.dispose()

    # What a list shows

    def runs(self, shelf: str) -> list[KeptRun]:
        """The runs of a shelf, the newest first; deleted ones are left out."""
        return self._kept(Run.shelf == shelf, Run.deleted.is_(None))

    def newest(self, shelf: str, count: int) -> list[KeptRun]:
        """The starred runs of a shelf and so many of the newest, the newest first: for menus."""
        latest = select(Run.id).where(Run.shelf == shelf, Run.deleted.is_(None)).order_by(Run.created.desc())
        is_chosen = Run.is_starred | Run.id.in_(latest.limit(count))
        return self._kept(Run.shelf == shelf, Run.deleted.is_(None), is_chosen)

    def deleted(self, shelf: str) -> list[KeptRun]:
        """The runs of a shelf that are deleted and not gone yet, the newest first."""
        return self._kept(Run.shelf == shelf, Run.deleted.is_not(None))

    def get(self, run_id: str) -> KeptRun | None:
        """One run, on whichever shelf; None if there is none, or if it is deleted."""
        return next(iter(self._kept(Run.id == run_id, Run.deleted.is_(None))), None)

    def _kept(self, *conditions: Any) -> list[KeptRun]:
        with self.engine.connect() as connection:
            query: Any = select(*rows.OF_A_LIST).where(*conditions).order_by(Run.created.desc(), Run.id)
            found = connection.execute(query).all()
        return [rows.kept_run(row) for row in found]

    # What one run is made of

    def weights(self, run_id: str) -> bytes | None:
        """Its last weights as a file of ``checkpoint``, in float32; None where there are none."""
        run, newest = self.get(run_id), self._newest(run_id)
        if run is None or newest is None:
            return None
        facts: dict[str, Any] = {"data": run.data_source, "step": newest.step}
        if run.evaluation and run.evaluation.step == newest.step:
            facts |= {"test_accuracy": run.evaluation.test_accuracy, "test_samples": run.evaluation.test_samples}
        return named(newest, run.setup.train, **facts)

    def history(self, run_id: str) -> History:
        """Its steps, evaluations and rate changes; an empty one where there are none."""
        with self.engine.connect() as connection:
            run = connection.execute(
                select(Run.width, Run.points, Run.unfinished).where(Run.id == run_id)
            ).one_or_none()
            measured = connection.execute(
                select(*(getattr(Measured, name) for name in rows.EVALUATION))
                .where(Measured.run == run_id)
                .order_by(Measured.number)
            ).all()
            changes = connection.execute(
                select(Changed.step, Changed.learning_rate).where(Changed.run == run_id).order_by(Changed.number)
            ).all()
        if run is None:
            return History()
        data = self.files.read(run_id, files.history(run.width), files.ROW_BYTES * run.points)
        points = files.to_rows(data or b"")
        record = Record(run.width, len(points), points, files.to_rows(run.unfinished))
        return History.of(record, [rows.evaluation_in(row) for row in measured], [RateChange(*row) for row in changes])

    def states(self, run_id: str) -> tuple[Snapshot, ...]:
        """The weights that it had along its way, see ``runs.trail``: in float16, in the order of their steps."""
        run = self.get(run_id)
        if run is None:
            return ()
        return tuple(Snapshot(step, run.setup.model, data) for step, data in self._files(run_id, "trail"))

    def past(self, run_id: str) -> Past | None:
        """All that is kept of a run, to show it or to go on from it; None if there is no such run."""
        run = self.get(run_id)
        if run is None:
            return None
        columns = (Run.learning_rate, Run.images, Run.target, Run.own_digits, Run.own_pixels, Run.own_scores, Run.clock)
        with self.engine.connect() as connection:
            row = connection.execute(select(*columns).where(Run.id == run_id)).one()
        own = OwnDigits.from_message(json.loads(row.own_digits), row.own_pixels) if row.own_digits else None
        state = next((files.to_state(data) for _, data in self._files(run_id, "state")), None)
        return Past(
            run.id,
            run.setup,
            run.data_source,
            run.status,
            run.is_fine_tuning,
            self.history(run_id),
            row.learning_rate,
            Clock(**json.loads(row.clock)),
            row.images,
            row.target,
            own,
            tuple(OwnScore(**score) for score in json.loads(row.own_scores)),
            self._newest(run_id),
            self.states(run_id),
            state,
        )

    def _newest(self, run_id: str) -> Snapshot | None:
        """Its last weights: those of its state while it can go on."""
        run = self.get(run_id)
        if run is None:
            return None
        found = [Snapshot(step, run.setup.model, data) for step, data in self._files(run_id, "weights")]
        states = [files.to_state(data) for _, data in self._files(run_id, "state")]
        found += [Snapshot(state.step, run.setup.model, state.weights) for state in states if state]
        return max(found, key=lambda snapshot: snapshot.step, default=None)

    def _files(self, run_id: str, kind: str) -> list[tuple[int, bytes]]:
        """Steps and contents of the files of a kind; those that somebody has taken away are left out."""
        query = (
            select(File.step, File.name, File.bytes).where(File.run == run_id, File.kind == kind).order_by(File.step)
        )
        with self.engine.connect() as connection:
            listed = connection.execute(query).all()
        found = ((row.step, self.files.read(run_id, row.name, row.bytes)) for row in listed)
        return [(step, data) for step, data in found if data is not None]

    # What their owner marks

    def rename(self, run_id: str, name: str) -> None:
        """Give a run a name; "" for none."""
        self._mark(run_id, name=" ".join(name.split())[:LONGEST_NAME])

    def write_note(self, run_id: str, note: str) -> None:
        """Write a note on a run; "" for none."""
        self._mark(run_id, note=note.strip()[:LONGEST_NOTE])

    def star(self, run_id: str, is_starred: bool = True) -> None:
        """Mark a run as one that stays, or take the mark away."""
        self._mark(run_id, is_starred=is_starred)

    def delete(self, run_id: str) -> None:
        """Take a run out of its list; it leaves the disk later, see ``room.purge``."""
        self._mark(run_id, deleted=time.time())

    def undelete(self, run_id: str) -> bool:
        """Bring a deleted run back; whether it was still there."""
        return self._mark(run_id, deleted=None)

    def _mark(self, run_id: str, **values: Any) -> bool:
        with self.writer.begin() as connection:
            return bool(connection.execute(update(Run).where(Run.id == run_id).values(**values)).rowcount)
