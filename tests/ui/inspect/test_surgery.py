"""The section on surgery, and changes made where a unit is read: what they do is shown, kept, undone and read with."""

import pytest
import torch

from nnlab import checkpoint
from nnlab.evaluation import score
from nnlab.inspection.changes import Prune, SetBias, ShiftBias, SilenceUnit, Temperature, ZeroBiases
from nnlab.inspection.surgery import from_json, operate, to_json
from nnlab.inspection.units import layer_now
from nnlab.runs import jobs
from nnlab.ui import brought_networks, digits, keys, readers
from nnlab.ui.inspect import training_on
from nnlab.ui.numbers import percent
from nnlab.ui.text import strings
from tests.ui.drawing import words
from tests.ui.inspect.networks import run_of


@pytest.fixture
def opened(open_page, monkeypatch):
    """The page, on a run's section of surgery; the run; its network."""
    job, model = run_of(monkeypatch)
    page = open_page("inspect", section="surgery")
    page.selectbox(key="inspect.network").set_value(job.id).run()
    assert not page.exception
    return page, job, model


def accuracy_of(model, source: str) -> str:
    images, labels = (torch.from_numpy(part) for part in digits.load_test_set(source))
    return percent(score(model, images, labels.long())[1], 2)


def kept(page, job):
    return page.session_state["changes"].get(job.id, ()) if "changes" in page.session_state else ()


def test_pruning_changes_the_accuracy_and_is_undone(opened):
    page, job, model = opened
    assert page.metric[0].value == accuracy_of(model, job.data_source)
    assert page.metric[0].delta == ""  # nothing is compared before there is a change
    page.text_input(key="inspect.pruned.typed").set_value("90").run()
    page.button(key="inspect.prune_do").click().run()
    assert not page.exception
    assert kept(page, job) == (Prune(0.9),)
    changed = accuracy_of(operate(model, [Prune(0.9)]), job.data_source)
    assert changed != accuracy_of(model, job.data_source)
    assert page.metric[0].value == changed
    assert accuracy_of(model, job.data_source) in page.metric[0].delta
    assert f"{accuracy_of(model, job.data_source)} → **{changed}**" in words(page)
    page.button(key="inspect.undo_change").click().run()
    assert kept(page, job) == ()
    assert page.metric[0].value == accuracy_of(model, job.data_source)


def test_each_button_makes_its_change_and_any_of_them_is_taken_back(opened):
    page, job, _ = opened
    page.segmented_control(key="inspect.operated_layer").set_value(1).run()
    for key in ("noise_do", "noise_do", "temperature_do", "silence_layer_do", "zero_biases_do"):
        page.button(key=f"inspect.{key}").click().run()
        assert not page.exception
    made = kept(page, job)
    assert [change.kind for change in made] == ["noise", "noise", "temperature", "silence_layer", "zero_biases"]
    assert (made[0].seed, made[1].seed, made[3].layer) == (0, 1, 1)
    page.button(key="inspect.remove_3_of_5").click().run()
    assert kept(page, job) == made[:3] + made[4:]
    page.button(key="inspect.undo_all").click().run()
    assert kept(page, job) == ()


def test_a_layer_is_held_at_what_it_puts_out_for_the_image(opened):
    page, job, model = opened
    page.button(key="inspect.freeze_layer_do").click().run()
    assert not page.exception
    (frozen,) = kept(page, job)
    image = torch.from_numpy(digits.load_test_set(job.data_source)[0][0]) / 255
    outputs = layer_now(model, image, 0).output
    assert (frozen.kind, frozen.layer) == ("freeze_layer", 0)
    assert frozen.values == pytest.approx(outputs.tolist(), abs=1e-4)
    assert strings("en")["inspect.did_freeze_layer"].format(layer=1) in words(page)
    page.text_input(key="inspect.test_number.typed").set_value("2").run()  # another image, and the answer stays
    assert page.metric[0].value == accuracy_of(operate(model, [frozen]), job.data_source)
    assert from_json(to_json([frozen])) == (frozen,)


def test_a_bias_is_shifted_where_it_is_read(opened):
    page, job, model = opened
    page.session_state["inspect.change"] = True
    page.session_state["inspect.layer"], page.session_state["inspect.unit"] = 1, 3
    page.segmented_control(key="inspect.section").set_value("units").run()
    page.text_input(key="inspect.shift_by.typed").set_value("-0.25").run()
    for _ in range(2):
        page.button(key="inspect.shift").click().run()
        assert not page.exception
    assert kept(page, job) == (ShiftBias(1, 2, -0.25),) * 2
    shown = float(page.text_input(key="inspect.bias.typed").value)
    assert shown == pytest.approx(model.linears[1].bias[2].item() - 0.5, abs=1e-6)


