"""Fixtures for all tests: the genuine MNIST where it is present, a small made-up data set, isolated user folders."""

from __future__ import annotations

import gc
import os
import sys

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

from tests.hostile import IS_LONG

settings.load_profile("long" if IS_LONG else "usual")
# Small products gain nothing from a second thread and lose much when another process wants the core. Before torch.
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def settings_left_as_found():
    """A test that left nnlab's variables changed would change the servers that later tests of its process start."""

    def ours() -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if name.startswith("NNLAB_")}

    before = ours()
    yield
    after = ours()
    for name in after.keys() - before.keys():
        del os.environ[name]
    os.environ.update(before)
    assert after == before


@pytest.fixture(autouse=True)
def isolated_home(settings_left_as_found, tmp_path, monkeypatch):
    """Keep the tests out of the user's cache and data folders."""
    home = tmp_path / "nnlab-home"
    monkeypatch.setenv("NNLAB_HOME", str(home))
    monkeypatch.delenv("NNLAB_KEPT_DIR", raising=False)
    yield home
    if keeping := sys.modules.get("nnlab.keeping.shelf"):
        keeping.shutdown()


@pytest.fixture
def one_thread():
    """Torch computes with one thread, as most worker processes do: on some machines the last digits depend on it."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def mnist():
    """The genuine MNIST as DigitData; skips with the reason where its files are not there."""
    from nnlab.data import load_digits

    folder = os.environ.get("NNLAB_DATA_DIR")
    if not folder:
        pytest.skip("needs the genuine MNIST files: set NNLAB_DATA_DIR to their folder")
    return load_digits("mnist", root=folder)


@pytest.fixture(scope="session")
def tiny_digits():
    """400 training and 200 test images that a small network learns within seconds: class k is a bright row band k."""
    import torch

    from nnlab.data import DigitData

    def draw(count: int, seed: int):
        generator = torch.Generator().manual_seed(seed)
        labels = torch.arange(count) % 10
        images = torch.randint(0, 60, (count, 28, 28), generator=generator, dtype=torch.uint8)
        for image, label in zip(images, labels.tolist(), strict=True):
            image[4 + 2 * label : 6 + 2 * label, 4:24] = 220
        return images, labels

    return DigitData(*draw(400, 1), *draw(200, 2), source="mnist", origin="made up for the tests")


@pytest.fixture(scope="session")
def tiny_folder(tiny_digits, tmp_path_factory):
    """A folder with ``tiny_digits`` in MNIST's four files; from here on they pass for the MNIST that everybody has."""
    from nnlab.sources.mnist import FILES
    from tests.nnlab.small_mnist import call_genuine

    folder = tmp_path_factory.mktemp("tiny-digits")
    parts = (tiny_digits.train_images, tiny_digits.train_labels, tiny_digits.test_images, tiny_digits.test_labels)
    for name, part in zip(FILES, parts, strict=True):
        header = bytes([0, 0, 8, part.dim()]) + b"".join(size.to_bytes(4, "big") for size in part.shape)
        (folder / name).write_bytes(header + part.numpy().astype("uint8").tobytes())
    with pytest.MonkeyPatch.context() as patch:
        call_genuine(patch, {name: (folder / name).read_bytes() for name in FILES})
        yield folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where everything is present (CI), a skipped MNIST or browser test is a failure: it was meant to run."""
    report = yield
    meant_to_run = any(item.get_closest_marker(name) for name in ("mnist", "browser"))
    if report.skipped and meant_to_run and os.environ.get("NNLAB_SKIP_FAILS"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {report.longrepr}"
    return report


def pytest_collection_modifyitems(items):
    """A test that asks for the genuine MNIST carries the marker ``mnist``."""
    for item in items:
        if "mnist" in item.fixturenames:
            item.add_marker(pytest.mark.mnist)


def pytest_collection_finish():
    """What is there by now stays to the end: no collection of garbage has to look at ten thousand tests."""
    gc.collect()
    gc.freeze()


# Of each kind, the modules that take longest, the longest first; what is not named here takes less. Only the order of
# the tests depends on it: a long module that comes last keeps one process busy while the others have nothing left.
LONG = (
    "tests/browser/test_accessibility.py",
    "tests/browser/test_visits.py",
    "tests/browser/test_deep_links.py",
    "tests/browser/test_draw.py",
    "tests/browser/test_experiments.py",
    "tests/browser/test_play.py",
    "tests/browser/test_train.py",
    "tests/browser/test_faults.py",
    "tests/browser/test_steering.py",
    "tests/browser/test_learn.py",
    "tests/browser/test_offline.py",
    "tests/browser/test_canvas_pointers.py",
    "tests/browser/test_canvas.py",
    "tests/browser/test_embedded.py",
    "tests/browser/test_own_digits.py",
    "tests/browser/test_focus.py",
    "tests/browser/test_parity.py",
    "tests/nnlab/runs/test_faults.py",
    "tests/nnlab/runs/worker/test_process.py",
    "tests/nnlab/sources/builtin/test_digits.py",
    "tests/nnlab/export/test_script.py",
    "tests/load/test_visitors.py",
    "tests/nnlab/runs/worker/test_loop.py",
    "tests/nnlab/cli/test_console.py",
    "tests/nnlab/workshop/test_pretrain.py",
    "tests/ui/train/test_run_panel.py",
    "tests/nnlab/workshop/test_drawing_report.py",
    "tests/nnlab/config/test_presets.py",
    "tests/nnlab/keeping/test_killed.py",
    "tests/nnlab/cli/test_train.py",
)


class TwoKinds(LoadFileScheduling):
    """The processes share the tests by modules, and there are two kinds: those in a browser, and all others.

    Browsers keep each other waiting while other tests run as well. So the first process begins with the others, all the
    rest with those in a browser; whoever has no more of its kind helps.
    """

    def _assign_work_unit(self, node):
        begins_with_browser = self.nodes.index(node) > 0
        own = [module for module in self.workqueue if module.startswith("tests/browser/") == begins_with_browser]
        self.workqueue.move_to_end(min(own or self.workqueue, key=place_in_line), last=False)
        super()._assign_work_unit(node)


def place_in_line(module: str) -> int:
    return LONG.index(module) if module in LONG else len(LONG)


def pytest_xdist_make_scheduler(config, log):
    return TwoKinds(config, log)
