"""The tables of the data base, as the newest migration leaves them; a test holds the two equal.

Read next: ``database``.
"""

from __future__ import annotations

from sqlalchemy import Float, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

REVISION = "0001"  # of the newest migration


class Base(DeclarativeBase):
    """All tables."""


class Run(Base):
    """A run; what of it is large is in files.

    Attributes:
        created, deleted: seconds since 1970; ``deleted`` is None of a run that is there.
        server: the name of the server that has the run in memory; "" of one that no server has.
        setup, own_scores, clock, evaluation: JSON, as ``config.to_dict`` and ``dataclasses.asdict`` write them.
        evaluation: the latest on the whole test set; ``resumes_at``: the step of the kept state. A list needs no more.
        width, points, unfinished: of its ``history.Record``, whose rows are in the file "history-<width>.f64". That may
            be longer, where a writing was cut off: so many points of it count.
        losses: float32, what ``KeptRun.losses`` holds.
        own_digits, own_pixels: as ``OwnDigits.to_message`` writes them, as long as the run can go on.
    """

    __tablename__ = "run"
    id: Mapped[str] = mapped_column(String, primary_key=True)
    shelf: Mapped[str] = mapped_column(String, index=True)
    name: Mapped[str] = mapped_column(String, default="")
    note: Mapped[str] = mapped_column(String, default="")
    is_starred: Mapped[bool] = mapped_column(default=False)
    created: Mapped[float] = mapped_column(Float, index=True)
    deleted: Mapped[float | None] = mapped_column(Float)
    server: Mapped[str] = mapped_column(String, default="")
    setup: Mapped[str] = mapped_column(String)
    data_source: Mapped[str] = mapped_column(String)
    is_fine_tuning: Mapped[bool]
    status: Mapped[str] = mapped_column(String)
    failure: Mapped[str] = mapped_column(String, default="")
    step: Mapped[int] = mapped_column(Integer)
    target: Mapped[int] = mapped_column(Integer)
    images: Mapped[int] = mapped_column(Integer)
    learning_rate: Mapped[float] = mapped_column(Float)
    clock: Mapped[str] = mapped_column(String)
    width: Mapped[int] = mapped_column(Integer, default=1)
    points: Mapped[int] = mapped_column(Integer, default=0)
    unfinished: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    losses: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    evaluation: Mapped[str | None] = mapped_column(String)
    dead: Mapped[int | None] = mapped_column(Integer)
    resumes_at: Mapped[int | None] = mapped_column(Integer)
    own_digits: Mapped[str | None] = mapped_column(String)
    own_pixels: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    own_scores: Mapped[str] = mapped_column(String, default="[]")
    bytes: Mapped[int] = mapped_column(Integer, default=0)


class Measured(Base):
    """An evaluation of a run: the fields of ``records.Evaluation``, and its place among them."""

    __tablename__ = "evaluation"
    run: Mapped[str] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    step: Mapped[int] = mapped_column(Integer)
    epoch: Mapped[float] = mapped_column(Float)
    train_loss: Mapped[float | None] = mapped_column(Float)  # None is NaN, which SQLite does not know
    train_accuracy: Mapped[float] = mapped_column(Float)
    test_loss: Mapped[float | None] = mapped_column(Float)
    test_accuracy: Mapped[float] = mapped_column(Float)
    train_samples: Mapped[int] = mapped_column(Integer)
    test_samples: Mapped[int] = mapped_column(Integer)
    is_sample: Mapped[bool]


class Changed(Base):
    """A change of a run's learning rate: ``records.RateChange``, and its place among them."""

    __tablename__ = "rate_change"
    run: Mapped[str] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    step: Mapped[int] = mapped_column(Integer)
    learning_rate: Mapped[float] = mapped_column(Float)


class File(Base):
    """A file of a run.

    Attributes:
        kind: "weights", "trail" (float16), or "state" (to go on from).
        step: of the weights in it.
        name: in the run's folder.
    """

    __tablename__ = "file"
    run: Mapped[str] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String, primary_key=True)
    step: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String)
    bytes: Mapped[int] = mapped_column(Integer)


class Shelf(Base):
    """On which shelf the runs of a browser stand.

    Attributes:
        owner: a fingerprint of the random name in the browser's cookie, from which that cannot be found out.
        key: the unguessable name of the shelf.
        made_room: runs that have gone from it because it, or the disk, was full.
    """

    __tablename__ = "shelf"
    owner: Mapped[str] = mapped_column(String, primary_key=True)
    key: Mapped[str] = mapped_column(String, index=True)
    made_room: Mapped[int] = mapped_column(Integer, default=0)
