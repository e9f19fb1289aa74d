"""An address to hand on, in full, and a button that copies it, in a classroom without https too.

``st.code`` would show it as well, but has the browser load what colours programs: a third of all that the Train page's
scripts compute when it is opened. The script is ``static/link.js``.
"""

from __future__ import annotations

from streamlit.components import v2

from nnlab.ui import files
from nnlab.ui.text import t

_link = v2.component(
    "nnlab_link",
    html='<div class="nnlab-link"><code></code><button type="button" aria-live="polite"></button></div>',
    css=files.style(__file__),
    js=files.loader("link.js", "show"),
    isolate_styles=False,
)


def show(key: str, address: str) -> None:
    """Show an address.

    Args:
        address: in full, so that it can be sent to somebody.
    """
    words = {"copy": t("common.copy"), "copied": t("common.copied"), "selected": t("common.selected")}
    _link(key=key, data={"address": address, "words": words})
