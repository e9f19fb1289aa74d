"""The guided experiments as a visitor meets them: commit, run, compare, go on, come back, start over."""

from dataclasses import replace

import pytest

from nnlab.config import MAX_SEED
from nnlab.runs import jobs
from nnlab.teaching.experiments import EXPERIMENTS
from nnlab.teaching.steps import Look, Sketch
from nnlab.ui import keys
from nnlab.ui.components import sketch
from nnlab.ui.particles import attached
from nnlab.ui.text import LOCALE, strings
from tests.nnlab.short_runs import TIMEOUT
from tests.ui.drawing import sent_to

EN = strings("en")


def words(page) -> str:
    shown = [*page.markdown, *page.success, *page.info, *page.caption, *page.warning, *page.error]
    assert not page.exception, page.exception
    return "\n".join(element.value for element in shown)


def press(page, name):
    page.button(key=f"learn.{name}").click().run()


def has(page, name) -> bool:
    return any(button.key == f"learn.{name}" for button in page.button)


def progress_of(page, name="zeros"):
    return page.session_state["learn.experiments"][name]


def let_them_run(page):
    """Until the step's trials are over: each time one is, the browser has the page run again."""
    while has(page, "stop"):
        job = jobs.get(list(progress_of(page).runs.values())[-1])
        assert job.wait_until(lambda job=job: job.is_over, TIMEOUT)
        page.run()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_list_names_every_experiment_and_opens_one(open_experiment, language):
    page = open_experiment(language, experiment="all")
    for name in EXPERIMENTS:
        assert strings(language)[f"experiments/{name}.title"] in words(page)
    press(page, "open_zeros")
    assert page.query_params["experiment"] == "zeros"
    assert page.query_params["step"] == "1"
    assert strings(language)["experiments/zeros.learns_question"] in words(page)


def test_the_switch_leads_from_the_lessons_to_the_list_and_back(open_experiment):
    page = open_experiment()
    assert page.segmented_control(key="learn.part").value == "lessons"
    page.segmented_control(key="learn.part").set_value("experiments").run()
    assert page.query_params["experiment"] == "all"
    page.segmented_control(key="learn.part").set_value("lessons").run()
    assert "experiment" not in page.query_params
    assert page.segmented_control(key="learn.lesson").value == "neuron"


def test_the_ring_is_about_points_and_leads_to_the_plane_as_it_was_set_up(open_experiment):
    page = open_experiment(experiment="ring")
    page.session_state[keys.Learn.PLANE_HIDDEN] = (8, 8)  # the lesson was left with another network
    page.radio(key="learn.choice_ring_enough").set_value("two").run()
    press(page, "commit")
    press(page, "run")
    results = page.session_state["learn.results"][1]
    assert results["two"].numbers["accuracy"] < 0.95 < results["three"].numbers["accuracy"]
    assert EN["experiments/ring.enough_three"] in words(page)
    press(page, "on")
    assert "MNIST" not in words(page)
    assert EN["experiments.share_points"].split("{")[0] in words(page)
    press(page, "on")
    press(page, "look")
    assert page.segmented_control(key="learn.lesson").value == "plane"
    assert sent_to(page, "nnlab_plane")["hidden"] == [3]
    assert page.query_params["plane"] in ("hidden:3", ["hidden:3"])


def test_an_experiment_from_its_start_to_its_end(open_experiment, zeros):
    page = open_experiment(experiment="zeros", seed="3")
    assert page.button(key="learn.commit").disabled, "nothing has been chosen"
    page.radio(key="learn.choice_zeros_learns").set_value("same").run()
    press(page, "commit")
    assert page.query_params["step"] == "2"
    assert not has(page, "on"), "nothing has been measured"
    press(page, "run")
    let_them_run(page)
    assert EN["experiments/zeros.learns_same"] in words(page), "what was said is repeated"
    results = page.session_state["learn.results"][1]
    outcome = zeros.steps[0].outcome(results)
    assert outcome != "same"
    assert EN[f"experiments/zeros.learns_{outcome}"] in words(page), "the answer is what this run has measured"
    assert jobs.get(progress_of(page).runs["zeros"]).setup.train.seed == 3

    press(page, "back")
    assert not has(page, "take_back"), "an answer stands once the run has begun"
    press(page, "on")
    press(page, "on")
    verdict = zeros.steps[2].claim.judge(results)
    text = EN[f"experiments/zeros.nothing_learned_{'holds' if verdict.holds else 'fails'}"]
    assert text.format(**verdict.numbers) in words(page)

    press(page, "on")
    page.slider(key="learn.guess_zeros_count").set_value(1.0).run()
    press(page, "commit")
    press(page, "run")
    let_them_run(page)
    for _ in range(3):
        press(page, "on")
    assert not has(page, "on")
    assert progress_of(page).is_done

    first = progress_of(page)
    press(page, "another_seed")
    again = progress_of(page)
    assert again.seed != first.seed
    assert again.answers == first.answers
    assert not again.runs
    assert page.query_params["step"] == "2"
    press(page, "back")
    assert not has(page, "take_back"), "with another seed it still stands"

    press(page, "all")
    press(page, "forget_zeros")
    press(page, "open_zeros")
    assert page.button(key="learn.commit").disabled


