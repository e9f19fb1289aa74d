"""What went wrong is said in the visitor's language; the core's English words are in a fold."""

import re
from pathlib import Path

import pytest

import nnlab
from nnlab.runs import run
from nnlab.sources.errors import DOWNLOAD_REASONS, REASONS, DataError
from nnlab.ui.text import strings

PACKAGE = Path(nnlab.__file__).parent


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_code_has_its_sentence(language):
    """A new code is named here, with the files that lack its sentence."""
    keys = {"problems.data_": REASONS, "home.fetch_failed_": DOWNLOAD_REASONS, "train.failed_": run.FAILURES}
    wanted = [f"{key}{code}" for key, codes in keys.items() for code in codes]
    missing = [key for key in wanted if key not in strings(language)]
    assert not missing, f"nnlab/ui/locale/{language} lacks {', '.join(missing)}"


def test_a_data_error_has_one_of_the_reasons():
    with pytest.raises(ValueError, match="'mouldy' is not among REASONS"):
        DataError("The files are mouldy.", "mouldy")


def test_every_failure_that_is_reported_is_among_those_with_a_sentence():
    """The codes are written down where a run fails: ``CannotStart("data", ...)``, ``return "killed", f"The ..."``."""
    text = "\n".join(
        (PACKAGE / "runs" / f"{name}.py").read_text("utf-8")
        for name in ("worker/trainer", "worker/loop", "workers", "limits")
    )
    reported = set(
        re.findall(r'CannotStart\("(\w+)"|return "(\w+)", (?:f"The process|\()|code = "(\w+)" if .* else "(\w+)"', text)
    )
    codes = {code for found in reported for code in found if code}
    assert codes == set(run.FAILURES) - {"diverged"}  # that one is said by ``TrainingRun``


@pytest.fixture
def broken_mnist(tmp_path, monkeypatch, tiny_folder):
    """A folder of MNIST whose files are all cut short."""
    for file in tiny_folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes()[:-100])
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path))


def told(page) -> str:
    """What the page says to everybody; the code in the fold is not part of it."""
    kinds = (page.markdown, page.caption, page.error, page.warning, page.info)
    return "\n".join(element.value for elements in kinds for element in elements)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    ("page", "query", "state", "file"),
    [
        ("home", {}, {}, "t10k-images-idx3-ubyte"),
        ("learn", {"lesson": "forward"}, {}, "t10k-images-idx3-ubyte"),
        ("learn", {"lesson": "writing"}, {}, "t10k-images-idx3-ubyte"),
        ("draw", {}, {"draw.source": "test"}, "t10k-images-idx3-ubyte"),
        ("play", {"section": "fool"}, {}, "t10k-images-idx3-ubyte"),
    ],
    ids=["home", "forward", "writing", "draw", "play"],
)
def test_broken_files_are_told_in_the_visitors_language(open_page, broken_mnist, language, page, query, state, file):
    shown = open_page(page, language, **query)
    for key, value in state.items():
        shown.session_state[key] = value
        shown.run()
    assert not shown.exception
    assert strings(language)["problems.data_truncated"].format(file=f"`{file}`") in told(shown)
    assert "bytes where its header announces" not in told(shown)
    assert "bytes where its header announces" in "\n".join(code.value for code in shown.code)
    assert strings(language)["problems.details"] in [fold.label for fold in shown.expander]


def test_no_string_takes_in_a_raw_reason():
    """``{reason}`` stands for a sentence of ``problems.toml`` only: the callers that fill it in are these."""
    takers = sorted(key for key, text in strings("en").items() if "{reason}" in text)
    assert takers == [
        "common.broken_test_digits",
        "common.broken_training_digits",
        "home.data_broken",
        "learn.broken_mnist",
    ]
    for file in (PACKAGE / "ui").rglob("*.py"):
        for call in re.findall(r"\breason=([\w.]+)", file.read_text("utf-8")):
            assert call in ("data_words", "problem.data_words"), f"{file.name}: reason={call}"
        assert not re.search(r"st\.\w+\([^)\n]*str\(error\)", file.read_text("utf-8")), file.name
