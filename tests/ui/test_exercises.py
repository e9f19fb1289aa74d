"""The README's exercises: whoever adds an activation, an optimiser or a schedule is told what is still to do.

The files are read as text, so that the list is there even while the program itself cannot be imported.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import nnlab
from nnlab.config import ACTIVATION_NAMES, OPTIMIZER_NAMES, SCHEDULE_NAMES

PACKAGE = Path(nnlab.__file__).parent
README = (PACKAGE.parent / "README.md").read_text("utf-8")
LANGUAGES = ("en", "ko")
# Kind: the names in config/settings.py, the module with the registry, and how an entry of it begins.
REGISTRIES = {
    "activation": (ACTIVATION_NAMES, "activations.py", r'^    Activation\(\s*"(\w+)",'),
    "optimizer": (OPTIMIZER_NAMES, "optim.py", r'^    "(\w+)": \w+,$'),
    "schedule": (SCHEDULE_NAMES, "schedules.py", r'^    "(\w+)": (?:lambda progress|_\w+)'),
}


def read(file: str) -> str:
    return (PACKAGE / file).read_text("utf-8")


def registered(kind: str) -> set[str]:
    """The names in a kind's registry, taken from its text."""
    _, module, entry = REGISTRIES[kind]
    return set(re.findall(entry, read(module), re.MULTILINE))


def missing(kind: str, name: str) -> Iterator[str]:
    """Each place that has to know a name and does not."""
    names, module, _ = REGISTRIES[kind]
    if name not in names:
        yield f"nnlab/config/settings.py: no {name!r} in {kind.upper()}_NAMES"
    if name not in registered(kind):
        yield f"nnlab/{module}: no entry {name!r}"
    for language in LANGUAGES:
        folder = f"ui/locale/{language}"
        if not re.search(rf"^{kind}_{name} = ", read(f"{folder}/train.toml"), re.MULTILINE):
            yield f"nnlab/{folder}/train.toml: no {kind}_{name}"
        if kind == "activation" and not (PACKAGE / folder / "activations" / f"{name}.md").is_file():
            yield f"nnlab/{folder}/activations/{name}.md: no such file"
    if kind == "activation" and name not in in_the_browser():
        yield f"nnlab/ui/components/static/network.js: no {name} in ACTIVATIONS, so nothing is read while the pen moves"


def in_the_browser() -> set[str]:
    table = read("ui/components/static/network.js").partition("export const ACTIVATIONS = {\n")[2].partition("\n}\n")[0]
    return set(re.findall(r"^  (\w+)[:,]", table, re.MULTILINE))


@pytest.mark.parametrize("kind", REGISTRIES)
def test_every_place_knows_every_name(kind):
    names = {*REGISTRIES[kind][0], *registered(kind)}
    places = [place for name in sorted(names) for place in missing(kind, name)]
    assert not places, "still to do:\n" + "\n".join(places)


@pytest.mark.parametrize(("kind", "count"), [("activation", 7), ("optimizer", 4), ("schedule", 4)])
def test_a_new_name_is_missed_everywhere_and_the_readme_says_where(kind, count):
    places = list(missing(kind, "brand_new"))
    assert len(places) == count
    for place in places:
        assert Path(place.partition(":")[0].replace("brand_new", "NAME")).name in README