def test_an_answer_can_be_taken_back_before_the_run(open_experiment, zeros):
    page = open_experiment(experiment="zeros")
    page.radio(key="learn.choice_zeros_learns").set_value("slower").run()
    press(page, "commit")
    press(page, "back")
    assert EN["experiments/zeros.learns_slower"] in words(page)
    press(page, "take_back")
    assert page.button(key="learn.commit").disabled
    assert not progress_of(page).answers


def test_a_link_to_a_later_step_waits_for_what_comes_before_it(open_experiment, zeros):
    page = open_experiment(experiment="zeros", step="5")
    assert page.query_params["step"] == "1"
    assert has(page, "commit")


@pytest.mark.parametrize("place", [{"experiment": "alchemy"}, {"experiment": "zeros", "step": "٣"}, {"step": "2"}])
def test_a_broken_link_opens_what_it_can(open_experiment, place):
    page = open_experiment(**place, seed=str(MAX_SEED + 1))
    assert not page.exception
    assert has(page, "commit") == (place.get("experiment") == "zeros")


def test_a_curve_is_drawn_kept_and_compared(open_experiment, zeros, monkeypatch):
    question = Sketch("learns", "random", "train_loss", 1, 0, 2.5)
    monkeypatch.setitem(EXPERIMENTS, "zeros", replace(zeros, steps=(question, *zeros.steps[1:])))
    page = open_experiment(experiment="zeros")
    key = "learn.sketch_zeros_learns"
    drawn = {"revision": progress_of(page).round, "values": [2.4] * sketch.COLUMNS}
    page.session_state[key] = {"drawn": {**drawn, "values": [2.4] + [None] * (sketch.COLUMNS - 1)}}
    assert page.run().button(key="learn.commit").disabled, "one column is no curve"
    page.session_state[key] = {"drawn": drawn}
    page.run()
    press(page, "commit")
    assert progress_of(page).answers["learns"][-1] == (1.0, 2.4)
    press(page, "run")
    let_them_run(page)
    assert EN["experiments.remark_other_way"].format(
        run=EN["experiments.way_falls"], yours=EN["experiments.way_flat"]
    ) in words(page)


def test_what_to_look_at_in_a_lesson_opens_the_lesson_and_the_list_leads_back(open_experiment, zeros, monkeypatch):
    look = Look("weights", "learn", "lesson=descent")
    monkeypatch.setitem(EXPERIMENTS, "zeros", replace(zeros, steps=(look, *zeros.steps)))
    page = open_experiment(experiment="zeros")
    press(page, "look")
    assert page.segmented_control(key="learn.lesson").value == "descent"
    page.segmented_control(key="learn.part").set_value("experiments").run()
    assert "lesson" not in page.query_params
    press(page, "open_zeros")
    assert has(page, "look")


@pytest.mark.parametrize(("place", "query"), [("learn", "lesson=descent"), ("inspect", "section=units")])
@pytest.mark.parametrize("hides_section", [False, True])
def test_what_a_teachers_link_hides_is_told_of_without_a_way_there(
    open_experiment, zeros, monkeypatch, place, query, hides_section
):
    look = Look("weights", place, query)
    monkeypatch.setitem(EXPERIMENTS, "zeros", replace(zeros, steps=(look, *zeros.steps)))
    page = open_experiment(experiment="zeros")
    assert has(page, "look")
    hidden = f"{place}.{query.partition('=')[2]}" if hides_section else place
    page.session_state[keys.HIDDEN] = (hidden,)
    page.run()
    assert not page.exception
    assert not has(page, "look")
    assert has(page, "on")


