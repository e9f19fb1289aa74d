"""The documents say the same in both languages, lead where they say, and are true about what is stored."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from nnlab.config.settings import ACTIVATION_NAMES
from nnlab.games.ranking import MAX_NAME_LENGTH, MAX_RANKED
from nnlab.inspection.changes import CHANGES
from nnlab.keeping.limits import DELETED_SECONDS, MOST_BYTES, MOST_RUNS
from nnlab.runs.limits import MAX_KEPT_BYTES, MAX_KEPT_RUNS, RUNS_PER_VISITOR
from nnlab.sources import idx
from nnlab.sources.brought import tables
from nnlab.sources.brought.pictures import MAX_PIXELS
from nnlab.teaching.experiments import EXPERIMENTS
from nnlab.ui import brought_networks, collection, uploads, visits
from nnlab.ui.components import canvas
from nnlab.ui.places import PAGES
from nnlab.ui.terms import TERMS

ROOT = Path(__file__).parents[1]
PAIRS = [("README.md", "README.ko.md"), ("docs/for-schools.md", "docs/for-schools.ko.md")]
DOCUMENTS = [path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"))]
SCRIPTS = sorted((ROOT / "nnlab" / "ui" / "components" / "static").glob("*.js"))
BLOCK = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What a browser keeps things in, and what writes a file.
STORAGE = re.compile(r"\b(localStorage|sessionStorage|indexedDB|document\.cookie|cookieStore|caches\.open)\b")
WRITING = {"write_whole", "write_text", "write_bytes", "mkdtemp", "mkstemp", "NamedTemporaryFile", "TemporaryFile"}
WRITERS = {  # module -> how it writes
    "nnlab/paths.py": {"write_bytes"},  # what write_whole is made of
    "nnlab/checkpoint.py": {"write_whole"},  # for the command line
    "nnlab/keeping/files.py": {"write_whole", "open"},  # of kept runs; the rest of them is in a data base beside these
    "nnlab/sources/builtin/cache.py": {"write_whole"},
    "nnlab/sources/download.py": {"mkdtemp", "open"},
    "nnlab/ui/runs/take_away.py": {"TemporaryFile"},  # without a name, gone with its visitor; none with NNLAB_KEEP=0
}


def read(document: str) -> str:
    return (ROOT / document).read_text("utf-8")


def commands(text: str) -> list[str]:
    """The lines of its blocks of code, without what is said about them."""
    return [line.partition("  #")[0].rstrip() for block in BLOCK.findall(text) for line in block.splitlines()]


def outside_blocks(text: str) -> str:
    return BLOCK.sub("", text)


def long_numbers(text: str) -> set[str]:
    """Numbers of two digits or more, but for Korean's names of the months."""
    return set(re.findall(r"(?<![\w.])\d[\d,.]*\d(?!월)", outside_blocks(text)))


@pytest.mark.parametrize("pair", PAIRS, ids=[english for english, _ in PAIRS])
def test_both_languages_have_the_same_commands_headings_names_and_numbers(pair):
    english, korean = map(read, pair)
    assert commands(english) == commands(korean) != []
    headings = [re.findall(r"^(#+) ", outside_blocks(text), re.MULTILINE) for text in (english, korean)]
    assert headings[0] == headings[1]
    spans, others_spans = (set(re.findall(r"`([^`\n]+)`", outside_blocks(text))) for text in (english, korean))
    assert spans == others_spans
    assert long_numbers(english) == long_numbers(korean)


@pytest.mark.parametrize("pair", PAIRS, ids=[english for english, _ in PAIRS])
def test_each_language_leads_to_the_other_at_its_top(pair):
    for document, other in (pair, pair[::-1]):
        assert f"]({Path(other).name})" in read(document)[:200]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_a_document_leads_to_is_there(document):
    text = outside_blocks(read(document))
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]
    assert [target for target in targets if target and not (ROOT / document).parent.joinpath(target).exists()] == []


@pytest.mark.parametrize("document", PAIRS[1])
def test_the_files_that_stand_behind_a_statement_are_there(document):
    files = re.findall(r"`((?:nnlab|tests)/[\w./-]+\.\w+)`", read(document))
    assert len(files) > 15
    assert [file for file in files if not (ROOT / file).is_file()] == []


