"""What is known of a run: why its training cannot be repeated, and what a file says of it."""

from __future__ import annotations

import io
import re
import tracemalloc
import zipfile
from dataclasses import fields

import pytest

from nnlab import checkpoint
from nnlab.config import DATA_SOURCES, ModelConfig, TrainConfig, rule_of
from nnlab.export.exported import from_file
from nnlab.export.folder import archive, makers, weights_in
from nnlab.export.script import scripts
from nnlab.export.words import LANGUAGES, class_names, words
from nnlab.records import RateChange
from nnlab.ui import classes
from nnlab.ui.text import speaking, strings
from tests.nnlab.export.made import TRAIN, made

OPTIONS = [  # what a setting may be, where that is one of several
    f"{setting.name}_{option}"
    for part in (ModelConfig, TrainConfig)
    for setting in fields(part)
    for option in getattr(rule_of(part, setting.name), "options", ())
]


@pytest.mark.parametrize(
    ("facts", "obstacle"),
    [
        ({}, None),
        ({"train": None}, "unknown"),
        ({"began_trained": True}, "trained_before"),
        ({"has_own_digits": True}, "own_digits"),
        ({"data_source": "builtin"}, "builtin"),
        ({"data_source": "other"}, "other"),
        ({"data_source": "emnist"}, "emnist"),
        ({"data_source": "fashion"}, None),
        ({"data_source": ""}, None),
    ],
)
def test_why_a_run_cannot_be_repeated(facts, obstacle):
    assert made(**facts).obstacle == obstacle


def test_a_file_says_how_it_was_trained():
    original = made()
    content = checkpoint.to_bytes(original.model, TRAIN, data="mnist", test_accuracy=0.5)
    found = from_file(content)
    assert (found.train, found.data_source, found.steps) == (TRAIN, "mnist", 8)
    assert found.facts["test_accuracy"] == 0.5
    assert from_file(checkpoint.to_bytes(original.model)).obstacle == "unknown"
    assert from_file(checkpoint.to_bytes(original.model, TRAIN, data=[1])).data_source == ""


def test_the_bundled_network_learned_from_more_than_mnist():
    found = from_file(checkpoint.BUNDLED)
    assert found.obstacle == "drawn"
    assert isinstance(found.train, TrainConfig)
    assert from_file(checkpoint.TWIN).obstacle is None


def test_the_weights_that_are_taken_away_are_read_back():
    original = from_file(checkpoint.to_bytes(made().model, TRAIN, data="mnist"))
    again = from_file(makers(original)["weights.safetensors"]())
    assert again.train == TRAIN
    assert again.facts == original.facts
    for ours, theirs in zip(original.model.parameters(), again.model.parameters(), strict=True):
        assert ours.equal(theirs)


def test_the_same_run_makes_the_same_archive():
    assert archive(made()) == archive(made())


STORY = {
    "step": 5,
    "rate_changes": [RateChange(2, 0.1), RateChange(4, 0.3), RateChange(4, 0.2)],
    "began_trained": True,
    "has_own_digits": True,
}


@pytest.mark.parametrize("name", STORY)
def test_what_is_exported_from_the_weights_is_the_run_that_they_were_taken_from(name):
    """A run that was steered by hand or stopped is not told as one that went through with its settings."""
    original = made(**{name: STORY[name]}, facts={"data": "mnist"})
    again = from_file(makers(original)["weights.safetensors"]())
    assert getattr(again, name) == STORY[name]
    assert (again.steps, again.obstacle) == (original.steps, original.obstacle)
    assert scripts(again) == scripts(original) != scripts(made())


def test_weights_taken_before_the_first_step_are_told_as_such():
    again = from_file(makers(made(step=0))["weights.safetensors"]())
    assert (again.step, again.steps) == (0, 0)


def test_weights_that_are_unpacked_all_at_once_are_refused():
    """By bzip2 40 MB become 100 bytes, so a small archive would fill the memory, whatever may be unpacked at most."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_BZIP2) as packed, packed.open("weights.safetensors", "w") as file:
        for _ in range(40):
            file.write(bytes(1_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(checkpoint.CheckpointError, match="damaged"):
            weights_in(content.getvalue(), 1000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 10_000_000  # bytes


@pytest.mark.parametrize("step", [True, -1, 9, 2.0, "5", None, [5]])
def test_a_step_that_is_none_is_passed_over(step):
    content = checkpoint.to_bytes(made().model, TRAIN, step=step, rate_changes=[[step, 0.1], [3, 0.2]])
    assert (from_file(content).steps, from_file(content).rate_changes) == (8, [RateChange(3, 0.2)])


@pytest.mark.parametrize(
    "changes", [7, "7", {}, [7], [[1]], [[1, 2, 3]], [[8, 0.1]], [[1, 101]], [[1, True]], [["1", 0.1]]]
)
def test_a_rate_change_that_is_none_is_passed_over(changes):
    content = checkpoint.to_bytes(made().model, TRAIN, rate_changes=changes, began_trained="no", has_own_digits=1)
    found = from_file(content)
    assert (found.rate_changes, found.began_trained, found.has_own_digits) == ([], False, False)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("source", DATA_SOURCES)
def test_files_call_the_classes_what_the_pages_call_them(source, language):
    with speaking(language):
        assert class_names(source, language) == classes.names(source)


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_call_the_settings_what_the_pages_call_them(language):
    said, shown = words(language), strings(language)
    assert {f"train.{name}": said[name] for name in OPTIONS} == {
        f"train.{name}": shown[f"train.{name}"] for name in OPTIONS
    }


def test_both_languages_say_the_same():
    english, korean = words("en"), words("ko")
    assert english.keys() == korean.keys()
    for key, text in english.items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", korean[key])), key
        assert text != korean[key] or key in ("source_mnist", "source_fashion", "source_kmnist", *OPTIONS)
