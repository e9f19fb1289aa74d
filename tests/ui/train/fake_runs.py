"""Runs that stand still and note their commands; the real ones are tested in the browser."""

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.records import Evaluation, StepRecord
from nnlab.runs import run
from nnlab.runs.curve import Curve
from nnlab.runs.history import History, to_rows
from nnlab.runs.pulses import Pulses


class FakeJob:
    """A run that notes its commands and stands still; the real ones are tested in the browser."""

    id, steering_key, owner, data_root, threads = "made-up", "the key", "", None, 1
    created, latest_evaluation = 0.0, None
    images_per_second, seconds_left, elapsed_seconds, recovered_from = 78_000.0, 83.4, 12.5, None

    def __init__(self, setup: Setup, status: str = "running"):
        self.setup, self.status, self.commands = setup, status, []
        self.reason = run.Reason("crashed", "made up") if status == "failed" else None
        self.learning_rate = setup.train.learning_rate
        self.step, self.history = 50, History()
        self.curve = Curve(self.history, setup.train)
        self.pulses = Pulses(setup.model, setup.train.steps_per_epoch)
        self.data_source, self.data_root = "mnist", None
        self.is_fine_tuning, self.own_digits, self.own_scores = False, None, []
        records = [StepRecord(step, step / 100, 2 / step, 0.5, 0.01, 64) for step in range(1, 51)]
        self.history.add_steps(to_rows(records, [0.0] * 50))
        self.history.add_evaluation(Evaluation(50, 0.5, 0.3, 0.91, 0.35, 0.9, 10_000, 10_000))

    is_over = property(lambda self: self.status in run.OVER)
    epoch = property(lambda self: self.step / self.setup.train.steps_per_epoch)

    def __getattr__(self, name):
        if name not in ("pause", "resume", "step_once", "run_epoch", "stop"):
            raise AttributeError(name)
        return lambda *values: self.commands.append((name, *values))

    def set_learning_rate(self, rate):
        self.learning_rate = rate
        self.commands.append(("set_learning_rate", rate))

    def snapshot(self):
        return None

    def states(self):
        return []

    def state_steps(self):
        return frozenset(state.step for state in self.states())

    def wait_for(self, *statuses, timeout):
        return self.status in statuses

    def wait_until(self, condition, timeout):
        return condition()


SETUP = Setup(ModelConfig((5,)), TrainConfig(epochs=2, training_images=600))
