"""What excites a unit most: the test images with the largest sums z, and how large z is here and on average.

Read before: ``units``, which shows it beside the unit's arithmetic.
"""

from __future__ import annotations

import numpy as np
import streamlit as st
from torch import Tensor

from nnlab.config import IMAGE_SIDE
from nnlab.inspection import units
from nnlab.inspection.units import Arithmetic, Excitement
from nnlab.model import MLP
from nnlab.ui import classes, digits, saving, terms
from nnlab.ui.images import show_image
from nnlab.ui.inspect.subject import Subject, test_tensors
from nnlab.ui.inspect.tested import name_of_set
from nnlab.ui.numbers import fixed, percent
from nnlab.ui.text import t

SAMPLES_WHILE_CHANGING = 2000  # test images: of weights that change with every look, all of them would take too long
SHEET_COLUMNS = 6


def show(subject: Subject, found: Arithmetic, layer: int, unit: int) -> None:
    """The test images with the largest sums, what this image's is beside them, and buttons to take them along."""
    tested = test_tensors(subject.source)
    if tested is None:
        return
    is_changing = subject.reader.is_training or subject.reader is not subject.before
    images, labels = (part[:SAMPLES_WHILE_CHANGING] if is_changing else part for part in tested)
    known = _excitement(subject.reader.id, name_of_set((images, labels)), layer, subject.reader.model, images)
    places = known.most[:, unit].tolist()
    words = {"source": digits.name_of(subject.source), "samples": f"{known.samples:,}"}
    st.markdown(f"**{t('inspect.excites')}**")
    sheet = contact_sheet(images[places].numpy(), SHEET_COLUMNS)
    first, last = (fixed(float(known.totals[place, unit]), 2) for place in (0, -1))
    alt = t("inspect.excites_alt", numbers=", ".join(str(number + 1) for number in places), **words)
    show_image(sheet, alt, 2 * sheet.shape[1])
    terms.note("inspect.excites_note", count=len(places), first=first, last=last, **words)
    _offer(subject, known, unit, places, tested)
    st.markdown(f"**{t('inspect.here')}** " + t(
        "inspect.here_text",
        total=fixed(found.total, 2),
        mean=fixed(float(known.mean[unit]), 2),
        positive=percent(float(known.positive[unit])),
        **words,
    ))  # fmt: skip


def _offer(subject: Subject, known: Excitement, unit: int, places: list[int], tested: tuple[Tensor, Tensor]) -> None:
    pictures, names = tested[0][places].numpy(), classes.names(subject.source)
    totals = known.totals[:, unit].tolist()
    table = {
        "number": [number + 1 for number in places],
        t(classes.key("failures.truth", subject.source)): [names[label] for label in tested[1][places].tolist()],
        "z": totals,
    }
    captions = [f"z = {fixed(total, 2)}" for total in totals]
    saving.offer_pictures(pictures, table | saving.pixel_columns(pictures), "inspect.excites", captions)


@st.cache_resource(show_spinner=False, max_entries=64)
def _excitement(network: str, test_set: str, layer: int, _model: MLP, _images: Tensor) -> Excitement:
    return units.excitement(_model, _images, layer)


def contact_sheet(images: np.ndarray, columns: int) -> np.ndarray:
    """Images side by side, row by row, a grey line between them.

    Args:
        images: (N, 28, 28) uint8, at least one.

    Returns:
        (H, W) uint8; places without an image are black.
    """
    step = IMAGE_SIDE + 1
    rows = -(-len(images) // columns)
    sheet = np.zeros((rows * step - 1, columns * step - 1), np.uint8)
    sheet[IMAGE_SIDE::step, :] = sheet[:, IMAGE_SIDE::step] = 96
    for number, image in enumerate(images):
        top, left = number // columns * step, number % columns * step
        sheet[top : top + IMAGE_SIDE, left : left + IMAGE_SIDE] = image
    return sheet
