"""The bench: its loops do what they say, its arithmetic is right, its page is whole. Nothing here depends on speed."""

import json
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import numpy as np
import pytest
import torch

from nnlab import cli
from nnlab.config import PRESETS
from nnlab.sources.builtin import cache
from nnlab.workshop import bench, bench_report
from nnlab.workshop.bench_loops import LOOPS, Task

SMALL = Task((6, 5), 20, "sgd")


@pytest.fixture
def short(monkeypatch, one_thread):
    """A bench of one tiny network, timed for next to no time."""
    monkeypatch.setattr(bench, "NETWORKS", ((6, 5),))
    monkeypatch.setattr(bench, "BATCHES", (20,))
    monkeypatch.setattr(bench, "SECONDS", 1e-4)
    monkeypatch.setattr(bench, "QUICK_SECONDS", 1e-4)
    monkeypatch.setattr(bench, "WIDTHS", (4, 8))
    monkeypatch.setattr(bench, "BATCH_SIZES", (1, 4))
    monkeypatch.setattr(cache, "TRAIN_COUNT", 100)
    monkeypatch.setattr(cache, "TEST_COUNT", 50)


def test_operations_by_hand():
    """784-6-5-10: 4,704 + 30 + 50 = 4,784 weights. Three products each, but two for the first layer; 20 images; 2 each.

    2 x 20 x (3 x 4,784 - 4,704) = 385,920.
    """
    assert SMALL.operations == 385_920
    assert (SMALL.network, SMALL.vector_passes, replace_optimizer(SMALL).vector_passes) == ("6-5", 4, 8)


def replace_optimizer(task: Task) -> Task:
    return task._replace(optimizer="adam")


@pytest.mark.parametrize("optimizer", bench.BENCH_OPTIMIZERS)
@pytest.mark.parametrize("name", LOOPS)
def test_a_loop_takes_steps(name, optimizer, tiny_digits, monkeypatch):
    """Those with a network change each weight matrix whenever they are called; the others only have to work."""
    layers, fitted = [], []

    make = torch.nn.Linear.__init__

    def noted(layer, *given, **named):
        make(layer, *given, **named)
        layers.append(layer)

    monkeypatch.setattr(torch.nn.Linear, "__init__", noted)
    if name == "scikit_learn":
        classifier = pytest.importorskip("sklearn.neural_network").MLPClassifier
        fit = classifier.partial_fit
        monkeypatch.setattr(
            classifier, "partial_fit", lambda self, *given, **named: fitted.append(fit(self, *given, **named))
        )

    def weights() -> list[np.ndarray]:
        found = fitted[-1].coefs_ if fitted else [layer.weight.detach().numpy() for layer in layers]
        return [weight.copy() for weight in found]

    loop = LOOPS[name](SMALL._replace(optimizer=optimizer), tiny_digits)
    loop(2)
    before = weights()
    loop(25)  # more than an epoch of 20 steps
    assert len(before) == (3 if name in ("textbook", "scikit_learn", "nnlab", "bare") else 0)
    for old, new in zip(before, weights(), strict=True):
        assert np.isfinite(new).all()
        assert not np.array_equal(old, new)


def test_the_bare_loop_learns_as_autograd_does(tiny_digits, monkeypatch):
    """Its weights after 20 steps are those of the same batches by autograd and torch's SGD."""
    made = []
    original = LOOPS["bare"].__globals__["MLP"]
    monkeypatch.setitem(LOOPS["bare"].__globals__, "MLP", lambda config: made.append(original(config)) or made[0])
    torch.manual_seed(3)
    LOOPS["bare"](SMALL, tiny_digits)(20)
    torch.manual_seed(3)
    order = torch.randperm(400)
    model = original(SMALL.model_config)
    optimizer = torch.optim.SGD(model.parameters(), lr=SMALL.rate)
    for chosen in order.split(20):
        optimizer.zero_grad()
        images, labels = tiny_digits.train_images[chosen], tiny_digits.train_labels[chosen]
        torch.nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
    for ours, theirs in zip(made[0].parameters(), model.parameters(), strict=True):
        assert torch.allclose(ours, theirs, atol=1e-5)


