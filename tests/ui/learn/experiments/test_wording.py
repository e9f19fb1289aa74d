"""Every experiment has all its texts, and numbers are written in the question's unit."""

import pytest

from nnlab.teaching.experiments import EXPERIMENTS
from nnlab.teaching.steps import Choice, Explain, Guess, Look, Run, Sketch
from nnlab.ui import text
from nnlab.ui.learn.experiments.wording import measure

OF_STEP = {
    Choice: ("question",), Guess: ("question",), Sketch: ("question",), Run: ("text",), Look: ("text", "link"),
    Explain: ("holds", "fails"),
}  # fmt: skip
OF_EXPERIMENT = ("title", "idea", "teacher_aim", "teacher_ask", "teacher_answers", "teacher_wrong")


def wanted(name: str) -> set[str]:
    experiment = EXPERIMENTS[name]
    own = {f"trial_{trial.name}" for trial in experiment.trials if trial.setup} | set(OF_EXPERIMENT)
    for step in experiment.steps:
        options = step.options if isinstance(step, Choice) else ()
        own |= {f"{step.name}_{part}" for part in (*OF_STEP[type(step)], *options)}
    return {f"experiments/{name}.{key}" for key in own}


@pytest.mark.parametrize("language", text.LANGUAGES)
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_an_experiment_has_all_its_texts(name, language):
    assert wanted(name) - text.strings(language).keys() == set()


@pytest.mark.parametrize(
    ("unit", "step", "value", "written"),
    [
        ("percent", 1, 62.34, "62.3%"),
        ("percent", 1, 62.0, "62%"),
        ("nats", 0.1, 0.25, "0.25 nats"),
        ("neurons", 1, 32.0, "32 neurons"),
        ("times", 1, 12_345.0, "12,300 times"),
        ("times", 1, 2.26, "2.3 times"),
    ],
)
def test_a_number_has_its_unit_and_no_more_digits_than_mean_something(unit, step, value, written):
    with text.speaking("en"):
        assert measure(value, Guess("", unit, 0, 100, step, 1, lambda results: 0)) == written
