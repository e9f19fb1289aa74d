"""What the server never does with anything from outside, how much of it it takes, and that docs/security.md is true."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest
from streamlit import config

from nnlab.ui import uploads
from nnlab.ui.components.live_reading import MAX_PARAMETERS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
MODULES = [ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "nnlab").rglob("*.py")]
# What runs a program that comes as data, or writes files where an archive says; what lets a visitor send a file.
MODULES_NOT_USED = {"marshal", "shelve", "dill", "joblib", "yaml", "tarfile"}
NOT_CALLED = {
    "eval", "exec", "compile", "torch.load", "np.load", "numpy.load", "os.system", "os.popen",
    "pickle.load", "pickle.loads", "pickle.Unpickler",  # to write a pickle does no harm
}  # fmt: skip
METHODS_NOT_CALLED = {"extractall", "unpack_archive", "file_uploader", "camera_input", "audio_input"}
ALLOWED = {
    ROOT / "nnlab" / "ui" / "uploads.py": {"file_uploader"}
}  # the one place that asks for files, and counts them


def breaches(source: str) -> set[str]:
    """What a module uses of those."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names} & MODULES_NOT_USED
        elif isinstance(node, ast.ImportFrom):
            found |= {(node.module or "").partition(".")[0]} & {*MODULES_NOT_USED, "pickle"}
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            found |= {name} & NOT_CALLED | {name.rpartition(".")[2]} & METHODS_NOT_CALLED
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_that_comes_as_data_is_executed_and_no_file_is_taken(path):
    assert breaches(path.read_text("utf-8")) == ALLOWED.get(path, set())


@pytest.mark.parametrize(
    "source",
    [
        "import marshal",
        "from pickle import loads",
        "pickle.loads(content)",
        "torch.load(path)",
        "eval(text)",
        "zipfile.ZipFile(path).extractall()",
        "st.file_uploader('x')",
    ],
)
def test_what_must_not_be_used_is_found(source):
    assert breaches(source)


def test_streamlit_knows_each_of_our_settings():
    """Of one that it does not know it would only say so in the log."""
    names = {f"{section}.{name}" for section, values in SETTINGS.items() for name in values}
    known = config.get_config_options()
    assert {name for name in names if name not in known and not name.startswith("theme.")} == set()


def test_nobody_can_fill_the_memory_with_uploads_or_messages():
    """Streamlit takes uploads of 200 MB each, whether or not a page asks for one, and keeps them.

    How many are kept is bounded by ``uploads.Room``.
    """
    server = SETTINGS["server"]
    assert server["maxUploadSize"] == uploads.MEGABYTES <= 12
    assert server["maxWidgetStateSize"] <= 5
    assert server["maxMessageSize"] <= 20


def test_a_network_still_fits_into_a_message():
    """The largest that is sent to a browser to read with: float32, in base64, with a header."""
    assert SETTINGS["server"]["maxMessageSize"] * 1_000_000 > 4 * MAX_PARAMETERS * 4 / 3 + 1_000_000


def test_whatever_the_page_on_security_names_is_there():
    page = (ROOT / "docs" / "security.md").read_text("utf-8")
    tests = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page)
    assert len(tests) > 30
    for file, name in tests:
        assert re.search(rf"^(def|class) {name}\b", (ROOT / file).read_text("utf-8"), re.MULTILINE), f"{file}::{name}"
    places = re.findall(r"`((?:nnlab|tests|\.streamlit|\.github)/[\w./]+)`", page)
    assert [place for place in places if not (ROOT / place).is_file()] == []
