"""Files that go to the browser: those that it fetches by an address of their own, the scripts of components, styles.

Streamlit sends a component's inline script and style again with every rerun. So a script is a file that the browser
fetches once, and the inline script only says where; a component's style is sent as it is, and kept short. ``routes``
hands the files out.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from string import Template

ROOT = "nnlab/"  # of what this server hands out besides Streamlit, below the address of the app

# Calls that come while the script is on its way are not answered in their order, so the latest alone is: an older one
# would draw what the page showed before. What does not come is asked for again.
_LOADER = """export default function (component) {
  const base = new URL(location.pathname.replace(/[^/]*$/, "%s"), location.origin)
  const element = component.parentElement, call = element.nnlabCall = (element.nnlabCall ?? 0) + 1
  const load = () => element.nnlabCall === call && import(new URL("%s", base)).then(
    module => element.nnlabCall === call && module.%s(component, base), () => setTimeout(load, 2000))
  load()
}"""


@dataclass(frozen=True)
class Served:
    """A file as it is handed out."""

    type: str
    plain: bytes
    packed: bytes  # by gzip


@dataclass(frozen=True)
class Folder:
    """Some files that lie side by side and are handed out, under a name and a version that changes with any of them.

    So a browser may keep a file for ever, and a script that imports its neighbour gets that of its own version.
    """

    name: str
    path: Path
    files: tuple[str, ...]

    @property
    def version(self) -> str:
        """Eight letters that change when one of the files does."""
        return _version(*(self.path / file for file in self.files))

    def address(self, file: str) -> str:
        """The address of a file, below ``ROOT``.

        Raises:
            ValueError: if the folder hands out no such file.
        """
        if file not in self.files:
            raise ValueError(f"{file} is not handed out from {self.path}")
        return f"files/{self.name}/{self.version}/{file}"

    def get(self, version: str, file: str) -> Served | None:
        """A file to hand out; None if there is none of this name, or none of this version any more."""
        return _served(self.path / file) if file in self.files and version == self.version else None


@cache
def _version(*files: Path) -> str:
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]


# Said here, since a machine's own list of types may have others, and a browser runs no module of another type.
_TYPES = {".js": "text/javascript"}


@cache
def _served(file: Path) -> Served:
    data = file.read_bytes()
    return Served(_TYPES.get(file.suffix, "application/octet-stream"), data, gzip.compress(data, mtime=0))


KEPT_MADE = 8  # files; one is about 0.4 MB
_made: dict[str, Served] = {}


def keep_made(content: bytes, kind: str) -> str:
    """Hand out a file that was made while the server runs, until ``KEPT_MADE`` others have been asked for.

    Args:
        kind: its media type, such as "image/png".

    Returns:
        Its address, below ``ROOT``; it changes with the content.
    """
    name = sha256(content).hexdigest()[:16]
    _made[name] = _made.pop(name, None) or Served(kind, content, gzip.compress(content, mtime=0))
    while len(_made) > KEPT_MADE:
        _made.pop(next(iter(_made)), None)
    return f"made/{name}"


def get_made(name: str) -> Served | None:
    """A file of ``keep_made`` by the last part of its address; None if it is not kept any more."""
    return _made.get(name)


_STATIC = Path(__file__).parent / "components" / "static"
SCRIPTS = Folder("static", _STATIC, tuple(sorted(file.name for file in _STATIC.glob("*.js"))))


def loader(script: str, function: str) -> str:
    """The inline script of a component whose real script is a file of ``SCRIPTS``.

    Args:
        script: the file; its address changes when any of the scripts does, since it may import the others.
        function: which function of it is called, with the component and the address below which files are handed out.
    """
    return _LOADER % (ROOT, SCRIPTS.address(script), function)


@cache
def read(file: Path) -> str:
    """The text of a file that comes with nnlab; read once, so a change needs a new start of the server."""
    return file.read_text("utf-8").rstrip("\n")


def style(module_file: str, *within: Path) -> str:
    """The style of a component: the text of the ``.css`` file beside its module, whose ``__file__`` this is.

    Args:
        within: the styles of other components that it has in it; they come first.
    """
    return "\n".join(map(read, [*within, Path(module_file).with_suffix(".css")]))


def page_style(*files: Path, **lengths: str) -> str:
    """Styles as an element of a page.

    Args:
        files: one after the other; those that are not there are left out, since not every page has a style of its own.
        lengths: what stands in them as ``$name``, such as ``canvas_side="336px"``. They are filled in here because a
            custom property of CSS means nothing in the condition of ``@media``.
    """
    text = "\n".join(read(file) for file in files if file.is_file())
    return f"<style>{Template(text).substitute(lengths)}</style>"
