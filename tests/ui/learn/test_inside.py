"""The hunt inside a network: every answer is judged by what this network does, and found again on the Inspect page."""

import pytest
import torch

from nnlab.inspection.changes import SilenceUnit
from nnlab.inspection.roles import Roles, roles
from nnlab.runs import jobs
from nnlab.runs.run import Job
from nnlab.ui import digits, keys, readers
from nnlab.ui.learn import hunt
from nnlab.ui.text import strings
from tests.ui.drawing import words
from tests.ui.inspect.networks import SIZES, run_of

EN = strings("en")


def made_up(**changed) -> Roles:
    """Three neurons: the first likes 4 and costs much, the second likes 7 a little, the third costs nothing."""
    by_digit = torch.full((10,), 0.9)
    by_digit[5] = 0.8
    without = by_digit.repeat(3, 1)
    without[0, 4], without[1, 7] = 0.85, 0.89
    values = {
        "favourites": torch.tensor([[3, 1], [2, 0], [1, 2]]), "liked": torch.tensor([4, 7, 0]),
        "shares": torch.tensor([0.9, 0.5, 0.2]), "by_digit": by_digit, "by_digit_without": without, "accuracy": 0.89,
        "accuracy_without": torch.tensor([0.7, 0.885, 0.89]),
    }  # fmt: skip
    return Roles(**{**values, **changed})


def test_the_worst_digit_is_the_one_with_the_lowest_share():
    assert [hunt.worst_digit(made_up(), digit).is_found for digit in (4, 5)] == [False, True]


def test_a_neuron_that_likes_a_digit():
    assert [hunt.likes_one(made_up(), unit).is_found for unit in range(3)] == [True, False, False]
    weak = made_up(shares=torch.tensor([0.4, 0.5, 0.2]))  # no neuron likes one digit: then the best will do
    assert [hunt.likes_one(weak, unit).is_found for unit in range(3)] == [False, True, False]


@pytest.mark.parametrize(("unit", "kind"), [(0, "much"), (1, "some"), (2, "hardly")])
def test_what_is_lost_of_the_digit_that_a_neuron_likes(unit, kind):
    found, numbers = hunt.loss_of_liked(made_up(), unit)
    assert found == kind
    assert numbers["digit"] == [4, 7, 0][unit]
    assert numbers["after"] == pytest.approx([0.85, 0.89, 0.9][unit])


def test_needless_and_needed_neurons():
    assert [hunt.needless(made_up(), unit).is_found for unit in range(3)] == [False, False, True]
    costly = made_up(accuracy_without=torch.tensor([0.7, 0.8, 0.88]))  # each is missed: the one missed least will do
    assert [hunt.needless(costly, unit).is_found for unit in range(3)] == [False, False, True]
    many = made_up(accuracy_without=torch.tensor([0.6, 0.7, 0.8, 0.85]), liked=torch.zeros(4))
    assert [hunt.most_needed(many, unit).is_found for unit in range(4)] == [True, True, True, False]
    assert hunt.most_needed(many, 3).numbers == {"before": 0.89, "after": pytest.approx(0.85), "rank": 4, "count": 4}


@pytest.fixture
def lesson(open_page, monkeypatch):
    """A function that opens the lesson on a run of the visitor's; returns the AppTest, the run and its true roles."""
    monkeypatch.delenv("NNLAB_DATA_DIR", raising=False)

    def lesson(language: str = "en"):
        job, model = run_of(monkeypatch)
        page = open_page("learn", language, lesson="inside")
        page.selectbox(key="learn.inside_network").set_value(job.id).run()
        assert not page.exception
        images, labels = (torch.from_numpy(part.copy()) for part in digits.load_test_set("builtin"))
        return page, job, roles(model, images, labels.long())

    return lesson


def choose(page, task: str):
    page.segmented_control(key="learn.inside_task").set_value(task).run()
    return page


def answer(page, job, task: str, value: int):
    choose(page, task)
    page.text_input(key=f"learn.inside_{task}_{job.id}.typed").set_value(str(value)).run()
    page.button(key="learn.inside_check").click().run()
    assert not page.exception
    return page


def done(page) -> str:
    return next(caption.value for caption in page.caption if caption.value.endswith(f"of {len(hunt.TASKS)}"))