@pytest.mark.parametrize("document", PAIRS[1])
def test_what_is_said_of_storage_is_what_the_program_does(document):
    is_korean = document.endswith(".ko.md")
    seconds = re.search(r"OWNER_SECONDS = (\d+) \* 24 \* 3600", read("nnlab/ui/components/static/identity.js"))
    said = {
        "{} days from the last visit": (int(seconds[1]), "마지막 방문부터 {}일"),
        "{:g} hours have passed without a visit": (visits.LONGEST_SECONDS / 3600, "접속이 없는 채로 {:g}시간"),
        "{:,} other visits": (visits.MOST_VISITS, "다른 방문이 {:,}개"),
        "{:g} MB are full": (visits.MOST_BYTES / 2**20, "{:g} MB가 찰 때까지"),
        "at most {:g} MB each": (visits.MOST_BYTES_OF_ONE / 2**20, "방문 하나는 {:g} MB까지"),
        "up to {} digits": (collection.MOST, "숫자 {}개까지"),
        "the newest {} runs": (MAX_KEPT_RUNS, "가장 최근의 {}개"),
        "{:g} GB of weights": (MAX_KEPT_BYTES / 1e9, "가중치는 {:g} GB까지"),
        "it leaves the disk {:g} hours later": (DELETED_SECONDS / 3600, "지운 것은 {:g}시간 뒤"),
        "at most {} runs on one shelf": (MOST_RUNS, "한 서가에 {}개까지"),
        "{:g} GB of all together": (MOST_BYTES / 1e9, "모두 합쳐 {:g} GB까지"),
        "up to {} characters": (MAX_NAME_LENGTH, "{}자까지의 별명"),
        "the best {} games": (MAX_RANKED, "상위 {}개"),
    }
    text = read(document)
    expected = [(korean if is_korean else english).format(value) for english, (value, korean) in said.items()]
    assert [words for words in expected if words not in text] == []


def test_scripts_keep_nothing_in_the_browser_but_who_the_visitor_is_and_a_count():
    keeping = {script.name: set(STORAGE.findall(script.read_text("utf-8"))) for script in SCRIPTS}
    assert {name: found for name, found in keeping.items() if found} == {
        "identity.js": {"sessionStorage", "document.cookie"},
        "connection.js": {"sessionStorage"},
    }


def test_the_app_writes_only_the_digits_and_kept_runs_to_the_disk():
    """The command line and the workshop, which no page imports, write where they are told to."""
    modules = [path for path in (ROOT / "nnlab").rglob("*.py") if not {"cli", "workshop"} & {*path.parts}]
    trees = {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
        for path in [*modules, ROOT / "app.py", *(ROOT / "pages").glob("*.py")]
    }
    found = {name: ways_of_writing(tree) for name, tree in trees.items()}
    assert {name: ways for name, ways in found.items() if ways} == WRITERS
    saving = {name for name, tree in trees.items() if "checkpoint.save" in names_used(tree)}
    assert saving == set()


def ways_of_writing(tree: ast.AST) -> set[str]:
    """The names of the calls that write a file."""
    ways = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            modes = [value.value for value in ast.walk(node) if isinstance(value, ast.Constant)]
            is_opened_to_write = name == "open" and any(mode in ("w", "wb", "a", "ab", "x", "xb") for mode in modes)
            if name in WRITING or is_opened_to_write:
                ways.add(name)
    return ways


def names_used(tree: ast.AST) -> set[str]:
    """What is called or imported, as ``module.name``."""
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return called | {f"{(node.module or '').rpartition('.')[2]}.{name.name}" for node in imports for name in node.names}


@pytest.mark.parametrize(
    "source", ["open(path, 'w')", "path.open('ab')", "path.write_text(words)", "write_whole(path, b'')"]
)
def test_what_writes_a_file_is_found(source):
    assert ways_of_writing(ast.parse(source))


def test_what_only_reads_is_no_way_of_writing():
    assert ways_of_writing(ast.parse("open(path, 'rb').read(); text.replace('a', 'b')")) == set()


def test_what_is_said_of_limits_is_what_the_program_holds():
    """In ``docs/security.md``, which is not read by teachers, and in English alone."""
    said = {
        "{:g} MB of each": visits.MOST_BYTES_OF_ONE / 2**20,
        "{:g} MB of all": visits.MOST_BYTES / 2**20,
        "of all, {:g} hours": visits.LONGEST_SECONDS / 3600,
        "{:g} MB of each at most": uploads.MEGABYTES,
        "{:g} MB of one visitor": uploads.MOST_OF_ONE / 1e6,
        "{:g} MB of all; more is refused": uploads.MOST_BYTES / 1e6,
        "more than {:g} million pixels": MAX_PIXELS / 1e6,
        "the first {} images of each": tables.MOST,
        "no further than {:g} MB": idx.MAX_BYTES / 1e6,
        "its weights, {:g} MB at most": brought_networks.MOST_BYTES / 1e6,
        "at most {} runs that are not over": RUNS_PER_VISITOR,
        "A shelf holds {} runs": MOST_RUNS,
        "all together {:g} GB": MOST_BYTES / 1e9,
        "of {} pixels at most": canvas.MOST_PIXELS,
        "JSON of {} kinds of changes": {12: "twelve"}[len(CHANGES)],
    }
    text = " ".join(read("docs/security.md").split())
    assert [words.format(value) for words, value in said.items() if words.format(value) not in text] == []


def test_as_many_are_named_as_there_are():
    """Lessons, guided experiments, activation functions, and terms to the next ten."""
    english, korean = read("README.md"), read("README.ko.md")
    counts = len(PAGES["learn"].sections), len(EXPERIMENTS), len(ACTIVATION_NAMES), round(len(TERMS), -1)
    assert counts == (13, 13, 14, 100)
    for words in ("thirteen lessons", "thirteen guided experiments", "fourteen functions", "about a hundred terms"):
        assert words in english
    for words in ("단원 열세 개", "길잡이 실험 열세 개", "함수 열네 가지", "용어 백 개쯤"):
        assert words in korean
