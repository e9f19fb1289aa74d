"""All weights start at 0: the neurons of a layer are all alike, and stay so."""

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.teaching.curves import stays_above
from nnlab.teaching.results import Results
from nnlab.teaching.steps import Choice, Claim, Experiment, Explain, Guess, Look, Run, Trial, Verdict

TRAIN = TrainConfig("sgd", 0.1, batch_size=64, epochs=1, training_images=10_000)
SIZES = (32,)


def _setup(activation: str, initialization: str) -> Setup:
    return Setup(ModelConfig(SIZES, activation, initialization), TRAIN)


TRIALS = (
    Trial("zeros", _setup("tanh", "zeros")),
    Trial("random", _setup("tanh", "lecun"), ("different_neurons",)),
    Trial("alike", _setup("sigmoid", "zeros"), ("different_neurons",)),
)


def _learns(results: Results) -> str:
    accuracy = results["zeros"].accuracy
    return "nothing" if accuracy < 0.2 else "slower" if accuracy < results["random"].accuracy - 0.02 else "same"


def _nothing_learned(results: Results) -> Verdict:
    zeros, random = results["zeros"], results["random"]
    holds = stays_above(*zeros.train_loss, level=2.2) and zeros.accuracy < 0.2 < 0.8 < random.accuracy
    return Verdict(holds, {"loss": zeros.final_loss, "zeros": zeros.accuracy, "random": random.accuracy})


def _all_alike(results: Results) -> Verdict:
    alike, random = results["alike"].numbers["different"], results["random"].numbers["different"]
    numbers = {"alike": alike, "random": random, "accuracy": results["alike"].accuracy}
    return Verdict(alike == 1 and random == SIZES[0], numbers)


EXPERIMENT = Experiment(
    "zeros",
    10,
    TRIALS,
    (
        Choice("learns", ("nothing", "slower", "same"), _learns),
        Run("first", ("zeros", "random")),
        Explain(Claim("nothing_learned", _nothing_learned)),
        Guess("count", "neurons", 1, 32, 1, 0, lambda results: results["alike"].numbers["different"]),
        Run("second", ("alike",)),
        Explain(Claim("all_alike", _all_alike)),
        Look("weights", "inspect", trial="alike"),
    ),
)