def test_answers_are_judged_by_the_network(lesson):
    page, job, true = lesson()
    worst = int(true.by_digit.argmin())
    other = int(true.by_digit.argmax())
    answer(page, job, "worst", other)
    share = f"{float(true.by_digit[other]):.2%}"
    assert page.warning[0].value == EN["hunt.missed_worst"].format(digit=other, share=share)
    assert done(page) == EN["hunt.progress"].format(done=0, count=5)
    answer(page, job, "worst", worst)
    share = f"{float(true.by_digit[worst]):.2%}"
    assert page.success[0].value == EN["hunt.found_worst"].format(digit=worst, share=share)
    assert done(page) == EN["hunt.progress"].format(done=1, count=5)
    needed = int(true.accuracy_without.argmin())
    answer(page, job, "needed", needed + 1)
    assert f"{float(true.accuracy_without[needed]):.2%}" in page.success[0].value


def test_the_neuron_is_silenced_on_the_inspect_page_and_the_guess_judged_here(lesson):
    page, job, true = lesson()
    choose(page, "silence")
    assert page.info[0].value == EN["hunt.silence_first"]
    liking = int(true.shares.argmax())
    answer(page, job, "likes", liking + 1)
    choose(page, "silence")
    kind, numbers = hunt.loss_of_liked(true, liking)
    page.radio(key=f"learn.inside_loss_{job.id}_{liking}").set_value(kind).run()
    assert page.info[0].value.startswith("Now silence neuron")
    assert not page.success
    page.session_state["changes"] = {job.id: (SilenceUnit(len(SIZES) - 1, liking),)}
    page.run()
    said = page.success[0].value
    assert said.startswith(EN["lesson_training.as_expected"])
    assert f"{numbers['after']:.2%}" in said
    assert f"{numbers['all_after']:.2%}" in said
    assert done(page) == EN["hunt.progress"].format(done=2, count=5)


def test_the_way_to_inspect_leads_to_the_network_the_section_the_neuron_and_its_favourite(lesson):
    page, job, true = lesson()
    answer(page, job, "likes", 6)
    page.button(key="learn.inside_look").click().run()
    assert not page.exception
    assert page.title[0].value == EN["inspect.title"]
    assert page.segmented_control(key="inspect.section").value == "units"
    assert page.selectbox(key="inspect.network").value == job.id
    assert (page.query_params["layer"], page.query_params["neuron"]) == ("2", "6")
    assert page.session_state["inspect.test_number"] == int(true.favourites[5, 0]) + 1


@pytest.mark.parametrize("hidden", ["inspect", "inspect.failures"])
def test_there_is_no_way_to_what_a_teachers_link_hides(lesson, hidden):
    page, _, _ = lesson()
    assert "learn.inside_look" in [button.key for button in page.button]
    page.session_state[keys.HIDDEN] = (hidden,)
    page.run()
    assert "learn.inside_look" not in [button.key for button in page.button]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_without_a_run_one_is_trained_on_the_spot(open_page, monkeypatch, language):
    monkeypatch.delenv("NNLAB_DATA_DIR", raising=False)
    started = []

    def start(setup, owner=""):
        job = Job(setup, owner)
        with job.changed:
            job.become("failed", "server_full", "made up")
        started.append(job)
        return job

    monkeypatch.setattr(jobs, "start", start)
    monkeypatch.setattr(jobs, "get", lambda job_id: next((job for job in started if job.id == job_id), None))
    monkeypatch.setattr(jobs, "jobs_of", lambda owner: started)
    page = open_page("learn", language, lesson="inside")
    assert strings(language)["hunt.no_run"] in words(page)
    page.button(key="learn.inside_train").click().run()
    assert not page.exception
    assert started[0].setup.train.epochs == 1
    assert page.selectbox(key="learn.inside_network").value == started[0].id
    assert page.error[0].value == strings(language)["train.failed_server_full"]


def test_a_network_without_hidden_layers_has_nothing_to_look_for(open_page, monkeypatch):
    from nnlab.config import ModelConfig
    from nnlab.model import MLP
    from nnlab.ui.readers import NamedReader

    monkeypatch.delenv("NNLAB_DATA_DIR", raising=False)
    monkeypatch.setattr(readers, "load", lambda choice: NamedReader(MLP(ModelConfig(())).eval(), "flat", "flat"))
    page = open_page("learn", lesson="inside")
    assert page.info[0].value == EN["hunt.no_hidden"]
