"""A new comparison: a set-up, one or two things that are changed in it, and how many seeds; and the button that begins.

The widgets' values in the session are the only state: ``current`` reads them as a ``Grid``, ``fill`` writes one.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from nnlab.compare.grid import DEPTH, MOST_RUNS, MOST_SEEDS, MOST_VALUES, MOST_VARIANTS, RULES, Axes, Axis, Grid
from nnlab.compare.ready import READY, SMALL
from nnlab.compare.series import Series, all_series
from nnlab.config import PRESETS, Choice, Number, Setup, Switch, from_query, one_line
from nnlab.ui import address, ignored, keys, numbers, shell, state
from nnlab.ui.compare import naming, own
from nnlab.ui.components.number_field import number_field
from nnlab.ui.sharing import links
from nnlab.ui.text import t

NOTHING = ""  # in place of a setting: the second thing may be none
BASES = ("small", "notes", "quick")
OFFERED = {  # what is offered as a value; others can be typed
    DEPTH: (1, 2, 3, 4, 6, 8),
    "hidden_sizes": ((16,), (64,), (256,), (128, 64), (64, 32, 16)),
    "dropout": (0.0, 0.1, 0.3, 0.5),
    "learning_rate": (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0),
    "batch_size": (8, 16, 64, 256, 1024),
    "epochs": (1, 2, 3, 5, 10),
    "l1": (0.0, 0.0001, 0.001),
    "l2": (0.0, 0.0001, 0.001, 0.01),
    "gradient_clip": (0.0, 0.5, 1.0, 5.0),
    "training_images": (100, 500, 2000, 10_000, 60_000),
}
NUMBERS = (1, 2)  # of the things that are changed


def follow_address() -> None:
    """Take over what the page's address asks for: the grid, or a series that is under way."""
    axes, repeats, asked = (address.asked(name) for name in ("vary", "repeats", "series"))
    if asked is not None:
        state.follow(keys.Compare.SERIES, asked)
    if address.has_just_opened() and address.is_about_setup():
        st.session_state[keys.Compare.GIVEN] = from_query(address.setup_query())[0]
        st.session_state[keys.Compare.BASE] = "given"
    if axes is not None or repeats is not None:
        fill(Grid(SMALL, axes or (), repeats or 1))
        st.session_state[keys.Compare.WAY] = "new"
    elif address.has_just_opened() and address.value("runs") is not None:
        st.session_state[keys.Compare.WAY] = "own"
    st.session_state.setdefault(keys.Compare.WAY, "new")
    if keys.Compare.field(1) not in st.session_state:
        fill(READY["functions"])


def fill(grid: Grid) -> None:
    """Show a grid's axes and seeds; before the widgets are drawn, or in a callback."""
    for number, axis in zip(NUMBERS, [*grid.axes, None, None], strict=False):
        st.session_state[keys.Compare.field(number)] = axis.field if axis else NOTHING
        if axis:
            written = [RULES[axis.field].write(value) for value in axis.values]
            st.session_state[keys.Compare.values(number, axis.field)] = written
    st.session_state[keys.Compare.SEEDS] = grid.seeds


def current() -> Grid:
    """What the form says now; values that cannot be used are left out."""
    axes = []
    for number in NUMBERS:
        field = st.session_state.get(keys.Compare.field(number), NOTHING)
        values = tuple(value for text in _typed(number, field) if (value := _read(field, text)) is not None)
        if field and values and field not in [axis.field for axis in axes]:
            axes.append(Axis(field, values[:MOST_VALUES]))
    return Grid(_bases()[_base_name()], tuple(axes), st.session_state.get(keys.Compare.SEEDS, 1))


def _typed(number: int, field: str) -> list[str]:
    return st.session_state.get(keys.Compare.values(number, field), []) if field else []


def _read(field: str, text: str) -> Any:
    try:
        return RULES[field].parse(text.strip().replace(" ", ""))
    except ValueError:
        return None


def series() -> Series | None:
    """The series that this visitor looks at; None if there is none, or the server has forgotten it."""
    found = all_series.get(st.session_state.get(keys.Compare.SERIES) or "")
    address.write(series=found.id if found else None)
    return found


def is_lost() -> bool:
    """Whether the series that this visitor looks at is not known to the server, or no longer."""
    return bool(st.session_state.get(keys.Compare.SERIES)) and series() is None


def leave() -> None:
    """Look at no series any more; one that trains goes on."""
    state.keep(keys.Compare.SERIES, "")


