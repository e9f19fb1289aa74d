"""A run as a Jupyter notebook: the pieces of ``script`` one by one, with the lesson between them.

A notebook is JSON, so it is written without a library; the tests hold it to nbformat's schema and execute it.

Source: nbformat.readthedocs.io, "The Notebook file format", version 4.5.
"""

from __future__ import annotations

import json
from typing import Any

from nnlab.config import ModelConfig
from nnlab.export.exported import Exported
from nnlab.export.pieces import Piece, data_set_of
from nnlab.export.script import ONE_ORDER, WEIGHTS_FILE, libraries, pieces
from nnlab.export.words import class_names, words
from nnlab.sources.published import is_of_digits

MNIST = ("name", "dataset")  # what is said of the data set, where that is MNIST or in its files
ORDER = ("network", "reading", "testing", "settings", "start", "augmentation", "training")
OF_PYTHON = "import gzip\nimport math\nimport os\nimport sys\nfrom pathlib import Path"
LOOK = """\
NUMBER = 0  # of the test image
image, answer = images[NUMBER], labels[NUMBER]
for row in image[::2]:  # every second line, since letters are higher than wide
    print("".join(" .:oO@"[int(ink) * 6 // 256] for ink in row))
probabilities = network({batch}[NUMBER : NUMBER + 1]).softmax(1)[0]
sure = probabilities.max()
print(f"{said} {{'>99.9%' if sure >= 0.9995 else f'{{sure:.1%}}'}} sure.")"""
OF_DIGITS = "It is a {answer}; the network reads {probabilities.argmax()},"
OF_CLASSES = "It is: {CLASSES[answer]}. The network reads: {CLASSES[probabilities.argmax()]},"
RUN = """\
MOST_EPOCHS = EPOCHS
network = Network()
start(network)
epochs = []
for losses, _ in zip(train(network, *digits(DATA, "train")), range(MOST_EPOCHS)):
    epochs.append(losses.mean().item())
    accuracy = test(network, images, labels)[1]
    print(f"epoch {len(epochs)}: training loss {epochs[-1]:.4f}, test accuracy {accuracy:.2%}")"""
CURVE = """\
try:
    import matplotlib.pyplot as plt
except ImportError:  # a curve of stars will do
    for number, loss in enumerate(epochs, 1):
        print(f"{number:>4} {loss:8.4f} " + "*" * round(50 * loss / max(epochs)))
else:
    plt.plot(range(1, len(epochs) + 1), epochs, marker="o")
    plt.xlabel("epoch")
    plt.ylabel("training loss (nats)")
    plt.show()"""


def notebook(exported: Exported, language: str = "en", data: str = "mnist") -> str:
    """The content of an ``.ipynb`` file.

    Args:
        exported: the run.
        language: of the explanations, one of ``words.LANGUAGES``.
        data: the folder of the data that the notebook begins with.
    """
    said = words(language)
    source = exported.data_source
    published = data_set_of(exported)
    names = {"name": published.name, "dataset": published.dataset} if published else dict.fromkeys(MNIST, "MNIST")
    found = {piece.name: piece for piece in pieces(exported)}
    first = f"{OF_PYTHON}\n\n{ONE_ORDER}\n{libraries(_all_code(found))}\n\nDATA = {data!r}"
    if not is_of_digits(source):
        first += f"\nCLASSES = {class_names(source, language)!r}"
    answer = OF_DIGITS if is_of_digits(source) else OF_CLASSES
    obstacle = exported.obstacle
    title = [f"# {said['notebook_title']}", called(exported.config, said), said["notebook_intro"]]
    if obstacle:
        title.append(f"**{said['unknown_training' if obstacle == 'unknown' else obstacle]}**")
    cells = [_text("\n\n".join([*title, said["notebook_data"].format(**names)])), _code(first)]
    for name in (name for name in ORDER if name in found):
        text = said[f"notebook_{name}"]
        cells.append(_text(text.format(**names) if name == "reading" else text))
        cells.append(_code(found[name].code + _after(name, exported)))
        if name == "testing":
            batch = "(images / 255)" if exported.train and exported.train.augmentation else "images"
            cells += [_text(said["notebook_one"]), _code(LOOK.format(batch=batch, said=answer))]
    if exported.train is not None:
        cells += [_text(said["notebook_run"]), _code(RUN)]
        end = [said["notebook_curve"]] + ([said["notebook_exact"]] if obstacle is None else [])
        cells += [_text("\n\n".join(end)), _code(CURVE)]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    content = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def called(config: ModelConfig, said: dict[str, str]) -> str:
    """784-128-64-10, ReLU: a network as the pages call it."""
    return f"{'-'.join(map(str, config.layer_sizes))}, {said[f'activation_{config.activation}']}"


def _all_code(found: dict[str, Piece]) -> str:
    return "\n".join([*(piece.code for piece in found.values()), "load_file"])


def _after(name: str, exported: Exported) -> str:
    """What is done at once with what a piece has defined."""
    if name == "network":
        return "\n\n\nprint(sum(values.numel() for values in Network().parameters()))"
    if name == "reading":
        return '\n\n\nimages, labels = digits(DATA, "t10k")\nimages.shape'
    if name == "testing":
        load = f'network = Network()\nnetwork.load_state_dict(load_file("{WEIGHTS_FILE}"))'
        return f"\n\n\n{load}\ntest(network, images, labels)"
    return ""


def _text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def _code(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
