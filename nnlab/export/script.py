"""A run as ``model.py``: one page of plain PyTorch that rebuilds, tests and trains again, and knows nothing of nnlab.

Read next: ``notebook``, the same pieces with a lesson between them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nnlab.export.exported import Exported
from nnlab.export.pieces import Piece, data_set_of, network, reading, settings, start, testing
from nnlab.export.pieces_of_augmentation import AUGMENTATION
from nnlab.export.pieces_of_training import training
from nnlab.export.words import class_names, words
from nnlab.sources.published import is_of_digits

MOST_LINES = 100
MODEL_FILE, IMAGES_FILE = "model.py", "images.py"
WEIGHTS_FILE = "weights.safetensors"
PLAIN = ("argparse", "gzip", "math", "os", "sys")  # of Python itself
ONE_ORDER = 'os.environ["MKL_CBWR"] = "AUTO,STRICT"  # before torch: Intel\'s library then sums in one order, always'
LIBRARIES = {
    "import numpy as np": r"\bnp\.",
    "import torch": r"torch\.",
    "import torch.nn.functional as F": r"\bF\.",
    "from safetensors.torch import load_file  # pip install torch numpy safetensors": "load_file",
    "from torch import nn": r"\bnn\.",
}
NOT_EXACT = {  # why ``train`` makes another network -> the sentence that says so
    "trained_before": "Its own training began with weights that had learned before, which are not here.",
    "own_digits": "It also learned from digits that somebody had drawn, which are not here.",
    "drawn": "It also learned from digits that nnlab had drawn, which are not here.",
    "builtin": "It learned from nnlab's built-in digits, not from MNIST.",
    "emnist": "It learned from EMNIST's digits, not from MNIST.",
    "other": "It learned from other images under MNIST's names: with those in FOLDER, the losses are the same.",
}


def pieces(exported: Exported) -> list[Piece]:
    """What the program is made of, without its imports and its beginning."""
    parts = [network(exported), reading(exported), testing(exported)]
    train = exported.train
    if train is None:
        return parts
    augmentation = [AUGMENTATION] if train.augmentation else []
    return [settings(exported, train), *parts, start(exported), *augmentation, training(exported, train)]


def scripts(exported: Exported) -> dict[str, str]:
    """The program by the names of its files: ``model.py``, at most ``MOST_LINES`` lines long.

    What has to do with images has a file of its own, ``images.py``, where the page would not hold all of it.
    """
    parts = pieces(exported)
    about_images = [piece for piece in parts if piece.name in ("reading", "augmentation")]
    page = _page(exported, parts)
    if page.count("\n") <= MOST_LINES:
        return {MODEL_FILE: page}
    head = '"""The images that model.py learns from."""'
    return {
        MODEL_FILE: _page(exported, [piece for piece in parts if piece not in about_images], about_images),
        IMAGES_FILE: _assemble(head, [piece.code for piece in about_images], "\n\n\n"),
    }


def _page(exported: Exported, parts: list[Piece], elsewhere: Sequence[Piece] = ()) -> str:
    """The main file, with two empty lines between its parts where there is room for them."""
    codes = [*(piece.code for piece in parts), _main(exported)]
    names = [name for piece in elsewhere for name in re.findall(r"^def (digits|augment)", piece.code, re.MULTILINE)]
    others = f"from images import {', '.join(sorted(names))}" if names else ""
    for gap in ("\n\n\n", "\n\n"):
        page = _assemble(_docstring(exported), codes, gap, others)
        if page.count("\n") <= MOST_LINES:
            return page
    return page.replace("\n\n    def forward", "\n    def forward")


def _assemble(docstring: str, codes: list[str], gap: str, others: str = "") -> str:
    """A file: what it imports is what its parts use."""
    program = "\n".join(codes)
    plain = ", ".join(name for name in PLAIN if f"{name}." in program or (name == "os" and "def train(" in program))
    paths = "from pathlib import Path" if "Path(" in program else ""
    order = ONE_ORDER if "def train(" in program else ""
    head = [docstring, f"import {plain}" if plain else "", paths, order, libraries(program), others]
    first = "\n\n" if codes[0].startswith("SEED") else gap  # settings follow the imports closely
    return "\n".join(filter(None, head)) + first + gap.join(codes) + "\n"


def libraries(program: str) -> str:
    """The imports that a program needs, in their order."""
    return "\n".join(line for line, use in LIBRARIES.items() if re.search(use, program))


def words_of(exported: Exported) -> str:
    """784-128-64-10, relu."""
    return f"{'-'.join(map(str, exported.config.layer_sizes))}, {exported.config.activation}"


def _docstring(exported: Exported) -> str:
    obstacle = exported.obstacle
    said, source, data_set = words("en"), exported.data_source, data_set_of(exported)
    heading = said.get(f"heading_{source}", said["heading"])
    lines = [f'"""{heading}, {words_of(exported)}: a run of nnlab in plain PyTorch.', ""]
    if not is_of_digits(source):
        lines[1] = f"Its outputs, in order: {', '.join(class_names(source, 'en'))}."
    name = data_set.name if data_set else "MNIST"
    lines.append(f"    python model.py --data FOLDER            test it on {name}'s test images")
    if exported.train is None:
        lines += ["", "How it was trained is not known, so that cannot be repeated."]
    elif obstacle is None:
        surely = "" if exported.data_source else ", if those were MNIST's"
        lines.append(
            f"    python model.py --data FOLDER --train    train it again: the same images, the same losses{surely}"
        )
    else:
        lines.append("    python model.py --data FOLDER --train    train another in the same way")
        lines.append(NOT_EXACT[obstacle])
    return "\n".join([*lines, '"""'])


def _main(exported: Exported) -> str:
    """What the command does."""
    option, branch = "", ""
    if exported.train is not None:
        option = '\n    parser.add_argument("--train", action="store_true", help="train it again, from the start")'
        branch = """
    if options.train:
        start(network)
        for epoch, losses in enumerate(train(network, *digits(options.data, "train")), 1):
            print(f"epoch {epoch}: training loss {losses.mean():.4f}, test accuracy {test(network, *tests)[1]:.2%}")"""
    return f'''\
if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", metavar="FOLDER", required=True, help="with its four files"){option}
    options, network = parser.parse_args(), Network()
    network.load_state_dict(load_file(Path(__file__).with_name("{WEIGHTS_FILE}")))
    tests = digits(options.data, "t10k"){branch}
    loss, accuracy = test(network, *tests)
    print(f"test loss {{loss:.4f}}, test accuracy {{accuracy:.2%}} of {{len(tests[1]):,}} images")'''
