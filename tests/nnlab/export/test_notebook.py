"""The notebook: valid, in both languages, and it runs from top to bottom."""

from __future__ import annotations

import re

import nbformat
import pytest
import torch
from nbclient import NotebookClient

from nnlab import checkpoint
from nnlab.export.notebook import notebook
from nnlab.export.words import LANGUAGES, class_names, words
from nnlab.training import TrainingRun
from tests.nnlab.export.made import changed, made


def read(text: str) -> nbformat.NotebookNode:
    found = nbformat.reads(text, 4)
    nbformat.validate(found)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("train", [changed(), changed(augmentation=True), None], ids=["plain", "augmented", "unknown"])
def test_it_is_a_notebook(language, train):
    found = read(notebook(made(train=train), language))
    texts = [cell.source for cell in found.cells if cell.cell_type == "markdown"]
    assert "\n784-6-10, ReLU\n" in texts[0]
    assert words(language)["notebook_network"] in texts
    assert (words(language)["notebook_run"] in texts) == (train is not None)
    assert (words(language)["notebook_augmentation"] in texts) == (train is not None and train.augmentation)
    for cell in found.cells:
        if cell.cell_type == "code":
            compile(cell.source, "cell", "exec")


def test_what_cannot_be_repeated_is_said():
    assert words("en")["trained_before"] in notebook(made(began_trained=True))
    assert words("en")["notebook_exact"] not in notebook(made(began_trained=True))
    assert words("en")["notebook_exact"] in notebook(made())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notebook_of_clothes_speaks_of_clothes(language):
    text = notebook(made(data_source="fashion"), language)
    names = class_names("fashion", language)
    code = [cell.source for cell in read(text).cells if cell.cell_type == "code"]
    assert f"CLASSES = {names!r}" in code[0]
    [look] = [source for source in code if "It is" in source]
    seen = {"images": torch.zeros(1, 28, 28), "labels": torch.tensor([9]), "CLASSES": names}
    printed = []
    exec(look, seen | {"network": made().model, "print": lambda *words: printed.append(*words)})  # noqa: S102
    assert printed[-1].startswith(f"It is: {names[9]}. The network reads: ")
    said = "\n".join(cell.source for cell in read(text).cells if cell.cell_type == "markdown")
    assert "torchvision.datasets.FashionMNIST(" in said
    assert not re.search("(?<!last )digit|숫자", said)  # of a number, the last digits may be spoken of
    assert not re.search("(?<!Fashion-)(?<!Fashion)MNIST", said)


# The kernel speaks over a port of this machine, and says so in a warning of its own.
@pytest.mark.filterwarnings("default")
def test_it_runs_from_top_to_bottom_and_repeats_the_run(tiny_folder, tiny_digits, tmp_path, one_thread):
    train = changed(augmentation=True, optimizer="adam", learning_rate=0.01)
    run = TrainingRun(made().config, train, tiny_digits)
    losses = [record.loss * record.images for record in run.advance(train.total_steps)]
    exported = made(train=train)
    checkpoint.save(tmp_path / "weights.safetensors", run.model)
    found = read(notebook(exported, "ko", str(tiny_folder)))
    NotebookClient(found, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    printed = "\n".join(output.get("text", "") for cell in found.cells for output in cell.get("outputs", ()))
    for epoch in (1, 2):
        assert f"epoch {epoch}: training loss {sum(losses[4 * epoch - 4 : 4 * epoch]) / 100:.4f}" in printed
    assert f"test accuracy {run.evaluate().test_accuracy:.2%}" in printed


@pytest.mark.parametrize(("probability", "said"), [(0.99951, ">99.9% sure."), (0.9994, "99.9% sure.")])
def test_a_notebook_calls_no_answer_entirely_sure(probability, said):
    found = read(notebook(made()))
    [look] = [cell.source for cell in found.cells if cell.cell_type == "code" and "It is" in cell.source]
    answer = torch.tensor([[probability, *[(1 - probability) / 9] * 9]]).log()
    seen = {"images": torch.zeros(1, 28, 28), "labels": torch.tensor([0]), "network": lambda _: answer}
    printed = []
    exec(look, seen | {"print": lambda *words: printed.append(*words)})  # noqa: S102
    assert printed[-1] == f"It is a 0; the network reads 0, {said}"
