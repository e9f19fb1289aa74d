"""The table: its numbers are the runs' own, its order is the one asked for, and names in it are no markup."""

from __future__ import annotations

import pytest

from nnlab.compare.grid import Axis, Grid
from nnlab.config import Setup
from nnlab.ui import keys
from nnlab.ui.compare import table
from tests.ui.compare.made import entry, series_of
from tests.ui.drawing import words

RUNS = Grid(Setup(), (Axis("hidden_sizes", ((8,), (16,), (4,))),)).setups


def made() -> list:
    return [
        entry(RUNS[0], 0.91, seconds=5.0, dead=2),
        entry(RUNS[1], 0.95, seconds=9.0, dead=None),
        entry(RUNS[2], 0.5, seconds=3.0, dead=0, has_diverged=True),
    ]


@pytest.mark.parametrize(
    ("sort", "order"),
    [("given", [0, 1, 2]), ("test_accuracy", [1, 0, 2]), ("seconds", [2, 0, 1]), ("parameters", [2, 0, 1]),
     ("dead", [0, 1, 2])],
)  # fmt: skip
def test_columns_come_in_the_order_that_is_asked_for_and_what_has_no_number_last(sort, order):
    assert table.order_of(made(), sort) == order


def test_numbers_are_those_of_the_runs_and_the_best_are_bold():
    rows = dict(table.rows_of(made(), only_differences=False))
    assert rows["Test accuracy"] == ["91.00%", "**95.00%**", "–"]
    assert rows["Test loss (nats)"] == ["0.0900", "**0.0500**", "–"]
    assert rows["Time of training"] == ["5.0 s", "9.0 s", "**3.0 s**"]
    assert rows["Weights and biases"] == ["6,370", "12,730", "3,190"]
    assert rows["Dead hidden neurons"] == ["2", "–", "–"]
    assert rows["State"] == ["finished", "finished", "diverged at epoch 1.0"]
    assert rows["Hidden layers"] == ["8", "16", "4"]
    assert rows["Optimizer"] == ["SGD"] * 3


def test_differences_only_leaves_out_what_is_alike():
    names = [name for name, _ in table.rows_of(made(), only_differences=True)]
    assert "Hidden layers" in names
    assert "Optimizer" not in names
    alike = [name for name, _ in table.rows_of([entry(RUNS[0]), entry(RUNS[0])], only_differences=True)]
    assert alike == []


def test_own_digits_that_a_run_learned_from_are_told():
    runs = [entry(RUNS[0]), entry(RUNS[0], own_digits=1200, is_plain=False)]
    assert dict(table.rows_of(runs, only_differences=True))["Own digits learned from"] == ["0", "1,200"]
    assert "Own digits learned from" not in dict(table.rows_of(made(), only_differences=False))


def test_of_equal_numbers_none_is_best():
    rows = dict(table.rows_of([entry(RUNS[0], 0.9), entry(RUNS[1], 0.9)], only_differences=False))
    assert rows["Test accuracy"] == ["90.00%", "90.00%"]


def test_a_name_is_shown_as_it_is():
    name = "a|b **c** <img src=x> [d](e) $x$ :red[f]"
    head = table.markdown([("row", ["1"])], [name]).splitlines()[0]
    assert head.count("|") == 4  # three of the table, and the name's own, escaped
    for sign in ("|", "*", "<", "[", "$", ":"):
        assert all(head[place - 1] == "\\" for place in range(3, len(head) - 2) if head[place] == sign and place > 5)


def test_the_page_shows_the_table_and_the_switch_and_the_order_change_it(open_page):
    page = open_page("compare", series=series_of(made()).id, section="table")
    assert not page.exception
    assert "| Optimizer |" not in words(page)
    assert "|  | 8 | 16 | 4 |" in words(page)
    page.toggle(key=keys.Compare.ONLY_DIFFERENCES).set_value(False).run()
    assert "| Optimizer | SGD | SGD | SGD |" in words(page)
    page.selectbox(key=keys.Compare.SORT).set_value("test_accuracy").run()
    assert "|  | 16 | 8 | 4 |" in words(page)
