"""Charts and pictures that can be saved, and whose numbers can be taken along as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import streamlit as st

from nnlab.ui import images, shell
from nnlab.ui.charts import Figure
from nnlab.ui.text import spoken, strings, t

BYTE_ORDER_MARK = "\ufeff"  # without it, spreadsheets take the file for another encoding than UTF-8


def show_chart(figure: Figure, key: str, alt: str, table: Mapping[str, Sequence[object]], **options: object) -> object:
    """Draw a figure as ``shell.show_chart`` does; its tools save it as a picture, a button below gives its numbers.

    Args:
        key: of the chart, such as "inspect.histogram"; it names the files as well.
        table: name of a column -> its values, all columns of one length. They are written in full; ``in_words`` says
            what becomes of the names.
        options: as for ``shell.show_chart``.
    """
    modebar = figure["layout"].get("modebar", {})
    if "remove" in modebar:  # a figure that is held still keeps the tool that saves it
        modebar["remove"] = [tool for tool in modebar["remove"] if tool != "toImage"]
    returned = shell.show_chart(figure, key, alt, **options)
    offer_table(table, file_of(key), f"{key}.table")
    return returned


def file_of(key: str) -> str:
    """The name of a chart's files, without their endings."""
    return key.replace(".", "-")


def offer_table(table: Mapping[str, Sequence[object]], name: str, key: str) -> None:
    """A button that gives a table as a CSV file; the file is written when it is pressed.

    Args:
        table: as for ``show_chart``.
        name: of the file, without its ending.
        key: of the button.
    """
    st.download_button(
        t("common.download_table"),
        partial(to_csv, in_words(table)),
        file_name=f"{name}.csv",
        mime="text/csv",
        key=key,
        icon=":material/table:",
        type="tertiary",
        on_click="ignore",
    )


def offer_pictures(
    pictures: Sequence[np.ndarray],
    table: Mapping[str, Sequence[object]],
    key: str,
    captions: Sequence[str] = (),
) -> None:
    """Below pictures of digits: a button that gives them as one PNG file, and one that gives their numbers.

    Both are made when they are pressed, and both are buttons of the page, so that a finger reaches them as well.

    Args:
        pictures: each (H, W) or (H, W, 3) uint8, as it is shown; at least one.
        table: as for ``show_chart``.
        key: of the pictures, such as "inspect.excites"; it names the files as well.
        captions: what stands below each picture in the file.
    """
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            t("common.download_picture"),
            partial(images.sheet_png, list(pictures), list(captions)),
            file_name=f"{file_of(key)}.png",
            mime="image/png",
            key=f"{key}.picture",
            icon=":material/image:",
            type="tertiary",
            on_click="ignore",
        )
        offer_table(table, file_of(key), f"{key}.table")


def in_words(table: Mapping[str, Sequence[object]]) -> dict[str, Sequence[object]]:
    """The same table in the visitor's language: its heads, and those cells that are words.

    Names that ``locale/*/columns.toml`` has are ours, with a number behind them ("row 3") as well; whatever else stands
    there is in the visitor's language already.
    """
    return {
        name_in_words(name): [name_in_words(each) if isinstance(each, str) else each for each in values]
        if len(values) and isinstance(values[0], str)
        else values
        for name, values in table.items()
    }


def name_in_words(name: str) -> str:
    """A head, or a cell, as the visitor reads it.

    Example:
        >>> name_in_words("row 3")
        'Row 3'
    """
    what, _, number = name.partition(" ")
    if f"columns.{name}" in strings(spoken()):
        return t(f"columns.{name}")
    if number.isdecimal() and f"columns.numbered_{what}" in strings(spoken()):
        return t(f"columns.numbered_{what}").replace("{number}", number)
    return name


def pixel_columns(digits: np.ndarray) -> dict[str, list]:
    """The pixels of (N, 28, 28) images as columns of a table that has a row for each image.

    Example:
        >>> pixel_columns(np.array([[[0, 9]], [[5, 7]]]))
        {'pixel 1': [0, 5], 'pixel 2': [9, 7]}
    """
    flat = digits.reshape(len(digits), -1)
    return {f"pixel {number + 1}": flat[:, number].tolist() for number in range(flat.shape[1])}


def pixel_rows(**pictures: np.ndarray) -> dict[str, list]:
    """Pictures of one shape, (H, W), as columns of a table that has a row for each pixel.

    Example:
        >>> pixel_rows(ink=np.array([[0, 9]]))
        {'row': [1, 1], 'column': [1, 2], 'ink': [0, 9]}
    """
    rows, columns = np.indices(next(iter(pictures.values())).shape) + 1
    places = {"row": rows.flatten().tolist(), "column": columns.flatten().tolist()}
    return places | {name: picture.flatten().tolist() for name, picture in pictures.items()}


def to_csv(table: Mapping[str, Sequence[object]]) -> bytes:
    """Columns as a CSV file: UTF-8 with a byte-order mark, numbers with all their digits.

    Raises:
        ValueError: if the columns are not of one length.

    Example:
        >>> to_csv({"digit": [0, 1], "share": [0.25, 0.75]}).decode("utf-8-sig")
        'digit,share\\r\\n0,0.25\\r\\n1,0.75\\r\\n'
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table)
    writer.writerows(zip(*table.values(), strict=True))
    return (BYTE_ORDER_MARK + text.getvalue()).encode()
