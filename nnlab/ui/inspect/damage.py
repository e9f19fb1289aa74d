"""Damage on purpose: the image turned, shifted or spoilt by a slider, and how accuracy falls on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nnlab.ui import beside as beside_the_page
from nnlab.ui import classes, digits, keys, layout, saving, shell, terms
from nnlab.ui.answers import digit_of, is_answer
from nnlab.ui.images import show_image, to_grey
from nnlab.ui.inspect import failure_charts
from nnlab.ui.inspect.subject import PICTURE_PIXELS, Subject, test_tensors
from nnlab.ui.inspect.tested import KEPT, made_beside, name_of, name_of_set
from nnlab.ui.layout import beside
from nnlab.ui.numbers import percent, probability_percent, significant
from nnlab.ui.readers import BUNDLED
from nnlab.ui.text import t

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from nnlab.inspection.damage import Damage
    from nnlab.reader import Reader

NAMES = ("turn", "shift", "noise", "thickness", "occlusion")
UNITS = {"turn": "°", "shift": " px", "noise": "", "thickness": " px", "occlusion": " px"}
SAMPLE = 2000  # test images that are damaged
CHART_HEIGHT = 340


def show(subject: Subject) -> None:
    """The damage and its strength, the damaged image and its answer, accuracy along the damage."""
    from nnlab.inspection.damage import DAMAGES

    terms.tell("failures.damage_look")
    labels = {name: t(f"failures.damage_{name}") for name in NAMES}
    name = layout.choose_view(t("failures.damage"), labels, keys.Inspect.DAMAGE)
    damage = DAMAGES[name]
    strength = st.select_slider(
        t(f"failures.strength_{name}"), damage.strengths, damage.none,
        format_func=lambda value: significant(value) + UNITS[name],
        key=keys.Inspect.strength(name), persist_state="session",
    )  # fmt: skip
    left, right = beside(0.3, "top")
    with left:
        _show_image(subject, damage, strength)
    with right:
        _show_accuracy(subject, name, damage, strength)


def _show_image(subject: Subject, damage: Damage, strength: float) -> None:
    damaged = damage.apply(subject.image[None], strength)[0].clamp(0, 1)
    before = digit_of(subject.reader.read(subject.image).probabilities)
    probabilities, _ = subject.reader.read(damaged)
    show_image(to_grey(damaged), t("failures.damaged_alt"), round(shell.scaled(PICTURE_PIXELS)))
    pixels = saving.pixel_rows(ink_before=subject.image.numpy(), ink_damaged=damaged.numpy())
    saving.offer_pictures([to_grey(damaged)], pixels, "inspect.damaged")
    if not is_answer(probabilities):
        st.error(t("common.not_a_number"), icon=":material/error:")
        return
    digit = digit_of(probabilities)
    called = classes.names(subject.source)
    words = t("inspect.reads", digit=called[digit], probability=probability_percent(probabilities[digit]))
    st.markdown(f"{words} {t('failures.stands' if digit == before else 'failures.flipped', before=called[before])}")


def _show_accuracy(subject: Subject, name: str, damage: Damage, strength: float) -> None:
    """Of this network, and to compare with it, of the bundled one."""
    data = digits.name_of(subject.source)
    found = test_tensors(subject.source)
    if found is None:
        return
    lines = _lines(subject, name, damage, found)
    if lines is None:
        return
    own = lines[t("failures.this_network")]
    place = list(damage.strengths).index(strength)
    count = min(SAMPLE, len(found[0]))
    whole = own[list(damage.strengths).index(damage.none)]
    st.markdown(
        t("failures.damage_accuracy", now=percent(own[place]), whole=percent(whole), count=f"{count:,}",
          total=f"{len(found[0]):,}", data=data)
    )  # fmt: skip
    titles = t(f"failures.strength_{name}"), t("failures.axis_test_accuracy")
    height = round(shell.scaled(CHART_HEIGHT))
    figure = failure_charts.accuracy_along(damage.strengths, lines, strength, *titles, height)
    saving.show_chart(
        figure,
        "inspect.damage_curve",
        t("failures.damage_alt", damage=titles[0]),
        {titles[0]: damage.strengths} | lines,
    )
    terms.note(f"failures.damage_{name}_note")


def _lines(subject: Subject, name: str, damage: Damage, found: tuple[Tensor, Tensor]) -> dict[str, list[float]] | None:
    """Each network's accuracies by what it is called; None, and a bar, while wide ones are read beside the page."""
    readers = {t("failures.this_network"): (name_of(subject, found), subject.reader.network)}
    if subject.reader.id != BUNDLED:
        from nnlab.reader import bundled

        readers[t("common.bundled")] = f"{BUNDLED} {name_of_set(found)}", bundled()

    def read(hear: beside_the_page.Hear) -> list[list[float]]:
        accuracies = []
        for known_as, reader in readers.values():

            def tell(share: float) -> None:
                hear((len(accuracies) + share) / len(readers), "inspect.reading_damaged")

            accuracies.append(_accuracies(known_as, name, _reader=reader, _found=found, _hear=tell))
        return accuracies

    parameters = sum(reader.model.config.parameter_count for _, reader in readers.values())
    if beside_the_page.takes_long(parameters, min(SAMPLE, len(found[0])) * len(damage.strengths)):
        accuracies = made_beside(" ".join(["damage", name, *(known_as for known_as, _ in readers.values())]), read)
    else:
        with st.spinner(t("failures.damaging")):
            accuracies = read(lambda share, doing: None)
    return accuracies and dict(zip(readers, accuracies, strict=True))


@st.cache_data(show_spinner=False, max_entries=KEPT * len(NAMES))
def _accuracies(
    network: str, name: str, _reader: Reader, _found: tuple[Tensor, Tensor], _hear: Callable[[float], None]
) -> list[float]:
    from nnlab.evaluation import evenly_spread, to_float
    from nnlab.inspection.damage import DAMAGES, accuracy_along

    images, labels = _found
    sample = evenly_spread(len(labels), SAMPLE)
    return accuracy_along(_reader.predict_proba, to_float(images[sample]), labels[sample], DAMAGES[name], _hear)
