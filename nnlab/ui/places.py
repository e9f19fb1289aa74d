"""The pages of the app, in the order of the menu, and the sections that each of them has."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """A page's script, its icon, and its sections in their order; what they are called is in the language files."""

    path: str
    icon: str
    sections: tuple[str, ...] = ()


PAGES = {
    "home": Page("app.py", ":material/home:"),
    "learn": Page(
        "pages/learn.py",
        ":material/school:",
        (
            "neuron", "layer", "network", "forward", "loss", "descent", "backward", "by_hand", "fitting", "plane",
            "training", "inside", "writing",
        ),
    ),
    "activations": Page("pages/activations.py", ":material/show_chart:", ("curves", "depth", "health")),
    "train": Page("pages/train.py", ":material/model_training:"),
    "runs": Page("pages/runs.py", ":material/bookmarks:", ("list", "take_away", "replay", "bring")),
    "draw": Page("pages/draw.py", ":material/draw:"),
    "inspect": Page(
        "pages/inspect.py",
        ":material/search_insights:",
        (
            "units", "layers", "surgery", "gradients", "health", "attribution", "failures", "damage", "unsure", "map",
        ),
    ),
    "compare": Page("pages/compare.py", ":material/balance:", ("curves", "table", "luck", "mistakes")),
    "play": Page("pages/play.py", ":material/sports_esports:", ("guess", "fool")),
    "classroom": Page("pages/classroom.py", ":material/groups:"),
    "glossary": Page("pages/glossary.py", ":material/menu_book:"),
}  # fmt: skip


def section_parameter(page: str) -> str:
    """What the address of a page calls its open section: on Learn it is a lesson."""
    return "lesson" if page == "learn" else "section"


def section_title(page: str, section: str) -> str:
    """The key of what a section is called, for ``text.t``."""
    return f"learn.{section}" if page == "learn" else f"{page}.section_{section}"
