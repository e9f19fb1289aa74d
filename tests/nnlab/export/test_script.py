"""``model.py``: short, readable, and its training is nnlab's, step for step, where nnlab cannot be imported."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from nnlab import checkpoint
from nnlab.config import (
    ACTIVATION_NAMES,
    INITIALIZATION_NAMES,
    INPUT_NORMALIZATION,
    OPTIMIZER_NAMES,
    PRESETS,
    SCHEDULE_NAMES,
    ModelConfig,
)
from nnlab.evaluation import score
from nnlab.export.exported import Exported
from nnlab.export.folder import weights
from nnlab.export.pieces import FUNCTIONS, reading
from nnlab.export.script import MODEL_FILE, MOST_LINES, scripts
from nnlab.records import RateChange
from nnlab.training import TrainingRun
from tests.nnlab.export.made import changed, made, write_scripts

SMALL = ModelConfig((12, 8), "tanh", dropout=0.2)
CASES = {
    **{f"act-{name}": (ModelConfig((12, 8), name, "xavier"), changed()) for name in ACTIVATION_NAMES},
    **{f"init-{name}": (ModelConfig((12,), initialization=name), changed()) for name in INITIALIZATION_NAMES},
    **{f"norm-{name}": (ModelConfig((12,), input_normalization=name), changed()) for name in INPUT_NORMALIZATION},
    **{
        f"opt-{name}": (
            ModelConfig((12,), "leaky_relu"),
            changed(optimizer=name, learning_rate=0.01, l1=1e-3, l2=0.01, gradient_clip=0.5),
        )
        for name in OPTIMIZER_NAMES
    },
    **{f"schedule-{name}": (SMALL, changed(schedule=name)) for name in SCHEDULE_NAMES},
    "no-hidden-layer": (ModelConfig(()), changed()),
    "augmented": (ModelConfig((12,)), changed(augmentation=True)),
    "augmented-as-it-is": (ModelConfig((12,), input_normalization="none"), changed(augmentation=True)),
    "another-seed": (SMALL, changed(seed=7)),
}
STOPPED, RATES = 6, [RateChange(2, 0.2), RateChange(5, 0.01)]  # a run that was changed by hand, and then stopped
PROGRAM = """\
import importlib.util, json, pathlib, sys
sys.modules["nnlab"] = None  # to import it is an error from here on
folder, data = map(pathlib.Path, sys.argv[1:])
found = {}
for place in sorted(folder.iterdir()):
    sys.path.insert(0, str(place))
    for name in ("model", "images"):
        sys.modules.pop(name, None)
    import model
    network = model.Network()
    model.start(network)
    losses = []
    for of_images in model.train(network, *model.digits(data, "train")):
        losses += [part.sum().item() / len(part) for part in of_images.split(model.BATCH_SIZE)]
    weights = {name: values.tolist() for name, values in network.state_dict().items()}
    found[place.name] = losses, weights, model.test(network, *model.digits(data, "t10k"))
    sys.path.pop(0)
print(json.dumps(found))
"""


def grid() -> list[Exported]:
    """Runs with as much in them as there can be, and with as little."""
    full = ModelConfig((6, 5), "leaky_relu", "kaiming", 0.3, "standard")
    return [
        made(config, changed(optimizer=optimizer, schedule=schedule, augmentation=augmentation, **penalties), **facts)
        for optimizer, schedule, augmentation in itertools.product(OPTIMIZER_NAMES, SCHEDULE_NAMES, (False, True))
        for config in (ModelConfig(()), full)
        for penalties in ({}, {"l1": 1e-05, "l2": 0.0125, "gradient_clip": 12.5})
        for facts in ({}, {"step": 3, "rate_changes": RATES, "began_trained": True})
    ]


def test_no_run_takes_more_than_a_page():
    for exported in grid():
        program = scripts(replace(exported, data_source="fashion"))[MODEL_FILE]  # its classes are named too
        assert "  # pip install torch numpy safetensors\n" in program
        assert "Its outputs, in order: T-shirt, trousers, " in program
        lines = program.splitlines()
        assert len(lines) <= MOST_LINES == 100
        assert max(map(len, lines)) <= 120
        assert "\n\n\n\n" not in program
        for name, part in scripts(exported).items():
            compile(part, name, "exec")


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_fits_on_a_page(name):
    program = scripts(made(PRESETS[name].model, PRESETS[name].train))[MODEL_FILE]
    assert len(program.splitlines()) <= MOST_LINES


def test_every_activation_has_its_line():
    assert tuple(FUNCTIONS) == ACTIVATION_NAMES


def test_only_what_the_run_uses_is_written():
    program = scripts(made())[MODEL_FILE]
    for word in ("dropout", "momentum", "velocity", "Adam", "L1", "L2", "augment", "progress", "clamp", "nnlab."):
        assert word not in program


@pytest.fixture(scope="module")
def taken_home(tiny_folder, tmp_path_factory):
    """What the scripts of all cases came to, in one process that cannot import nnlab."""
    folder = tmp_path_factory.mktemp("scripts")
    for name, (config, train) in CASES.items():
        write_scripts(made(config, train), folder / name)
    write_scripts(made(SMALL, changed(), step=STOPPED, rate_changes=RATES), folder / "by-hand")
    command = [sys.executable, "-I", "-c", PROGRAM, str(folder), str(tiny_folder)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def same_run(taken: list, run: TrainingRun, losses: list[float]) -> None:
    """That a script took the same steps: the losses, to the bit where torch's operations are the same; the weights."""
    theirs, weights, (test_loss, test_accuracy) = taken
    assert theirs == pytest.approx(losses, abs=1e-6)
    # The loop writes softsign's derivative out another way than autograd does.
    is_exact = run.model_config.activation != "softsign"
    for name, values in run.model.state_dict().items():
        found = torch.tensor(weights[name])
        assert torch.equal(found, values) if is_exact else torch.allclose(found, values, atol=1e-5)
    loss, accuracy = score(run.model, run.data.test_images, run.data.test_labels)
    assert test_accuracy == accuracy
    assert test_loss == pytest.approx(loss, abs=1e-5)