def show() -> None:
    """The form, and the button that begins."""
    bases = _bases()
    labels = {name: t(f"train.preset_{name}") if name in PRESETS else t(f"compare.base_{name}") for name in bases}
    st.session_state[keys.Compare.BASE] = _base_name()
    base = bases[shell.menu(t("compare.base"), labels, keys.Compare.BASE, help=t("compare.base_help"),
                            persist_state="session")]  # fmt: skip
    st.caption(words_on(base))
    for number in NUMBERS:
        _choose_axis(number)
    rule = Number(1, MOST_SEEDS, integer=True)
    seeds = number_field(t("compare.seeds"), rule, keys.Compare.SEEDS, step=1, help=t("compare.seeds_help"))
    grid = current()
    address.write(
        vary=Axes().write(grid.axes) or None, repeats=str(seeds) if seeds > 1 else None,
        **(address.of_setup(base) if _base_name() != "small" else dict.fromkeys(address.of_setup(base))),
    )  # fmt: skip
    count = len(grid.setups)
    if grid.fault:
        limits = {"variants": MOST_VARIANTS, "runs": MOST_RUNS, "count": count}
        st.warning(t(f"compare.fault_{grid.fault}", **limits), icon=":material/info:")
    label = t("compare.begin_one") if count == 1 else t("compare.begin", count=count)
    st.button(
        label, key="compare.begin", type="primary", icon=":material/play_arrow:",
        disabled=grid.fault is not None, on_click=begin, args=[grid],
    )  # fmt: skip

    if st.session_state.get(keys.Compare.SERIES):
        st.button(t("compare.leave"), key="compare.leave", icon=":material/apps:", type="tertiary", on_click=leave)


def begin(grid: Grid) -> None:
    """Have a grid trained, and look at it."""
    begin_runs(grid.setups)


def begin_ready(name: str) -> None:
    """Have one of the ready-made comparisons trained; the form shows it."""
    grid = READY[name]
    st.session_state[keys.Compare.GIVEN] = grid.base
    st.session_state[keys.Compare.BASE] = "small" if grid.base == SMALL else "given"
    fill(grid)
    st.session_state[keys.section_of("compare")] = "luck" if grid.seeds > 1 else "curves"
    begin(grid)


def begin_runs(setups: list[Setup]) -> None:
    """Have runs trained, but for those that the visitor has trained before, and look at them."""
    made = all_series.begin(state.owner(), setups, own.trained(set(setups)))
    state.keep(keys.Compare.SERIES, made.id)
    st.session_state[keys.Compare.WAY] = "new"


def words_on(setup: Setup) -> str:
    """A set-up in a line."""
    model, train = setup.model, setup.train
    return t(
        "compare.set_up", sizes=numbers.sizes(model.layer_sizes),
        activation=naming.told("activation", model.activation), optimizer=naming.told("optimizer", train.optimizer),
        rate=numbers.in_full(train.learning_rate), images=f"{train.training_images:,}",
        epochs=f"{train.epochs:,}", seed=train.seed,
    )  # fmt: skip


def _bases() -> dict[str, Setup]:
    """The set-ups to begin with, by name."""
    found = {"small": SMALL}
    if given := st.session_state.get(keys.Compare.GIVEN):
        found["given"] = given
    if train := links.setup_of_train():
        found["train"] = from_query(train)[0]
    return found | {name: PRESETS[name].setup for name in BASES if name in PRESETS}


def _base_name() -> str:
    name = st.session_state.get(keys.Compare.BASE, "small")
    return name if name in _bases() else "small"


def _choose_axis(number: int) -> None:
    """Which setting is changed, and to which values."""
    fields = {field: naming.field_name(field) for field in RULES}
    options = {NOTHING: t("compare.only_seed" if number == 1 else "compare.nothing_else")} | fields
    field = shell.menu(t(f"compare.vary_{number}"), options, keys.Compare.field(number), persist_state="session")
    if not field:
        return
    rule, key = RULES[field], keys.Compare.values(number, field)
    if isinstance(rule, Choice):
        offered = list(rule.options)
    elif isinstance(rule, Switch):
        offered = ["0", "1"]
    else:
        offered = [rule.write(value) for value in OFFERED[field]]
    held = st.session_state.setdefault(key, offered[:2])
    options = list(dict.fromkeys([*offered, *held]))
    labels = {text: _value_name(field, text) for text in options}
    # The browser names options by their words: in another language, the menu is another one.
    menu = state.widget_showing(f"{keys.switch_of(key)}.{state.language()}", list(held))
    typed = st.multiselect(
        t("compare.values"), options, format_func=lambda text: labels.get(text, text), key=menu,
        accept_new_options=not isinstance(rule, (Choice, Switch)), max_selections=MOST_VALUES,
        placeholder=t("compare.values_nothing"), on_change=_take_values, args=[key, menu],
    )  # fmt: skip
    if len(typed) >= MOST_VALUES:
        shell.tell_full(menu, t("compare.full", most=MOST_VALUES))
    if unread := [one_line(text) for text in typed if _read(field, text) is None]:
        st.warning(t("compare.unusable", values=", ".join(unread), allowed=ignored.allowed_words(rule)))


def _take_values(key: str, menu: str) -> None:
    if state.is_heard(f"{keys.switch_of(key)}.{state.language()}", menu):
        st.session_state[key] = list(st.session_state[menu])


def _value_name(field: str, text: str) -> str:
    value = _read(field, text)
    return text if value is None else naming.value_name(field, value)
