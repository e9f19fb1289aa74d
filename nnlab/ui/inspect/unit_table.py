"""The arithmetic of a unit as a table whose numbers add up as they are shown."""

from __future__ import annotations

from collections.abc import Sequence

from nnlab.config import IMAGE_SIDE, ModelConfig
from nnlab.inspection.units import Arithmetic
from nnlab.ui.inspect import place
from nnlab.ui.numbers import MINUS, adding_up, fixed
from nnlab.ui.text import t

DECIMALS = 3
WEIGHT_DECIMALS = 4

_ROW = "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>"


def shown_parts(found: Arithmetic, listed: Sequence[int]) -> list[float]:
    """The products of these inputs, the sum of all others and the bias, rounded so that they add up to z as shown."""
    products = [float(found.products[number]) for number in listed]
    rest = found.total - found.bias - sum(products)
    return adding_up([*products, rest, found.bias], DECIMALS)


def arithmetic_table(found: Arithmetic, names: Sequence[str]) -> str:
    """The largest terms, the sum of the others, the bias and the sum of all, which is that of the numbers shown.

    Args:
        names: of the inputs whose terms are listed, the largest first.
    """
    listed = found.largest(len(names))
    *shown, rest_shown, bias_shown = shown_parts(found, listed)
    total = fixed(sum([*shown, rest_shown, bias_shown]), DECIMALS)
    rows = []
    for name, number, part in zip(names, listed, shown, strict=True):
        value, weight = float(found.inputs[number]), float(found.weights[number])
        rows.append(_ROW.format(name, fixed(value, DECIMALS), fixed(weight, WEIGHT_DECIMALS), signed(part)))
    others = len(found.inputs) - len(listed)
    if others:
        rows.append(_ROW.format(t("inspect.others", count=f"{others:,}"), "", "", signed(rest_shown)))
    rows.append(_ROW.format(t("inspect.bias"), "", "", signed(bias_shown)))
    rows.append(_ROW.format(f"<b>{t('inspect.total')}</b>", "", "", f"<b>{total}</b>"))
    heads = "".join(f"<th>{t(f'inspect.column_{name}')}</th>" for name in ("input", "value", "weight", "product"))
    return f'<table class="nnlab-terms"><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def signed(value: float) -> str:
    text = fixed(value, DECIMALS)
    return text if text.startswith(MINUS) else f"+{text}"


def input_name(config: ModelConfig, layer: int, number: int, source: str) -> str:
    """What a unit hears: a pixel, or a unit of the layer before."""
    if layer == 0:
        return t("inspect.pixel", row=number // IMAGE_SIDE + 1, column=number % IMAGE_SIDE + 1)
    return place.name_of(config, layer - 1, number, source)