def test_changes_are_kept_for_each_network(opened):
    page, job, _ = opened
    page.button(key="inspect.zero_biases_do").click().run()
    page.selectbox(key="inspect.network").set_value("bundled").run()
    assert strings("en")["inspect.changes_none"] in words(page)
    page.selectbox(key="inspect.network").set_value(job.id).run()
    assert strings("en")["inspect.did_zero_biases"] in words(page)


def test_a_weight_and_a_bias_are_changed_where_they_are_read(opened):
    page, job, model = opened
    page.session_state["inspect.change"] = True
    page.session_state["inspect.layer"], page.session_state["inspect.unit"] = 1, 3
    page.segmented_control(key="inspect.section").set_value("units").run()
    assert not page.exception
    shown = float(page.text_input(key="inspect.bias.typed").value)
    assert shown == pytest.approx(model.linears[1].bias[2].item(), abs=1e-6)
    page.text_input(key="inspect.bias.typed").set_value("0.75").run()
    page.selectbox(key="inspect.weight_from").set_value(5).run()
    shown = float(page.text_input(key="inspect.weight.typed").value)
    assert shown == pytest.approx(model.linears[1].weight[2, 5].item(), abs=1e-6)
    page.text_input(key="inspect.weight.typed").set_value("-2").run()
    page.button(key="inspect.silence").click().run()
    assert not page.exception
    bias, weight, silence = kept(page, job)
    assert bias == SetBias(1, 2, 0.75)
    assert (weight.layer, weight.unit, weight.input, weight.value) == (1, 2, 5, -2)
    assert silence == SilenceUnit(1, 2)
    assert page.text_input(key="inspect.bias.typed").value == "0.75"


def test_changes_are_sent_and_repeated_and_nonsense_is_refused(opened):
    page, job, _ = opened
    page.session_state["inspect.send"] = True
    page.run()
    wanted = (Prune(0.5), SetBias(0, 3, 0.5))
    for text, expected in (('[{"kind": "explode"}]', ()), (to_json([SetBias(7, 0, 0)]), ()), (to_json(wanted), wanted)):
        page.text_area(key="inspect.pasted").set_value(text)
        page.button(key="inspect.repeat").click().run()
        assert not page.exception
        assert kept(page, job) == expected
        assert (strings("en")["inspect.not_repeated"] in words(page)) == (expected == ())
    assert to_json(wanted) in [code.value for code in page.code]


def test_a_change_that_leaves_no_answer_can_be_taken_back(opened):
    page, job, _ = opened
    page.session_state["changes"] = {job.id: (SetBias(2, 0, 1e4),) + (Temperature(0.01),) * 40}
    page.run()
    assert not page.exception
    assert strings("en")["inspect.changed_too_much"] in words(page)
    page.button(key="inspect.undo_change").click().run()
    assert len(kept(page, job)) == 40


def test_the_changed_network_is_one_to_read_with_on_draw(opened):
    page, job, model = opened
    page.button(key="inspect.zero_biases_do").click().run()
    page.switch_page("pages/draw.py").run()
    assert not page.exception
    choice = f"{readers.CHANGED}{job.id}"
    page.selectbox(key="draw.network").set_value(choice).run()
    assert not page.exception
    assert page.selectbox(key="draw.network").value == choice


def test_what_is_read_with_is_the_changed_network(monkeypatch):
    job, model = run_of(monkeypatch)
    monkeypatch.setattr(readers.changes, "of", lambda network: (ZeroBiases(),) if network == job.id else ())
    monkeypatch.setattr(readers, "t", lambda key, **values: key)
    changed, plain = readers.load(f"{readers.CHANGED}{job.id}"), readers.load(job.id)
    assert changed.id != plain.id
    assert float(changed.model.linears[0].bias.abs().sum().detach()) == 0
    assert torch.equal(plain.model.linears[0].bias, model.linears[0].bias)
    sent = checkpoint.from_bytes(readers.for_browser(f"{readers.CHANGED}{job.id}", changed).to_bytes())
    assert all(torch.equal(a, b) for a, b in zip(sent.parameters(), changed.model.parameters(), strict=True))


def test_a_changed_network_is_calibrated_as_before_but_never_doubted(monkeypatch):
    monkeypatch.setattr(readers, "t", lambda key, **values: key)
    before = readers.load(readers.BUNDLED)
    after = readers.changed(before, (ZeroBiases(),))
    assert after.calibration.temperature == before.calibration.temperature
    assert after.calibration.doubt_threshold is None
    assert readers.changed(before, ()) is before
    header = checkpoint.read_header(readers.for_browser("changed:bundled", after).to_bytes())
    assert header["facts"]["temperature"] == before.calibration.temperature


def test_a_run_starts_from_the_changed_weights(opened, monkeypatch):
    page, job, model = opened
    started = []

    def start(setup, **options):
        started.append((setup, options))
        return job

    monkeypatch.setattr(jobs, "start", start)
    page.button(key="inspect.zero_biases_do").click().run()
    page.button(key=training_on.STARTED).click().run()
    ((setup, options),) = started
    assert setup == job.setup
    sent = checkpoint.from_bytes(options["start_from"])
    assert [float(linear.bias.abs().sum().detach()) for linear in sent.linears] == [0, 0, 0]
    assert torch.equal(sent.linears[0].weight, model.linears[0].weight)


