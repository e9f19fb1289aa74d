"""What goes to the browser: where it is found, what it is filled with, and that older browsers understand it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from nnlab.ui import files
from nnlab.ui.shell import PAGES

UI = Path(files.__file__).parent
STYLES = sorted(UI.rglob("*.css"))
FILES = [*sorted(UI.rglob("*.js")), *STYLES, *sorted((UI / "components").glob("*.py"))]
# What Safari has only since 15.4 or later, or not at all. Python's files hold scripts of a few lines.
NEWER = [
    r"\.(at|findLast|findLastIndex|hasOwn|groupBy|withResolvers|fromAsync|isSubsetOf|symmetricDifference)\(",
    r"\.(toSorted|toReversed|toSpliced|with)\(",
    r"\bstructuredClone\(",
    r"\brequestIdleCallback\(",
    r"\bscheduler\.",
    r"\bAbortSignal\.(timeout|any)\(",
    r"\bcrypto\.randomUUID\(",  # nor anywhere on a page that came without https
    r"\bstatic \{",
    r"\bthis\.#\w",
    r"\(\?<[=!]",
    r"\bcolor-mix\(",
    r"@container\b",
    r"^\s+&",  # a rule within a rule
]


def found(text: str) -> list[str]:
    return [match.group().strip() for pattern in NEWER for match in re.finditer(pattern, text, re.MULTILINE)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(UI)))
def test_nothing_is_used_that_an_older_tablet_lacks(file):
    assert found(file.read_text(encoding="utf-8")) == []


def test_what_is_newer_is_found():
    assert found("steps.epoch.at(-1)\nink.findLastIndex(x => x)\n  & b { color: red }") == [
        ".at(",
        ".findLastIndex(",
        "&",
    ]


def owners(styles: list[Path]) -> dict[str, set[str]]:
    """Which files have rules for a class of ours and what is in it; those of all pages, for print say, are left out."""
    found: dict[str, set[str]] = {}
    for file in styles:
        text = re.sub(r"/\*.*?\*/", "", file.read_text("utf-8"), flags=re.DOTALL)
        for selectors in re.findall(r"([^{}]+)\{", text):
            for name in re.findall(r"(?:^|,)\s*\.(nnlab-[\w-]+)", selectors):
                found.setdefault(name, set()).add(file.relative_to(UI).as_posix())
    return found


def test_a_class_has_its_style_in_one_place():
    """Components do not isolate their styles: a class of two of them would look like both wherever one of them is."""
    own = [file for file in STYLES if file != UI / "style.css"]
    found = owners(own)
    assert len(found) > 30
    assert {name: files for name, files in found.items() if len(files) > 1} == {}


def selectors(text: str) -> list[str]:
    """Of every rule, each of its selectors: what is between commas that stand in no brackets."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    lists = (found.strip() for found in re.findall(r"([^{}]+)\{", text) if not found.lstrip().startswith("@"))
    return [one.strip() for many in lists for one in re.split(r",(?![^(]*\))", bare(many))]


def bare(selector: str) -> str:
    """A selector without what its functions are given: ``a:has(b c) d`` is ``a:has() d``."""
    while (shorter := re.sub(r"\((?:[^()]|\(\))+\)", "()", selector)) != selector:
        selector = shorter
    return selector


def is_of_anything(selector: str) -> bool:
    """Whether a selector with ``:has`` ends in an element of any kind."""
    last = re.split(r"[\s>+~]+", selector)[-1]
    return ":has()" in selector and re.sub(r"::?(?!is\b)[\w-]+(\(\))?", "", last) in ("", "*")


@pytest.mark.parametrize("file", STYLES, ids=lambda file: str(file.relative_to(UI)))
def test_what_has_something_in_it_is_of_a_kind(file):
    """Else a browser looks at all elements of the page again whenever one of them changes, for 25 ms each time."""
    assert [selector for selector in selectors(file.read_text("utf-8")) if is_of_anything(selector)] == []


def test_what_is_of_any_kind_is_found():
    text = "@media print { p, .a:has(> b, c) ~ *, d :has(e):not(f) { top: 0 } :is(p, q):has(r) > s { top: 0 } }"
    assert [selector for selector in selectors(text) if is_of_anything(selector)] == [".a:has() ~ *", "d :has():not()"]


def test_an_address_changes_with_any_of_its_folders_files(tmp_path):
    (tmp_path / "a.js").write_text("a")
    (tmp_path / "b.js").write_text("b")
    folder = files.Folder("served", tmp_path, ("a.js", "b.js"))
    address = folder.address("a.js")
    assert re.fullmatch(r"files/served/[0-9a-f]{8}/a\.js", address)
    assert address == folder.address("a.js")
    (tmp_path / "b.js").write_text("another b")
    files._version.cache_clear()  # as a server that is started anew
    assert address != folder.address("a.js")


@pytest.mark.parametrize("file", sorted(files.SCRIPTS.path.glob("*.js")), ids=lambda file: file.name)
def test_a_script_imports_what_is_handed_out_beside_it(file):
    for name in re.findall(r"""(?:from|import)\s*\(?["'`]([^"'`]+)""", file.read_text("utf-8")):
        assert name.startswith("./")
        assert name.removeprefix("./") in files.SCRIPTS.files


def test_a_page_has_the_styles_that_there_are_one_after_the_other(tmp_path):
    (tmp_path / "frame.css").write_text("b { width: $narrow; }\n")
    (tmp_path / "page.css").write_text("i { height: $side; }\n")
    paths = tmp_path / "frame.css", tmp_path / "none.css", tmp_path / "page.css"
    element = files.page_style(*paths, narrow="1000px", side="336px")
    assert element == "<style>b { width: 1000px; }\ni { height: 336px; }</style>"


@pytest.mark.parametrize("file", STYLES, ids=lambda file: str(file.relative_to(UI)))
def test_every_brace_of_a_style_is_closed(file):
    """It is sent as it is: nothing doubles its braces any more, and nobody else would see that one is missing."""
    text = re.sub(r"/\*.*?\*/", "", file.read_text("utf-8"), flags=re.DOTALL)
    assert text.count("{") == text.count("}") > 0
    assert "{{" not in text


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_sent_the_frames_style_and_its_own(open_page, name):
    page = open_page(name)
    (style,) = [element.proto.body for element in page.get("html") if element.proto.body.startswith("<style>")]
    assert "html { font-size: 16px; }" in style
    own = UI / name / "style.css"
    selectors = re.findall(r"[.\[][\w-]+", own.read_text("utf-8")) if own.is_file() else []
    assert [selector for selector in selectors if selector not in style] == []
    assert "$" not in style


def test_styles_are_found_from_any_folder(tmp_path):
    program = "from nnlab.ui.components import clock, pixel_grid; print(clock.files.style(clock.__file__))"
    command = [sys.executable, "-c", program]
    result = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(UI.parents[1])}, capture_output=True, text=True, timeout=120
    )
    assert result.stdout.startswith(".nnlab-clock {"), result.stderr


def test_no_style_stands_in_a_python_string():
    pages = [*UI.rglob("*.py"), *(UI.parents[1] / "pages").glob("*.py")]
    assert [file.name for file in pages if re.search(r"<style>[^{]|css=f?[\"']|css=_", file.read_text("utf-8"))] == []
