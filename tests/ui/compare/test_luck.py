"""What is said of a difference: the effect first, then whether it is luck, in words that the numbers bear out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nnlab.compare import luck as core
from nnlab.compare.grid import Axis, Grid
from nnlab.compare.series import all_series
from nnlab.config import Setup
from nnlab.ui import keys
from nnlab.ui.charts import checked
from nnlab.ui.compare import figures, luck
from nnlab.ui.text import speaking
from tests.ui.compare.made import entry, series_of
from tests.ui.drawing import words

TWO = (Axis("activation", ("relu", "sigmoid")),)
TEN = [0.004, 0.006, -0.001, 0.003, 0.005, 0.002, 0.004, 0.007, 0.003, 0.005]


def runs(differences: list[float], diverged: tuple[int, ...] = ()) -> list:
    """Two set-ups, ReLU better than sigmoid by so much with each seed."""
    made = []
    for setup in Grid(Setup(), TWO, len(differences)).setups:
        seed = setup.train.seed
        is_first = setup.model.activation == "relu"
        accuracy = 0.9 + (differences[seed] if is_first else 0)
        made.append(entry(setup, accuracy, has_diverged=is_first and seed in diverged))
    return made


def judged(differences: list[float]) -> core.Verdict:
    return core.judge(differences, [0.0] * len(differences), 999)


def test_the_effect_comes_first():
    first, second = luck.said(judged(TEN), "test_accuracy", "A", "B")[:2]
    assert first.startswith("#### A is better in 9 of 10 seeds, on average by 0.38 percentage points (0.2")
    assert "more than luck" in second


def test_in_korean_too_with_the_right_particle():
    with speaking("ko"):
        first, second = luck.said(judged(TEN), "test_accuracy", "ReLU", "tanh")[:2]
    assert first.startswith("#### 시드 10개 중 9개에서 ReLU가 더 좋고, 평균 0.38%\u2060포인트(0.2")
    assert "우연이라고 보기 어렵습니다" in second


def test_the_better_one_is_named_whichever_stands_first():
    turned = luck.said(judged([-each for each in TEN]), "test_accuracy", "A", "B")[0]
    assert turned.startswith("#### B is better in 9 of 10 seeds, on average by 0.38 percentage points (0.2")
    lower_is_better = luck.said(judged(TEN), "test_loss", "A", "B")[0]
    assert lower_is_better.startswith("#### B has the lower loss in 9 of 10 seeds, on average by 0.004 nats (0.00")


def test_better_on_average_but_in_fewer_seeds_is_said_so():
    told = luck.said(judged([0.09, 0.09, -0.01, -0.01, -0.01, -0.01, -0.01]), "test_accuracy", "A", "B")[0]
    assert "A is better on average by" in told
    assert "but only in 2 of 7 seeds" in told


def test_what_may_be_luck_says_how_many_seeds_it_would_take():
    verdict = judged([0.02, -0.01, 0.03, -0.02, 0.01, 0.02])
    said = luck.said(verdict, "test_accuracy", "A", "B")
    assert "This may be luck" in said[1]
    assert f"about **{verdict.needed}** seeds" in said[2]


def test_where_only_one_test_is_convinced_that_is_said():
    verdict = core.Verdict("unclear", (0.1,) * 8, 0, 0.1, 0.02, 0.2, 0.06, needed=12)
    assert "Only one of the two tests" in luck.said(verdict, "test_accuracy", "A", "B")[1]
    neither = core.Verdict("unclear", (0.1,) * 8, 0, 0.1, -0.02, 0.2, 0.06, needed=12)
    assert "With other seeds" in luck.said(neither, "test_accuracy", "A", "B")[1]


def test_too_few_seeds_are_not_judged():
    said = luck.said(judged([0.02, 0.01, 0.03]), "test_accuracy", "A", "B")
    assert said[0] == "#### A is better in 3 of 3 seeds, on average by 2.0 percentage points."
    assert "Not enough seeds to tell" in said[1]
    assert "about **6** seeds" in said[2]
    assert luck.said(judged([]), "test_accuracy", "A", "B")[0].endswith(
        "no pair of finished runs with the same seed yet."
    )


def test_equal_runs_are_called_equal():
    said = luck.said(judged([0.0] * 7), "test_accuracy", "A", "B")
    assert "no difference at all" in said[0]
    assert "Exactly equal" in said[1]


def test_no_difference_on_average_promises_nothing():
    said = " ".join(luck.said(judged([0.01, -0.01] * 4), "test_accuracy", "A", "B"))
    assert "more than 1,000 seeds" in said


def test_a_diverged_run_is_told():
    verdict = core.judge([math.nan, *TEN], [0.0] * 11, 999)
    assert "diverged and has no number: 1 of the pairs" in luck.said(verdict, "test_accuracy", "A", "B")[-1]


@pytest.mark.parametrize(
    ("value", "measure", "text"),
    [(0.004, "test_accuracy", "0.40"), (0.0123, "test_accuracy", "1.2"), (-0.003, "test_loss", "−0.003")],
)
def test_amounts_have_the_digits_that_tell_them(value, measure, text):
    assert luck.amount(value, measure) == text


def test_the_page_judges_what_its_runs_have_measured(open_page):
    page = open_page("compare", series=series_of(runs(TEN)).id, section="luck")
    assert not page.exception
    verdict = core.judge([0.9 + each for each in TEN], [0.9] * 10)
    for told in luck.said(verdict, "test_accuracy", "ReLU", "Sigmoid"):
        assert told in words(page)
    assert f"{verdict.p:.1%} put the mean" in words(page)
    page.selectbox(key=keys.Compare.side(1)).set_value(1).run()
    page.selectbox(key=keys.Compare.side(2)).set_value(0).run()
    assert "ReLU is better in 9 of 10 seeds" in words(page)
    page.segmented_control(key=keys.Compare.MEASURE).set_value("test_loss").run()
    assert "ReLU has the lower loss in 9 of 10 seeds" in words(page)


def test_a_pair_of_which_one_diverged_is_left_out_of_the_dots(open_page):
    page = open_page("compare", series=series_of(runs(TEN, diverged=(2,))).id, section="luck")
    assert not page.exception
    assert "ReLU is better in 9 of 9 seeds" in words(page)
    assert "1 of the pairs" in words(page)


def test_one_set_up_is_compared_with_itself_half_against_half(open_page):
    same = [entry(setup, 0.9 + 0.001 * (setup.train.seed % 3)) for setup in Grid(Setup(), seeds=12).setups]
    page = open_page("compare", series=series_of(same).id, section="luck")
    assert not page.exception
    assert "Both halves have the very same settings" in words(page)
    assert "over 6 pairs there is no difference" in words(page)
    first, second = luck.halves(same)
    assert [run.setup.train.seed for run in first.runs.values()] == list(range(6))
    assert [run.setup.train.seed for run in second.runs.values()] == list(range(6, 12))
    assert (first.name, second.name) == ("Half A (seeds 0 to 5)", "Half B (seeds 6 to 11)")


def test_more_seeds_of_both_are_trained_in_the_same_series(open_page):
    series = series_of(runs(TEN[:3]))
    page = open_page("compare", series=series.id, section="luck")
    series.owner = page.session_state[keys.OWNER]
    page.button(key="compare.more_seeds").click().run()
    assert not page.exception
    assert [each.setup for each in series.planned] == Grid(Setup(), TWO, 7).setups
    assert series.status == "running"
    assert len(all_series._series) == 1


def test_more_seeds_of_two_among_many_are_a_series_of_their_own_where_there_is_no_room(open_page):
    axes = (Axis("activation", ("relu", "sigmoid", "tanh", "elu", "selu")),)
    series = series_of([entry(setup) for setup in Grid(Setup(), axes, 8).setups])
    page = open_page("compare", series=series.id, section="luck")
    page.button(key="compare.more_seeds").click().run()
    assert len(series.planned) == 40
    new = list(all_series._series.values())[-1]
    assert {each.setup.model.activation for each in new.planned} == {"relu", "sigmoid"}
    assert {each.setup.train.seed for each in new.planned} == set(range(12))


def test_unfinished_runs_do_not_count_yet(open_page):
    made = runs(TEN)
    series = series_of(made[:-2])
    series.planned[0].entry = entry(made[0].setup, status="running")
    page = open_page("compare", series=series.id, section="luck")
    assert "in 7 of 8 seeds" in words(page)
    assert "Runs still to come: 1" in words(page)


def test_the_dots_are_the_differences_and_zero_is_in_sight():
    figure = figures.differences(["0", "1"], [0.4, -0.2], (0.1, 0.9), ("x", "y"), ["a", "b"], 300)
    assert figure["data"][0]["x"] == [0.4, -0.2]
    zero, mean, band = figure["layout"]["shapes"]
    assert (zero["x0"], mean["x0"]) == (0, pytest.approx(0.1))
    assert (band["x0"], band["x1"]) == (0.1, 0.9)
    low, high = figure["layout"]["xaxis"]["range"]
    assert low == -high < -0.9
    assert np.isfinite([low, high]).all()
    checked(figure)
    checked(figures.differences(["0"], [0.0], None, ("x", "y"), ["a"], 300))