def test_where_train_is_hidden_no_run_is_offered_to_go_there(opened):
    page, _, _ = opened
    page.session_state[keys.HIDDEN] = ("train",)
    page.button(key="inspect.zero_biases_do").click().run()
    assert not page.exception
    assert training_on.STARTED not in [button.key for button in page.button]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_changed_network_is_kept_as_one_of_its_own_and_found_again(open_page, monkeypatch, language):
    run, model = run_of(monkeypatch)
    page = open_page("inspect", language, section="surgery")
    page.selectbox(key="inspect.network").set_value(run.id).run()
    assert "inspect.keep" not in [button.key for button in page.button]  # what is not changed is there already
    page.button(key="inspect.zero_biases_do").click().run()
    page.button(key="inspect.keep").click().run()
    assert not page.exception
    (network,) = page.session_state["brought_networks"]
    name = strings(language)["take_away.kept_network"].format(number=1, count=1, network="784-12-8-10, tanh")
    assert name in page.success[0].value
    assert "inspect.keep" not in [button.key for button in page.button]  # these very numbers are kept
    assert name in page.selectbox(key="inspect.network").options

    page.button(key="inspect.undo_all").click().run()
    assert not page.success
    page.selectbox(key="inspect.network").set_value(network.id).run()
    assert not page.exception
    assert page.metric[0].value == accuracy_of(operate(model, [ZeroBiases()]), run.data_source)
    again = checkpoint.from_bytes(network.content)
    assert torch.equal(again.linears[0].weight, model.linears[0].weight)
    assert [float(linear.bias.abs().sum().detach()) for linear in again.linears] == [0, 0, 0]

    page.switch_page("pages/draw.py").run()
    assert name in page.selectbox(key="draw.network").options
    page.switch_page("pages/runs.py").run()
    page.button(key="runs.to_networks").click().run()
    assert not page.exception
    assert f"**{name}**" in [element.value for element in page.markdown]
    assert [each for each in page.get("download_button") if each.proto.id.endswith(f"runs.bring_file_{network.id}")]


def test_a_kept_network_answers_as_the_changed_one_did_and_can_be_changed_on(open_page, monkeypatch):
    """The ready-made network's logits are divided by a temperature, which its weights do not have in them."""
    page = open_page("inspect", section="surgery")
    page.text_input(key="inspect.pruned.typed").set_value("30").run()
    page.button(key="inspect.prune_do").click().run()
    page.button(key="inspect.keep").click().run()
    (network,) = page.session_state["brought_networks"]
    assert network.size < 1000  # bytes, since everybody has the weights
    changed = readers.changed(readers.load(readers.BUNDLED), [Prune(0.3)])
    assert changed.calibration.temperature != 1
    image = torch.from_numpy(digits.load_test_set("builtin")[0][0]) / 255
    with monkeypatch.context() as patch:
        patch.setattr(brought_networks, "all_of_them", lambda: {network.id: network})
        assert readers.load(network.id).read(image).probabilities == changed.read(image).probabilities
        file = readers.file_of(network)
    assert torch.equal(checkpoint.from_bytes(file).linears[0].weight, changed.model.linears[0].weight)
    assert from_json(checkpoint.read_header(file)["facts"]["changes"]) == (Prune(0.3),)

    page.selectbox(key="inspect.network").set_value(network.id).run()
    page.button(key="inspect.zero_biases_do").click().run()
    page.button(key="inspect.keep").click().run()
    assert not page.exception
    second = page.session_state["brought_networks"][-1]
    assert (second.number, second.changes, second.made, second.content) == (2, 1, (Prune(0.3), ZeroBiases()), b"")


def test_what_is_more_than_is_kept_of_one_visitor_can_only_be_downloaded(opened, monkeypatch):
    page, _, model = opened
    monkeypatch.setattr(brought_networks, "MOST_BYTES", 4 * model.config.parameter_count)
    page.button(key="inspect.zero_biases_do").click().run()
    assert "inspect.keep" not in [button.key for button in page.button]
    assert page.get("download_button")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_run_that_was_trained_on_is_not_called_fine_tuned(open_page, monkeypatch, language):
    """It was, on the visitor's digits, of which it had none."""
    job, _ = run_of(monkeypatch)
    job.is_fine_tuning = True
    page = open_page("inspect", language, section="surgery")
    assert strings(language)["common.trained_on"] in page.selectbox(key="inspect.network").options[1]
    assert own_share_words(job, language) == strings(language)["own_digits.trained_on"]


def own_share_words(job, language: str) -> str:
    from nnlab.ui import text
    from nnlab.ui.train import own_share

    with text.speaking(language):
        return own_share.describe(job)
