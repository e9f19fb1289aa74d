"""A drawing on the Draw page, explained."""

from tests.ui.drawing import draw
from tests.ui.latest import latest

FOLD, VIEW = "draw.why_drawing", "draw.why_drawing_view"


def explained(page, view: str, *points, meant: int | None = None):
    """The page after a drawing, with one view open."""
    page.session_state[FOLD] = True
    draw(page, *points)
    if meant is not None:
        latest(page.pills, "draw.meant").set_value(meant).run()
    page.segmented_control(key=VIEW).set_value(view).run()
    assert not page.exception
    return page