@pytest.mark.parametrize("name", CASES)
def test_a_script_retrains_exactly(taken_home, tiny_digits, one_thread, name):
    config, train = CASES[name]
    run = TrainingRun(config, train, tiny_digits)
    losses = [record.loss for record in run.advance(train.total_steps)]
    assert len(losses) == 8
    same_run(taken_home[name], run, losses)


def test_a_run_that_was_changed_by_hand_and_stopped_is_repeated(taken_home, tiny_digits, one_thread):
    run = TrainingRun(SMALL, changed(), tiny_digits)
    losses = []
    for change, until in zip([None, *RATES], [2, 5, STOPPED], strict=True):
        if change:
            run.set_learning_rate(change.learning_rate)
        losses += [record.loss for record in run.advance(until - run.step)]
    same_run(taken_home["by-hand"], run, losses)


def test_the_notes_run_comes_out_the_same_at_home(mnist, tmp_path, one_thread):
    """The first epoch of the notes' preset on MNIST, by the command that its first lines name."""
    preset = PRESETS["notes"]
    train = type(preset.train)(**{**vars(preset.train), "epochs": 1})
    run = TrainingRun(preset.model, train, mnist)
    records = run.advance(train.total_steps)
    loss = sum(record.loss * record.images for record in records) / 60_000
    accuracy = run.evaluate().test_accuracy
    exported = Exported(run.model.eval(), train, data_source="mnist")
    (write_scripts(exported, tmp_path) / "weights.safetensors").write_bytes(weights(exported))
    command = [sys.executable, "model.py", "--data", str(Path(mnist.origin).resolve())]
    result = subprocess.run([*command, "--train"], cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stderr
    first, last = result.stdout.splitlines()
    assert first == f"epoch 1: training loss {loss:.4f}, test accuracy {accuracy:.2%}"
    assert f"test accuracy {accuracy:.2%} of 10,000 images" in last
    tested = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert tested.stdout == last + "\n"  # the stored weights, tested without training


def test_what_cannot_be_repeated_is_said():
    assert "not known" in scripts(made(train=None))[MODEL_FILE]
    assert "--train" not in scripts(made(train=None))[MODEL_FILE]
    assert "had learned before" in scripts(made(began_trained=True))[MODEL_FILE]
    assert "somebody had drawn" in scripts(made(has_own_digits=True))[MODEL_FILE]
    assert "built-in digits" in scripts(made(data_source="builtin"))[MODEL_FILE]
    assert "if those were MNIST's" in scripts(made(data_source=""))[MODEL_FILE]
    assert "the same images, the same losses\n" in scripts(made())[MODEL_FILE]


def test_of_data_sets_side_by_side_its_own_is_read(tmp_path):
    """torchvision keeps Fashion-MNIST beside MNIST, in files of the same names."""
    for name in ("FashionMNIST", "MNIST"):
        (tmp_path / name / "raw").mkdir(parents=True)
        for part, content in (("images-idx3", bytes(16) + bytes(784)), ("labels-idx1", bytes(8) + name[:1].encode())):
            (tmp_path / name / "raw" / f"train-{part}-ubyte").write_bytes(content)
    for source, label in (("mnist", ord("M")), ("fashion", ord("F")), ("", ord("M"))):
        found: dict = {}
        exec("import gzip, sys, torch\nfrom pathlib import Path\n" + reading(made(data_source=source)).code, found)  # noqa: S102
        images, labels = found["digits"](tmp_path, "train")
        assert (tuple(images.shape), labels.tolist()) == ((1, 28, 28), [label])


def test_a_folder_without_mnist_is_named(tmp_path):
    exported = made(train=None)
    checkpoint.save(write_scripts(exported, tmp_path) / "weights.safetensors", exported.model)
    command = [sys.executable, "model.py", "--data", str(tmp_path)]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert result.returncode == 1
    assert result.stderr == f"{Path(tmp_path)} holds no t10k-images-idx3-ubyte\n"
