"""Files that go to the browser: folders that it fetches from, the scripts of components, styles.

Streamlit sends a component's inline script and style again with every rerun. So a script is a file that the browser
fetches once, and the inline script only says where; a component's style is sent as it is, and kept short.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from string import Template

from streamlit.components import v1

_LOADER = """export default function (component) {
  const base = new URL(location.pathname.replace(/[^/]*$/, "component/"), location.origin)
  import(new URL("%s", base)).then(module => module.%s(component, base))
}"""


@dataclass(frozen=True)
class Folder:
    """A folder whose files the server hands out over HTTP, below ``component/<name>/``."""

    name: str
    path: Path

    def version(self, *files: str) -> str:
        """Eight letters that change when one of these files does."""
        return _version(*(self.path / file for file in files))

    def address(self, *files: str) -> str:
        """The address of the first file, below ``component/``: another one when any of the files has changed."""
        return f"{self.name}/{files[0]}?{self.version(*files)}"


def serve(name: str, path: Path) -> Folder:
    """Have the server hand out a folder; call it once, when a module is imported."""
    return Folder(v1.declare_component(name, path=str(path)).name, path)


@cache
def _version(*files: Path) -> str:
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]


SCRIPTS = serve("static", Path(__file__).parent / "components" / "static")


def loader(modules: Sequence[str], function: str) -> str:
    """The inline script of a component whose real script is a file of ``SCRIPTS``.

    Args:
        modules: the file to fetch, then those that it fetches itself: its address changes when any of them does.
        function: which function of it is called, with the component and the address below which folders are served.
    """
    return _LOADER % (SCRIPTS.address(*modules), function)


@cache
def read(file: Path) -> str:
    """The text of a file that comes with nnlab; read once, so a change needs a new start of the server."""
    return file.read_text("utf-8").rstrip("\n")


def style(module_file: str) -> str:
    """The style of a component: the text of the ``.css`` file beside its module, whose ``__file__`` this is."""
    return read(Path(module_file).with_suffix(".css"))


def page_style(*files: Path, **lengths: str) -> str:
    """Styles as an element of a page.

    Args:
        files: one after the other; those that are not there are left out, since not every page has a style of its own.
        lengths: what stands in them as ``$name``, such as ``canvas_side="336px"``. They are filled in here because a
            custom property of CSS means nothing in the condition of ``@media``.
    """
    text = "\n".join(read(file) for file in files if file.is_file())
    return f"<style>{Template(text).substitute(lengths)}</style>"
