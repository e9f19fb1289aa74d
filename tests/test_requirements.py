"""Lower bounds are what was tried: each is the release that ``.ci/oldest.txt`` names."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def releases(path: str, operator: str) -> dict[str, str]:
    return dict(re.findall(rf"^([\w-]+){operator}([\d.]+)", (ROOT / path).read_text(), re.MULTILINE))


def test_every_lower_bound_is_the_release_that_was_tried():
    bounds, tried = releases("requirements.txt", ">="), releases(".ci/oldest.txt", "==")
    del bounds["tomli"]  # only for an older Python than the one of the trial
    assert {"streamlit", "torch", "torchvision", "numpy", "plotly"} <= bounds.keys()
    assert bounds == {name: tried.get(name) for name in bounds}
