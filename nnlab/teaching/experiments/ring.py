"""What a network can tell apart in a plane without a hidden layer, with one, and with other inputs."""

from nnlab.teaching.results import Results
from nnlab.teaching.steps import Choice, Claim, Experiment, Explain, Look, Run, Trial, Verdict

SIZES = ("alone", "two", "three", "four")
TRIALS = tuple(Trial(name, None, (f"ring_{name}",)) for name in (*SIZES, "squares"))
ENOUGH = 0.95  # of the points: the border goes round the ring
LITTLE = 0.7  # guessing gets 0.5


def _accuracies(results: Results, names: tuple[str, ...]) -> dict[str, float]:
    return {name: results[name].numbers["accuracy"] for name in names}


def _enough(results: Results) -> str:
    found = _accuracies(results, SIZES)
    return next((name for name in SIZES if found[name] > ENOUGH), SIZES[-1])


def _with_squares(results: Results) -> str:
    accuracy = results["squares"].numbers["accuracy"]
    return "same" if accuracy < LITTLE else "some" if accuracy <= ENOUGH else "all"


def _round_it(results: Results) -> Verdict:
    found = _accuracies(results, SIZES)
    return Verdict(found["alone"] < LITTLE and found["two"] <= ENOUGH < found["three"], found)


def _straight_again(results: Results) -> Verdict:
    found = _accuracies(results, ("alone", "squares"))
    return Verdict(found["alone"] < LITTLE and found["squares"] > ENOUGH, found)


EXPERIMENT = Experiment(
    "ring",
    10,
    TRIALS,
    (
        Choice("enough", SIZES, _enough),
        Run("sizes", SIZES),
        Explain(Claim("round_it", _round_it)),
        Look("plane", "learn", "lesson=plane&plane=hidden:3"),
        Choice("inputs", ("same", "some", "all"), _with_squares),
        Run("squared", ("squares",)),
        Explain(Claim("straight_again", _straight_again)),
    ),
)
