"""Bringing a network back: from nnlab's file or plain weights, to read with; a sentence for what does not fit."""

from __future__ import annotations

import io
import zipfile
from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import save

from nnlab import checkpoint
from nnlab.config import ModelConfig, TrainConfig
from nnlab.export.exported import Exported
from nnlab.export.folder import archive, weights
from nnlab.foreign import NOTES, REASONS
from nnlab.model import MLP
from nnlab.runs import jobs
from nnlab.ui import brought_networks, keys, uploads
from nnlab.ui.brought_networks import title_of
from nnlab.ui.text import strings
from tests.nnlab.test_foreign import REFUSED, sequential

OURS = MLP(ModelConfig((7,), "tanh"), seed=3)


@pytest.fixture
def bring(open_page, monkeypatch):
    """The section, after a file has been chosen in its field."""

    def bring(content: bytes, name: str = "mine.safetensors", language: str = "en"):
        file = SimpleNamespace(name=name, getvalue=lambda: content)
        monkeypatch.setattr(uploads, "ask_for_one", lambda label, key, help: file)
        page = open_page("home", language)
        page.query_params["section"] = "bring"
        page = page.switch_page("pages/runs.py").run()
        assert not page.exception
        return page

    return bring


def take(page) -> dict:
    page.button(key="runs.bring_take").click().run()
    assert not page.exception
    return {each.id: each for each in page.session_state["brought_networks"]}


def test_a_file_of_nnlab_comes_back_as_it_was(bring):
    page = bring(checkpoint.to_bytes(OURS))
    assert "784-7-10" in page.success[0].value
    (network,) = take(page).values()
    again = checkpoint.from_bytes(network.content)
    assert again.config == OURS.config
    assert all(one.equal(other) for one, other in zip(OURS.parameters(), again.parameters(), strict=True))


def test_a_wide_network_of_16_bits_takes_no_more_memory_than_its_file(bring, monkeypatch):
    sent = checkpoint.to_bytes(OURS, dtype=torch.float16)
    monkeypatch.setattr(brought_networks, "MOST_BYTES", most := len(sent) + 1000)
    (network,) = take(bring(sent)).values()
    assert len(network.content) <= most
    one, other = (checkpoint.from_bytes(content).state_dict() for content in (sent, network.content))
    assert all(one[name].equal(other[name]) for name in one)


def test_numbers_that_16_bits_cannot_hold_are_refused(bring, monkeypatch):
    model = MLP(ModelConfig((7,)))
    with torch.no_grad():
        model.linears[0].bias[0] = 1e6
    monkeypatch.setattr(brought_networks, "MOST_BYTES", 1000)
    monkeypatch.setattr("nnlab.export.folder.weights_in", lambda content, most: content)
    page = bring(checkpoint.to_bytes(model))
    page.button(key="runs.bring_take").click().run()
    assert page.error[0].value == strings("en")["bring.broken_numbers"]


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize("is_packed_again", [False, True])
def test_the_archive_of_a_run_comes_back(bring, is_packed_again):
    """As it was taken away, or in a folder, as a Mac packs what has been unpacked."""
    run = Exported(OURS.eval(), TrainConfig(), facts={"data": "mnist"})
    content = archive(run)
    if is_packed_again:
        inner = {"__MACOSX/._run": b"?", "nnlab-run/model.py": b"", "nnlab-run/weights.safetensors": weights(run)}
        content = zipped(inner)
    page = bring(content, "nnlab-run.zip")
    assert "784-7-10" in page.success[0].value
    (network,) = take(page).values()
    assert network.title == "nnlab-run"
    again = checkpoint.from_bytes(network.content)
    assert all(one.equal(other) for one, other in zip(OURS.parameters(), again.parameters(), strict=True))


def test_an_archive_that_is_damaged_or_too_large_says_so_and_another_zip_is_not_opened(bring):
    said = strings("en")
    content = archive(Exported(OURS.eval(), TrainConfig()))
    assert bring(content[:-100]).error[0].value == said["bring.broken_truncated"]
    assert bring(content[:5000]).error[0].value == said["bring.broken_truncated"]
    bomb = zipped({"weights.safetensors": bytes(brought_networks.MOST_BYTES + 1)})
    assert bring(bomb).error[0].value == said["bring.broken_size"]
    assert bring(zipped({"data.pkl": b"?"})).error[0].value == said["bring.broken_pickle"]


def test_plain_weights_are_taken_with_what_the_visitor_says(bring):
    theirs = sequential(784, 9, 10)
    page = bring(save(theirs.state_dict()))
    page.selectbox(key="runs.brought_activation").set_value("tanh").run()
    page.selectbox(key="runs.brought_normalization").set_value("none").run()
    (network,) = take(page).values()
    images = torch.rand(3, 28, 28)
    ours = checkpoint.from_bytes(network.content)
    assert torch.allclose(ours.predict_proba(images), theirs(images).softmax(1), atol=1e-6)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("reason", REASONS)
def test_what_does_not_fit_gets_a_sentence_of_the_visitors_language(bring, reason, language):
    page = bring(REFUSED[reason], language=language)
    (error,) = page.error
    first = strings(language)[f"bring.refused_{reason}"].partition("{")[0]
    assert first in error.value
    assert "{" not in error.value
    assert not page.get("selectbox")


def test_a_pickle_is_never_opened(bring):
    page = bring(b"PK\x03\x04" + bytes(30), "model.pt")
    assert page.error[0].value == strings("en")["bring.broken_pickle"]


