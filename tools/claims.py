"""How often the claims of the guided experiments come out: ``python -m tools.claims`` writes teaching/shares.json.

Needs the MNIST files (``NNLAB_DATA_DIR``) and one core. Each trial is carried out with each seed; its result is kept,
so that an interrupted measurement goes on where it was, and a trial that two experiments share is run once.
"""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

import torch

from nnlab.config import to_dict
from nnlab.data import DigitData
from nnlab.paths import cache_dir, write_whole
from nnlab.teaching import shares
from nnlab.teaching.experiments import EXPERIMENTS
from nnlab.teaching.results import Result
from nnlab.teaching.steps import Experiment, Trial
from nnlab.teaching.trials import measure
from tools.command_line import check_names, mnist, parser_of, whole

STEPS_A_SECOND = 500  # of a network of the experiments' size, on one old core: for the estimate before the start
OTHER_SECONDS = 3.0  # a trial without a set-up


def main() -> None:
    parser = parser_of("claims", __doc__)
    parser.add_argument("names", nargs="*", default=list(EXPERIMENTS), help="experiments; default: all")
    parser.add_argument("--seeds", type=whole(1, 1000), default=shares.SEEDS, help="how many, from 0")
    parser.add_argument("--kept", type=Path, default=cache_dir() / "claims", help="folder of the results")
    arguments = parser.parse_args()
    check_names(parser, arguments.names, EXPERIMENTS)
    chosen = {name: EXPERIMENTS[name] for name in arguments.names}
    torch.set_num_threads(1)
    arguments.kept.mkdir(parents=True, exist_ok=True)
    wanted = {
        place(arguments.kept, trial, seed): trial
        for experiment in chosen.values()
        for trial in experiment.trials
        for seed in range(arguments.seeds)
    }
    missing = [trial for file, trial in wanted.items() if not file.exists()]
    print(f"{len(missing)} of {len(wanted)} trials to carry out: about {sum(map(estimate, missing)) / 60:.0f} minutes")
    data = mnist(parser)
    held = {name: try_claims(experiment, arguments.seeds, arguments.kept, data) for name, experiment in chosen.items()}
    write_whole(shares.FILE, shares.with_new(held, EXPERIMENTS).encode())


def estimate(trial: Trial) -> float:
    """Seconds that a trial takes, roughly."""
    return trial.setup.train.total_steps / STEPS_A_SECOND if trial.setup else OTHER_SECONDS


def place(folder: Path, trial: Trial, seed: int) -> Path:
    """The file of a result: another one for whatever would be another run or another measurement of it."""
    setup = to_dict(trial.seeded(seed)) if trial.setup else trial.seed(seed)
    key = json.dumps([setup, trial.probes], sort_keys=True)
    return folder / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.json"


def result_of(trial: Trial, seed: int, folder: Path, data: DigitData) -> Result:
    """The result that was kept, or a new one, which is then kept."""
    file = place(folder, trial, seed)
    if not file.exists():
        write_whole(file, json.dumps(measure(trial, data, seed).to_plain()).encode())
    return Result.from_plain(json.loads(file.read_text("utf-8")))


def try_claims(experiment: Experiment, seeds: int, folder: Path, data: DigitData) -> dict[str, list[bool]]:
    """For each claim, whether it held with the seeds 0, 1, 2, ..."""
    held: dict[str, list[bool]] = {claim.name: [] for claim in experiment.claims}
    started = time.monotonic()
    for seed in range(seeds):
        results = {trial.name: result_of(trial, seed, folder, data) for trial in experiment.trials}
        for claim in experiment.claims:
            verdict = claim.judge(results)
            held[claim.name].append(verdict.holds)
            numbers = ", ".join(f"{name} {number:.4g}" for name, number in verdict.numbers.items())
            print(f"{experiment.name} seed {seed}: {claim.name} {'holds' if verdict.holds else 'FAILS'}: {numbers}")
        answers = {ask.name: ask.outcome(results) for ask in experiment.asks if ask.name and not hasattr(ask, "series")}
        print(f"{experiment.name} seed {seed}: {answers}", flush=True)
    for name, outcomes in held.items():
        print(f"{experiment.name}: {name} held with {sum(outcomes)} of {len(outcomes)} seeds")
    print(f"{experiment.name}: {time.monotonic() - started:.0f} s", flush=True)
    return held


if __name__ == "__main__":
    main()
