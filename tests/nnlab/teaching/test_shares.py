"""The shares belong to the trials and claims as they are, and a part of them is measured again."""

import json
from dataclasses import replace

import pytest

from nnlab.teaching import shares
from nnlab.teaching.experiments import EXPERIMENTS
from nnlab.teaching.trials import measure
from tests.hostile import IS_LONG

CHEAP = ("zeros", "learning_rate")  # together less than a test in a browser takes
SEEDS = range(shares.SEEDS) if IS_LONG else range(1)
TRIED = EXPERIMENTS if IS_LONG else CHEAP
stored = json.loads(shares.FILE.read_text("utf-8"))


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_claim_was_tried_on_these_trials(name):
    assert shares.stored_fingerprint(name) == shares.fingerprint(EXPERIMENTS[name].trials), "run python -m tools.claims"
    assert stored[name]["claims"].keys() == {claim.name for claim in EXPERIMENTS[name].claims}
    assert all(len(held) >= 10 for held in stored[name]["claims"].values())


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_claim_holds_in_eight_of_ten_seeds(name):
    for claim in EXPERIMENTS[name].claims:
        share = shares.share_of(name, claim.name)
        assert share.held >= 0.8 * share.seeds, claim.name


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", TRIED)
def test_a_claim_comes_out_as_it_is_stored(mnist, one_thread, name, seed):
    experiment = EXPERIMENTS[name]
    results = {trial.name: measure(trial, mnist, seed) for trial in experiment.trials}
    for claim in experiment.claims:
        assert claim.judge(results).holds == stored[name]["claims"][claim.name][seed], claim.name


def test_a_claim_that_nobody_has_tried_has_no_share():
    assert shares.share_of("zeros", "something else") is None
    assert shares.share_of("something else", "nothing_learned") is None


def test_a_share_counts_the_seeds_with_which_it_held(monkeypatch):
    monkeypatch.setattr(shares, "_read", lambda: {"zeros": {"trials": "", "claims": {"one": [True, False, True]}}})
    assert shares.share_of("zeros", "one") == (2, 3)


def test_another_trial_has_another_fingerprint():
    (first, *others) = EXPERIMENTS["zeros"].trials
    longer = replace(first, setup=replace(first.setup, train=replace(first.setup.train, epochs=2)))
    changes = [longer, replace(first, name="other"), replace(first, probes=("edits",)), replace(first, seed_offset=1)]
    prints = {shares.fingerprint((change, *others)) for change in (first, *changes)}
    assert len(prints) == 5


def test_experiments_that_were_not_tried_anew_keep_their_shares(monkeypatch):
    monkeypatch.setattr(shares, "_read", lambda: {"zeros": {"trials": "old"}, "no more": {"trials": "old"}})
    text = shares.with_new({"surgery": {"spares": [True]}}, EXPERIMENTS)
    assert json.loads(text) == {
        "zeros": {"trials": "old"},
        "surgery": {"trials": shares.fingerprint(EXPERIMENTS["surgery"].trials), "claims": {"spares": [True]}},
    }
