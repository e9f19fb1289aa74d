"""The history as a table: what a run has told, and what the command line has written."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict

import pytest
from hypothesis import given

from nnlab.export.table import Row, rows_of, rows_of_json, to_csv
from nnlab.records import Evaluation, StepRecord
from nnlab.runs.history import History, to_rows
from tests.hostile import JSON, tried
from tests.nnlab.export.made import TRAIN


def test_an_evaluation_stands_in_the_row_of_its_step():
    history = History()
    records = [StepRecord(1, 0.25, 2.3, 0.1, 0.05, 30), StepRecord(2, 0.5, 2.0, 0.2, 0.04, 30)]
    history.add_steps(to_rows(records, [0.01, 0.02]))
    for step in (0, 2):
        history.add_evaluation(Evaluation(step, step / 4, 2.1, 0.3, 2.2, 0.25, 100, 200))
    assert rows_of(history) == [
        Row(0, 0.0, test_loss=2.2, test_accuracy=0.25, test_images=200),
        Row(1, 0.25, 30, 2.3, 0.1, 0.05, 0.01),
        Row(2, 0.5, 30, 2.0, 0.2, 0.04, 0.02, 2.2, 0.25, 200),
    ]


def test_a_table_is_read_back_with_all_digits():
    content = to_csv([Row(1, 0.25, 30, 1 / 3), Row(2, 0.5)])
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [*rows[0]] == list(Row._fields)
    assert float(rows[0]["training_loss"]) == 1 / 3
    assert rows[1]["training_loss"] == rows[1]["test_accuracy"] == ""


EPOCH = {"train_loss": 2.0, "test_loss": None, "test_accuracy": 0.5, "seconds": 0.5}


def written(**changes) -> str:
    return json.dumps({"train": asdict(TRAIN), "epochs": [EPOCH, EPOCH], "samples": {"test": 20}} | changes)


def test_the_epochs_of_the_command_line():
    rows, train = rows_of_json(written())
    assert train == TRAIN
    assert rows[1] == Row(8, 2, 100, 2.0, seconds=1.0, test_accuracy=0.5, test_images=20)


def test_an_epoch_in_which_a_run_has_failed_ends_where_it_did():
    rows, _ = rows_of_json(written(steps=5))
    assert [(row.step, row.epoch, row.images) for row in rows] == [(4, 1, 100), (5, 1.25, None)]


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", written(train={"epochs": -1}), written(epochs=[{}]), written(epochs=7), "[" * 100_000,
        written(steps=0), written(steps=-5), written(epochs=[EPOCH | {"train_loss": -1.0}]),
        written(epochs=[EPOCH | {"test_accuracy": -0.5}]), written(epochs=[EPOCH | {"test_loss": 1.79e308}]),
    ],
)  # fmt: skip
def test_another_file_is_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match=r"The history cannot be read .*train --json"):
        rows_of_json(text)


@given(JSON, JSON)
def test_no_json_is_too_strange(first, second):
    for value in (first, {"train": {}, "samples": {"test": 1}, "epochs": [first, second]}):
        rows, error = tried(ValueError, rows_of_json, json.dumps(value))
        assert (rows is None) == (error is not None)