def test_every_sentence_is_there():
    for language in ("en", "ko"):
        said = strings(language)
        assert all(f"bring.note_{note}" in said for note in NOTES)
        reasons = ("size", "pickle", "format", "truncated", "header", "tensors", "numbers")
        assert all(f"bring.broken_{reason}" in said for reason in reasons)


@pytest.mark.parametrize(
    ("facts", "source"), [({}, "auto"), ({"data": "mnist"}, "auto"), ({"data": "fashion"}, "fashion")]
)
def test_it_is_trained_further_with_what_it_knows(bring, monkeypatch, facts, source):
    page = bring(checkpoint.to_bytes(OURS, **facts))
    (name,) = take(page)
    started = {}
    monkeypatch.setattr(jobs, "start", lambda setup, **options: started.update(options, setup=setup))
    page.button(key=f"runs.bring_train_{name}").click().run()
    assert not page.exception
    assert (started["setup"].model, started["setup"].data.source) == (OURS.config, source)
    assert checkpoint.from_bytes(started["start_from"]).config == OURS.config


def test_where_train_is_hidden_no_training_is_offered(bring):
    page = bring(checkpoint.to_bytes(OURS))
    (name,) = take(page)
    page.session_state[keys.HIDDEN] = ("train",)
    page.run()
    assert f"runs.bring_remove_{name}" in [button.key for button in page.button]
    assert f"runs.bring_train_{name}" not in [button.key for button in page.button]


def test_it_is_in_the_menu_of_draw(bring):
    page = bring(checkpoint.to_bytes(OURS))
    (name,) = take(page)
    page.query_params["network"] = name
    page = page.switch_page("pages/draw.py").run()
    assert not page.exception
    assert page.selectbox(key="draw.network").value == name


@pytest.mark.parametrize("name", ["draw", "inspect"])
def test_an_address_finds_it_again_once_the_visit_is_known(bring, name):
    """A reload draws the page before the browser has said whose visit it is."""
    page = bring(checkpoint.to_bytes(OURS))
    (network,), kept = take(page), page.session_state["brought_networks"]
    page.session_state["brought_networks"] = ()
    page.query_params["section"], page.query_params["network"] = "units", network
    page = page.switch_page(f"pages/{name}.py").run()
    assert not page.exception
    assert not page.warning
    menu, absent = page.selectbox(key=f"{name}.network"), strings("en")["bring.absent"]
    assert menu.value == "bundled"
    assert absent in [caption.value for caption in page.caption]
    page.session_state["brought_networks"] = kept
    page.run()
    assert page.selectbox(key=f"{name}.network").value == network
    assert absent not in [caption.value for caption in page.caption]


def test_what_is_not_here_is_no_more_waited_for_when_another_is_chosen(bring):
    page = bring(checkpoint.to_bytes(OURS))
    (network,) = take(page)
    page.query_params["network"] = "file-0123456789ab"
    page = page.switch_page("pages/draw.py").run()
    absent = strings("en")["bring.absent"]
    assert absent in [caption.value for caption in page.caption]
    page.selectbox(key="draw.network").set_value(network).run()
    assert not page.exception
    assert absent not in [caption.value for caption in page.caption]


def test_a_file_takes_the_place_of_the_one_before(open_page):
    page = open_page("home")
    page.query_params["section"] = "bring"
    page = page.switch_page("pages/runs.py").run()
    (field,) = page.get("file_uploader")
    assert not field.proto.multiple_files


def test_where_a_run_goes_on_from_is_not_said_more_narrowly_than_it_is_known():
    words = strings("en")["own_digits.trained_on"]
    assert all(place in words for place in ("run", "file", "Inspect"))


def test_a_network_is_forgotten_when_asked(bring):
    page = bring(checkpoint.to_bytes(OURS))
    (name,) = take(page)
    page.button(key=f"runs.bring_remove_{name}").click().run()
    assert not page.exception
    assert page.session_state["brought_networks"] == ()


def test_only_the_last_are_kept(monkeypatch):
    kept = {}
    monkeypatch.setattr(brought_networks.st, "session_state", kept)
    monkeypatch.setattr(brought_networks.state, "keep", lambda key, value, size: kept.__setitem__(key, value))
    for number in range(5):
        brought_networks.add(f"{number}.safetensors", OURS.config, bytes([number]))
    assert [each.title for each in brought_networks.all_of_them().values()] == ["2", "3", "4"]
    brought_networks.add("again.safetensors", OURS.config, bytes([3]))
    assert [each.title for each in brought_networks.all_of_them().values()] == ["2", "4", "again"]
    for number in (1, 2):
        new = brought_networks.add_changed(OURS.config, f"weights-{number}", 2, bytes([10 + number]))
        assert (new.number, new.changes) == (number, 2)
    assert [each.title for each in brought_networks.all_of_them().values()] == ["again", "", ""]
    assert brought_networks.kept_of("weights-1").content == bytes([11])
    assert brought_networks.kept_of("weights-3") is None
    brought_networks.add("again.safetensors", OURS.config, bytes([3]))
    brought_networks.add("wide.safetensors", OURS.config, bytes(brought_networks.MOST_BYTES - 1))
    assert [each.title for each in brought_networks.all_of_them().values()] == ["again", "wide"]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("mine.safetensors", "mine"),
        ("a_b [x](http://y.z) **c** `d`.safetensors", "a b x http y z c d"),
        ("내 신경망.safetensors", "내 신경망"),
        ("$x^2$ :red[hot] <b>.st", "x 2 red hot b"),
        ("***.safetensors", "?"),
        ("x" * 500, "x" * 40),
    ],
)
def test_the_name_of_a_file_is_never_markup(name, title):
    assert title_of(name) == title
