"""``tools.claims`` goes on where it was, and runs what two experiments share once."""

import json

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.teaching.experiments import EXPERIMENTS
from nnlab.teaching.results import Result
from nnlab.teaching.steps import Claim, Experiment, Explain, Trial, Verdict
from tools import claims

SETUP = Setup(ModelConfig((4,)), TrainConfig("adam", 0.01, batch_size=100, epochs=1, training_images=400))
HALF = Claim("half", lambda results: Verdict(results["one"].losses[0] > 2.4))
EXPERIMENT = Experiment("made up", 5, (Trial("one", SETUP, ("dead_neurons",)),), (Explain(HALF),))


def test_a_result_is_measured_once_and_kept(tiny_digits, tmp_path, monkeypatch):
    first = claims.result_of(EXPERIMENT.trials[0], 3, tmp_path, tiny_digits)
    monkeypatch.setattr(claims, "measure", None)
    assert claims.result_of(EXPERIMENT.trials[0], 3, tmp_path, tiny_digits).to_plain() == first.to_plain()


def test_a_claim_is_tried_with_each_seed(tiny_digits, tmp_path):
    held = claims.try_claims(EXPERIMENT, 4, tmp_path, tiny_digits)
    losses = [claims.result_of(EXPERIMENT.trials[0], seed, tmp_path, tiny_digits).losses[0] for seed in range(4)]
    assert held == {"half": [loss > 2.4 for loss in losses]}
    assert len(set(losses)) == 4


def test_what_would_be_another_measurement_has_a_place_of_its_own(tmp_path):
    notes, again = (EXPERIMENTS["notes"].trial(name) for name in ("notes", "again"))
    assert claims.place(tmp_path, again, 4) == claims.place(tmp_path, notes, 5)
    places = {
        claims.place(tmp_path, trial, seed)
        for trial in (Trial("a", SETUP), Trial("a", SETUP, ("edits",)), Trial("a", None, ("even",)))
        for seed in (0, 1)
    }
    assert len(places) == 6


def test_a_kept_result_is_read_from_its_file(tiny_digits, tmp_path):
    place = claims.place(tmp_path, EXPERIMENT.trials[0], 0)
    made = Result(numbers={"dead": 0.123})
    place.write_text(json.dumps(made.to_plain()))
    assert claims.result_of(EXPERIMENT.trials[0], 0, tmp_path, tiny_digits).numbers == {"dead": 0.123}