def test_what_to_look_at_on_another_page_is_shown_however_that_page_was_left(open_experiment, zeros, monkeypatch):
    run, look = zeros.steps[1], zeros.steps[-1]
    assert (look.page, look.query) == ("inspect", "section=units")
    steps = (replace(run, trials=("zeros",)), replace(look, trial="zeros"))
    monkeypatch.setitem(EXPERIMENTS, "zeros", replace(zeros, steps=steps))
    page = open_experiment(experiment="zeros")
    press(page, "run")
    let_them_run(page)
    page.session_state["inspect.section"], page.session_state["inspect.network"] = "map", "bundled"
    press(page, "on")
    press(page, "look")
    assert page.title[0].value == EN["inspect.title"]
    assert page.session_state["inspect.section"] == "units"
    assert page.selectbox(key="inspect.network").value == progress_of(page).runs["zeros"]


def test_a_run_that_was_stopped_can_be_done_again(open_experiment, zeros, monkeypatch):
    page = open_experiment(experiment="zeros")
    page.radio(key="learn.choice_zeros_learns").set_value("same").run()
    press(page, "commit")
    press(page, "run")
    job = jobs.get(progress_of(page).runs["zeros"])
    assert job.wait_until(lambda: job.is_over, TIMEOUT)
    job.status = "stopped"  # as if it had been, which a run of a second is too short for
    page.run()
    assert EN["experiments.stopped"] in words(page)
    assert not has(page, "on")
    press(page, "run_again")
    let_them_run(page)
    assert has(page, "on")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_teachers_link_shows_what_is_said_to_teachers(open_experiment, language):
    texts = strings(language)
    page = open_experiment(language, experiment="zeros", teacher="1")
    assert texts["experiments/zeros.teacher_wrong"] in words(page)
    assert texts["experiments/zeros.learns_nothing"] in words(page)
    explanation = texts["experiments/zeros.all_alike_holds"].partition("\n\n")[2]
    assert explanation in words(page), "but for the numbers, which nobody has measured"
    assert "{" not in words(page)


def test_a_teacher_can_look_at_what_students_see(open_experiment):
    page = open_experiment(experiment="zeros", teacher="1")
    page.segmented_control(key="learn.teacher_view").set_value("students").run()
    assert EN["experiments/zeros.teacher_wrong"] not in words(page)
    assert has(page, "commit")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_teachers_link_to_the_list_shows_a_plan_for_each_length_of_a_lesson(open_experiment, language):
    page = open_experiment(language, experiment="all", teacher="1")
    for minutes in ("45", "90"):
        plan = (LOCALE / language / f"experiments/plan_{minutes}.md").read_text("utf-8")
        assert attached(plan.strip()) in words(page)
    for name in EXPERIMENTS:
        assert f"?experiment={name}&teacher=1" in words(page)


def test_students_do_not_see_what_is_said_to_teachers(open_experiment):
    page = open_experiment(experiment="zeros")
    assert EN["experiments/zeros.teacher_wrong"] not in words(page)
    assert "learn.teacher_view" not in [control.key for control in page.segmented_control]


def test_an_address_that_names_a_lesson_leads_out_of_an_experiment_and_one_that_names_a_step_back_in(open_experiment):
    page = open_experiment(experiment="zeros")
    assert has(page, "commit")
    page.query_params.clear()
    page.query_params["lesson"] = "loss"
    page.session_state["address"].written.clear()  # as if two seconds had passed: it is no late message of the browser
    page.run()
    assert not has(page, "commit")
    assert page.session_state["learn.lesson"] == "loss"
    page.query_params.clear()
    page.query_params["experiment"] = "zeros"
    page.session_state["address"].written.clear()
    page.run()
    assert has(page, "commit")
    assert "lesson" not in page.query_params


def test_an_experiment_that_does_not_exist_is_told_and_the_lessons_are_shown(open_experiment):
    page = open_experiment(experiment="magic")
    assert "magic" in words(page)
    assert page.segmented_control(key="learn.part").value == "lessons"
