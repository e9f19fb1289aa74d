"""Our scripts for the browser: files of ``static``, served over HTTP, and the few lines of a component that fetch one.

Streamlit sends a component's inline script again with every rerun; a file is fetched once.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from streamlit.components import v1

STATIC = Path(__file__).parent / "static"
FOLDER = v1.declare_component("static", path=str(STATIC)).name  # served under component/<FOLDER>/

_LOADER = """export default function (component) {
  const base = new URL(location.pathname.replace(/[^/]*$/, "component/"), location.origin)
  import(new URL("%s/%s?%s", base)).then(module => module.%s(component, base))
}"""


def loader(modules: Sequence[str], function: str) -> str:
    """The inline script of a component whose real script is a file.

    Args:
        modules: the file to fetch, then those that it fetches itself: its address changes when any of them does.
        function: which function of it is called, with the component and the address below which folders are served.
    """
    version = sha256(b"".join((STATIC / name).read_bytes() for name in modules)).hexdigest()[:8]
    return _LOADER % (FOLDER, modules[0], version, function)
