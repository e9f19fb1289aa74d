"""What one neuron can tell apart, and what it needs others for."""

from nnlab.teaching.results import Results
from nnlab.teaching.steps import Choice, Claim, Experiment, Explain, Guess, Run, Trial, Verdict
from nnlab.teaching.tasks import TASKS

ALONE = ("zero_one", "four_nine", "even")
TRIALS = tuple(Trial(name, None, (name,)) for name in TASKS)
HELPS = 0.02  # from here on more of the test digits are "a few more", from twice as many on "many more"


def _accuracies(results: Results) -> dict[str, float]:
    return {name: result.numbers["accuracy"] for name, result in results.items()}


def _easiest(results: Results) -> str:
    return max(ALONE, key=lambda name: results[name].numbers["accuracy"])


def _gain(results: Results) -> float:
    return results["even_hidden"].numbers["accuracy"] - results["even"].numbers["accuracy"]


def _help(results: Results) -> str:
    gain = _gain(results)
    return "little" if gain < HELPS else "some" if gain < 2 * HELPS else "much"


def _one_border(results: Results) -> Verdict:
    numbers = _accuracies({name: results[name] for name in ALONE})
    holds = numbers["zero_one"] > 0.99 > numbers["four_nine"] > numbers["even"] + 0.03
    return Verdict(holds, {**numbers, "wrong": 100 * (1 - numbers["even"])})


def _more_borders(results: Results) -> Verdict:
    numbers = _accuracies({name: results[name] for name in ("even", "even_hidden")})
    return Verdict(_gain(results) > 2 * HELPS, {**numbers, "gain": 100 * _gain(results)})


EXPERIMENT = Experiment(
    "one_neuron",
    12,
    TRIALS,
    (
        Choice("easiest", ALONE, _easiest),
        Guess("even_right", "percent", 50, 100, 1, 4, lambda results: 100 * results["even"].numbers["accuracy"]),
        Run("alone", ALONE),
        Explain(Claim("one_border", _one_border)),
        Choice("help", ("little", "some", "much"), _help),
        Run("together", ("even_hidden",)),
        Explain(Claim("more_borders", _more_borders)),
    ),
)
