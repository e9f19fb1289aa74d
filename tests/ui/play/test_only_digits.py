"""The game of fooling is about digits: a network of clothes is not offered, and a sentence says so."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from nnlab import checkpoint
from nnlab.config import ModelConfig
from nnlab.model import MLP
from nnlab.runs import jobs
from nnlab.ui import brought_networks, keys, readers
from nnlab.ui.text import strings
from tests.ui.train.fake_runs import SETUP, FakeJob


def file_of(**facts: object) -> bytes:
    return checkpoint.to_bytes(MLP(ModelConfig((4,), "relu")), **facts)


@pytest.fixture
def clothes(monkeypatch):
    """A run of the visitor's that learns clothes."""
    job = FakeJob(SETUP)
    job.data_source = "fashion"
    monkeypatch.setattr(jobs, "jobs_of", lambda owner: [job])
    return job


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_network_of_clothes_is_not_offered_for_a_game_of_digits(open_page, clothes, language):
    page = open_page("play", language)
    page.session_state[keys.Draw.NETWORK] = clothes.id
    page.segmented_control(key="play.section").set_value("fool").run()
    assert not page.exception
    assert page.selectbox(key=keys.Play.NETWORK).value == readers.BUNDLED
    assert page.session_state[keys.Draw.NETWORK] == clothes.id
    assert strings(language)["common.only_digits"] in [caption.value for caption in page.caption]
    draw = open_page("draw", language)
    draw.session_state[keys.Draw.NETWORK] = clothes.id
    draw.run()
    assert draw.session_state[keys.Draw.NETWORK] == clothes.id
    assert strings(language)["common.only_digits"] not in [caption.value for caption in draw.caption]


def test_a_network_of_clothes_is_still_chosen_after_the_game(open_page, clothes):
    page = open_page("draw")
    page.selectbox(key=keys.Draw.NETWORK).set_value(clothes.id).run()
    page.switch_page("pages/play.py").run()
    page.segmented_control(key="play.section").set_value("fool").run()
    assert page.selectbox(key=keys.Play.NETWORK).value == readers.BUNDLED
    page.switch_page("pages/draw.py").run()
    assert page.selectbox(key=keys.Draw.NETWORK).value == clothes.id


def test_networks_of_digits_are_offered_without_a_word(open_page, clothes):
    clothes.data_source = "emnist"
    page = open_page("play")
    page.segmented_control(key="play.section").set_value("fool").run()
    assert strings("en")["common.only_digits"] not in [caption.value for caption in page.caption]


@pytest.mark.parametrize(
    ("facts", "source"),
    [({"data": "fashion"}, "fashion"), ({"data": {"source": "kmnist"}}, "kmnist"), ({}, "mnist"),
     ({"data": "nothing known"}, "mnist"), ({"data": ["fashion"]}, "mnist")],
)  # fmt: skip
def test_a_file_says_what_it_has_learned(facts, source):
    assert brought_networks.source_of(SimpleNamespace(content=file_of(**facts))) == source
