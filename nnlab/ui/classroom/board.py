"""What a class's board says, in words and numbers: for the browsers that ask, again and again, while they show it.

It knows no session, so that a route can tell it (``text.speaking`` says in which language). Thirty browsers ask for the
same; so an answer is kept for as long as nobody would notice that it is old.
"""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from nnlab.classroom.room import Entry, Room
from nnlab.ui import digits, numbers, run_words, saving
from nnlab.ui.text import duration, speaking, spoken, t

FRESH_SECONDS = 0.8  # so long an answer is given again
QUICKLY = 4  # gzip's level: a tenth of the size is left, for a millisecond
MOST_ANSWERS = 20  # are kept: of so many classes and languages


class Answer(NamedTuple):
    """What is sent: JSON, as it is and packed by gzip, and eight letters that change with it."""

    version: str
    body: bytes
    packed: bytes


_answers: dict[tuple[str, str], tuple[float, Answer]] = {}  # by code and language: when it was made, and the answer
_lock = threading.Lock()


def answer(room: Room) -> Answer:
    """What the board of a class says now, or said a moment ago."""
    asked = room.code, spoken()
    with _lock:  # one makes it, the others wait for a millisecond
        made, found = _answers.get(asked, (0.0, None))
        if found is None or time.monotonic() - made > FRESH_SECONDS:
            body = json.dumps(tell(room), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
            found = Answer(sha256(body).hexdigest()[:8], body, gzip.compress(body, QUICKLY, mtime=0))
            _answers.pop(asked, None)
            _answers[asked] = time.monotonic(), found
            while len(_answers) > MOST_ANSWERS:
                del _answers[next(iter(_answers))]
        return found


def forget() -> None:
    """Have the next answers made anew: somebody has changed what the board says, and wants to see it."""
    with _lock:
        _answers.clear()


def tell(room: Room) -> dict[str, Any]:
    """Everything on the board.

    Returns:
        ``title``: who and what is there, in words; ``runs``: each as ``_run`` says it, in the order of ``ranked``;
        ``data``: the data sets in that order, each {"name", "count", "axis"}.
    """
    members, entries = room.members(), ranked(room.entries())
    names = {member.number: member.name for member in members} if room.has_names else {}
    counts = Counter(entry.data_source for entry in entries)
    return {
        "title": _title(len(members), entries),
        "runs": [_run(entry, names.get(entry.member, "")) for entry in entries],
        "data": [
            {"name": digits.name_of(source), "count": count, "axis": _axis(source, entries)}
            for source, count in counts.most_common()
        ],
    }


def to_csv(room: Room, language: str) -> bytes:
    """The board as a file for a spreadsheet, a row for each run, in the order of the board; numbers in full."""
    with speaking(language):
        members, entries = room.members(), ranked(room.entries())
        names = {member.number: member.name for member in members} if room.has_names else {}
        rows = [_row(entry, names.get(entry.member, "")) for entry in entries]
        return saving.to_csv({head: [row[head] for row in rows] for head in (rows[0] if rows else ())})


def _row(entry: Entry, name: str) -> dict[str, object]:
    model, train, evaluation = entry.setup.model, entry.setup.train, entry.evaluation
    return {
        t("classroom.who"): name or t("classroom.member", number=entry.member),
        t("classroom.layers"): numbers.sizes(model.layer_sizes),
        t("train.activation"): t(f"train.activation_{model.activation}") if model.hidden_sizes else "",
        t("train.optimizer"): t(f"train.optimizer_{train.optimizer}"),
        t("train.learning_rate"): train.learning_rate,
        t("train.batch_size"): train.batch_size,
        t("train.epochs"): train.epochs,
        t("classroom.epochs_done"): round(entry.epoch, 3),
        t("classroom.accuracy"): evaluation.test_accuracy if evaluation else "",
        t("classroom.loss"): evaluation.test_loss if evaluation else "",
        t("classroom.axis_parameters"): model.parameter_count,
        t("classroom.axis_seconds"): round(entry.seconds, 3),
        t("train.source"): digits.name_of(entry.data_source),
        t("classroom.head_start"): "" if entry.is_plain else t("classroom.not_plain"),
    }


def ranked(entries: Sequence[Entry]) -> list[Entry]:
    """Those on the data set of most runs first; then the highest test accuracy, those without one last."""
    counts = Counter(entry.data_source for entry in entries)
    sources = [source for source, _ in counts.most_common()]
    return sorted(entries, key=lambda entry: (sources.index(entry.data_source), -_accuracy(entry)))


def _accuracy(entry: Entry) -> float:
    return entry.evaluation.test_accuracy if entry.evaluation else -1.0


def _title(people: int, entries: Sequence[Entry]) -> str:
    training = sum(entry.status == "running" for entry in entries)
    return t("classroom.title_line", people=people, runs=len(entries), training=training)


def _axis(source: str, entries: Sequence[Entry]) -> str:
    """What the accuracies of one data set were measured on."""
    samples = [entry.evaluation.test_samples for entry in entries if entry.data_source == source and entry.evaluation]
    if not samples:
        return t("classroom.accuracy")
    return t("classroom.accuracy_of", data=digits.name_of(source), samples=f"{samples[0]:,}")


def _run(entry: Entry, name: str) -> dict[str, Any]:
    """One run: numbers for the chart, words for the table.

    ``member`` is the number of who trains it, ``activation`` "" where there is no hidden layer, ``accuracy`` a
    fraction or None, ``curve`` pairs of epoch and accuracy.
    """
    train, model = entry.setup.train, entry.setup.model
    evaluation = entry.evaluation
    network = run_words.architecture(model)
    return {
        "id": entry.id,
        "member": entry.member,
        "who": name or t("classroom.member", number=entry.member),
        "data": digits.name_of(entry.data_source),
        "network": network if entry.is_plain else f"{network} · {t('classroom.not_plain')}",
        "activation": model.activation if model.hidden_sizes else "",
        "rule": " · ".join(run_words.trained(train)),
        "status": entry.status,
        "doing": t(f"common.menu_run_{entry.status}", epoch=f"{entry.epoch:.1f}"),
        "accuracy": evaluation.test_accuracy if evaluation else None,
        "told": numbers.percent(evaluation.test_accuracy, 2) if evaluation else t("common.unknown"),
        "parameters": model.parameter_count,
        "seconds": round(entry.seconds, 2),
        "time": duration(entry.seconds),
        "rate": train.learning_rate,
        "curve": [[round(epoch, 3), accuracy] for epoch, accuracy in entry.curve],
    }
