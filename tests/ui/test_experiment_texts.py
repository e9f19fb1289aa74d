"""Every guided experiment has all its words, and its explanations quote numbers that its claims give."""

import re
import string

import pytest

from nnlab.teaching.experiments import EXPERIMENTS
from nnlab.teaching.steps import Choice, Explain, Guess, Look, Run, Sketch
from nnlab.ui.text import LANGUAGES, LOCALE, strings
from tests.nnlab.teaching.made import BREAKING, HOLDING

NUMBER = re.compile(r",?\.\d[f%]")
FRAME = ("title", "idea", "teacher_aim", "teacher_ask", "teacher_answers", "teacher_wrong")
SUFFIXES = {
    Guess: ("question",),
    Sketch: ("question",),
    Run: ("text",),
    Look: ("text", "link"),
    Explain: ("holds", "fails"),
}


def keys_of(experiment):
    for step in experiment.steps:
        suffixes = ("question", *step.options) if isinstance(step, Choice) else SUFFIXES[type(step)]
        yield from (f"{step.name}_{suffix}" for suffix in suffixes)
    yield from (f"trial_{trial.name}" for trial in experiment.trials)
    yield from FRAME


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_all_words_are_there_and_none_too_many(name):
    prefix = f"experiments/{name}."
    there = [key.removeprefix(prefix) for key in strings("en") if key.startswith(prefix)]
    assert sorted(there) == sorted(keys_of(EXPERIMENTS[name]))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_explanations_quote_what_was_measured(name, language):
    """All numbers of a claim, each with a format that says how exact it is; so no text is about another run."""
    broken = [{**HOLDING[name], **breaking.results} for breaking in BREAKING if breaking.experiment == name]
    for claim in EXPERIMENTS[name].claims:
        for results in (HOLDING[name], *broken):
            numbers = claim.judge(results).numbers
            for ending in ("holds", "fails"):
                text = strings(language)[f"experiments/{name}.{claim.name}_{ending}"]
                fields = [(field, spec) for _, field, spec, _ in string.Formatter().parse(text) if field is not None]
                assert {field for field, _ in fields} == set(numbers)
                assert all(NUMBER.fullmatch(spec) for _, spec in fields), text
                assert "{" not in text.format(**numbers)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_both_languages_are_equally_exact(name):
    def formats(language, key):
        return {(field, spec) for _, field, spec, _ in string.Formatter().parse(strings(language)[key]) if field}

    keys = [key for key in strings("en") if key.startswith(f"experiments/{name}.")]
    assert [key for key in keys if formats("en", key) != formats("ko", key)] == []


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_questions_quote_nothing(name):
    questions = [
        text for key, text in strings("en").items() if key.startswith(f"experiments/{name}.") and "_question" in key
    ]
    assert [text for text in questions if "{" in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("minutes", [45, 90])
def test_a_plan_fills_its_time_with_experiments_that_are_there(minutes, language):
    plan = (LOCALE / language / "experiments" / f"plan_{minutes}.md").read_text("utf-8")
    rows = [row.split(" | ") for row in plan.splitlines() if row[:3].strip("| ").isdigit()]
    assert sum(int(row[0].strip("| ")) for row in rows) == minutes
    titles = {strings(language)[f"experiments/{name}.title"]: name for name in EXPERIMENTS}
    done = {row[1].strip("*"): int(row[0].strip("| ")) for row in rows if row[1].startswith("**")}
    assert len(done) >= 3
    assert {titles[title]: time for title, time in done.items()} == {
        titles[title]: EXPERIMENTS[titles[title]].minutes for title in done
    }