def test_timings_are_medians_taken_in_turns(monkeypatch):
    """Two loops whose seconds per step are made up: their medians come back, and they alternate."""
    turns, clock = [], [0.0]
    durations = {"one": iter([1.0, 1.0, 5.0, 1.0, 3.0]), "other": iter([1.0, 1.0, 2.0, 9.0, 2.0])}

    def loop(name):
        def take(count):
            turns.append(name)
            clock[0] += next(durations[name]) * count

        return take

    monkeypatch.setattr(bench.time, "perf_counter", lambda: clock[0])
    found = bench.take_turns({name: loop(name) for name in durations}, repetitions=3, seconds=1.0)
    assert found == {"one": 3.0, "other": 2.0}
    assert turns[4:] == ["one", "other"] * 3


def test_the_shares_of_a_line_are_its_time(tiny_digits, short):
    line = bench.line(SMALL, tiny_digits, 1, 1e-4)
    seconds, ratios = line["seconds_per_step"], line["times_as_fast_as"]
    assert ratios["textbook"] == pytest.approx(seconds["textbook"] / seconds["nnlab"])
    assert ratios["floor"] == pytest.approx(seconds["floor"] / seconds["nnlab"])
    assert sum(line["share"].values()) >= 1 - 1e-9
    assert line["billion_operations_per_second"] == pytest.approx(385_920 / seconds["nnlab"] / 1e9)


def test_a_goal_out_of_reach_is_said_to_be(tiny_digits, monkeypatch):
    preset = replace(PRESETS["quick"], train=replace(PRESETS["quick"].train, training_images=100))
    monkeypatch.setitem(bench.PRESETS, "quick", preset)
    assert bench.goal_seconds("quick", 1.1, tiny_digits, 2) == {"accuracy": 1.1, "seconds": None, "each": [None, None]}
    reached = bench.goal_seconds("quick", 0.05, tiny_digits, 1)
    assert reached["seconds"] == reached["each"][0] > 0


def test_the_whole_bench_writes_its_figures_and_its_page(tiny_digits, short, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(bench, "load_as_named", lambda source, root: tiny_digits)
    files = ["--json", str(tmp_path / "figures.json"), "--markdown", str(tmp_path / "docs" / "page.md")]
    assert cli.main(["bench", *files, "--repetitions", "1"]) == 0
    result = json.loads((tmp_path / "figures.json").read_text())
    assert list(result) == [
        "machine", "repetitions", "seconds_per_timing", "lines", "evaluation_seconds", "drawing_seconds",
        "builtin_seconds", "notes_textbook_seconds", "goals", "widths", "batches", "devices",
    ]  # fmt: skip
    assert list(result["lines"][0]) == [
        "network", "batch_size", "optimizer", "seconds_per_step", "times_as_fast_as", "share",
        "billion_operations_per_second",
    ]  # fmt: skip
    assert [(line["network"], line["optimizer"]) for line in result["lines"]] == [("6-5", "sgd"), ("6-5", "adam")]
    assert set(result["goals"]) == {"quick", "accurate"}
    assert result["builtin_seconds"] > 0
    page = (tmp_path / "docs" / "page.md").read_text()
    printed = capsys.readouterr().out
    for line in result["lines"]:
        assert bench_report.row(line) in page
        assert bench_report.row(line) in printed
    for name in ("widths", "batches"):
        svg = ElementTree.parse(tmp_path / "docs" / f"page-{name}.svg")
        assert len(svg.findall("{*}polyline")) == 2
        assert f"page-{name}.svg" in page


def test_without_scikit_learn_its_column_is_empty(tiny_digits, short, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.neural_network", None)
    line = bench.line(SMALL, tiny_digits, 1, 1e-4)
    assert "scikit_learn" not in line["seconds_per_step"]
    assert "| – |" in bench_report.row(line)


def test_the_command_line_hands_over_its_options(monkeypatch, tmp_path):
    seen = []
    monkeypatch.setattr(bench, "main", lambda *options: seen.append(options) or 0)
    figures, page, folder = (tmp_path / name for name in ("x.json", "page.md", "digits"))
    words = ["--quick", "--json", figures, "--markdown", page, "--repetitions", "7", "--data-dir", folder]
    assert cli.main(["bench", *map(str, words)]) == 0
    assert cli.main(["bench"]) == 0
    assert seen == [(figures, page, 7, 1, True, folder), (None, None, 5, 1, False, None)]
