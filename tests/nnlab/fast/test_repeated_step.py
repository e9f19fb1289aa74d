"""Steps recorded and replayed: as on a GPU, where there is one, and as far as a processor can act one."""

import warnings
from dataclasses import replace

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from nnlab.config import ACTIVATION_NAMES, ModelConfig, TrainConfig
from nnlab.fast import repeated_step as replay
from nnlab.optim import OPTIMIZERS
from nnlab.training import TrainingRun

NETWORK = ModelConfig((16, 12))
TRAINING = TrainConfig(
    "momentum", 0.02, batch_size=32, epochs=6, training_images=100, schedule="one_cycle", l1=1e-5, l2=1e-4
)  # 4 steps an epoch: 32, 32, 32, 4


class Recording(TorchDispatchMode):
    """What CUDA does when it records a graph, done by the processor.

    Every operation is kept with the very tensors and numbers of this one time. Nothing is done: what the operations
    change in memory that was there before is put back at the end. ``replay`` does them all again on the same memory.
    """

    def __init__(self):
        super().__init__()
        self.operations = []
        self.before = {}  # memory -> what was in it
        self.made = set()  # memory of tensors that were made meanwhile

    def __torch_dispatch__(self, operation, types, arguments=(), options=None):
        options = options or {}
        for tensor in self.tensors((arguments, options)):
            if self.memory(tensor) not in self.made:
                self.before.setdefault(self.memory(tensor), self.bytes_of(tensor).clone())
        results = operation(*arguments, **options)
        self.made |= {self.memory(tensor) for tensor in self.tensors(results)} - set(self.before)
        self.operations.append((operation, arguments, options, results))
        return results

    @staticmethod
    def tensors(tree):
        return [leaf for leaf in tree_leaves(tree) if isinstance(leaf, torch.Tensor)]

    @staticmethod
    def memory(tensor):
        return tensor.untyped_storage().data_ptr()

    @staticmethod
    def bytes_of(tensor):
        return torch.empty(0, dtype=torch.uint8).set_(tensor.untyped_storage())

    def undo(self):
        for _, arguments, options, _ in self.operations:
            for tensor in self.tensors((arguments, options)):
                before = self.before.get(self.memory(tensor))
                if before is not None:
                    self.bytes_of(tensor).copy_(before)

    def replay(self):
        for operation, arguments, options, results in self.operations:
            again = self.tensors(operation(*arguments, **options))
            for old, new in zip(self.tensors(results), again, strict=True):
                if old.data_ptr() != new.data_ptr():
                    old.copy_(new)


recorded = []  # the recordings that were made


def record(work):
    recording = Recording()
    with recording:
        work()
    recording.undo()
    recorded.append(recording)
    return recording.replay


@pytest.fixture
def acted(monkeypatch):
    """The processor records steps."""
    recorded.clear()
    monkeypatch.setitem(replay.RECORDERS, "cpu", record)
    return recorded


def weights(run):
    return run.parameters.values.clone()


def test_a_recording_repeats_the_work_and_not_the_thought():
    """The double itself: recording 2 x + n with n = 1 changes nothing, and replaying knows of another x, but not n."""
    x, y, numbers = torch.ones(2), torch.zeros(2), [1]

    def work():
        torch.add(2 * x, numbers[0], out=y)

    again = record(work)
    assert y.tolist() == [0, 0]
    x.fill_(5)
    numbers[0] = 7
    again()
    assert y.tolist() == [11, 11]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("clip", [0, 0.1])
def test_replayed_steps_are_the_steps_to_the_bit(acted, optimizer, clip, tiny_digits, monkeypatch):
    """Another rate at each step, a short batch each epoch, penalties: all that changes is in memory."""
    training = replace(TRAINING, optimizer=optimizer, learning_rate=0.003, gradient_clip=clip)
    replayed = TrainingRun(NETWORK, training, tiny_digits)
    records = replayed.advance(24)
    assert len(acted) == 2  # one for 32 images, one for 4
    monkeypatch.delitem(replay.RECORDERS, "cpu")
    usual = TrainingRun(NETWORK, training, tiny_digits)
    assert usual.advance(24) == records
    assert torch.equal(weights(usual), weights(replayed))
    assert records[-1].loss < records[0].loss


@pytest.mark.parametrize("activation", ACTIVATION_NAMES)
def test_with_every_activation(acted, activation, tiny_digits, monkeypatch):
    network = ModelConfig((16, 12), activation)
    replayed = TrainingRun(network, TRAINING, tiny_digits)
    records = replayed.advance(10)
    assert acted
    monkeypatch.delitem(replay.RECORDERS, "cpu")
    assert TrainingRun(network, TRAINING, tiny_digits).advance(10) == records


def test_a_new_rate_and_an_earlier_state_reach_a_recording(acted, tiny_digits, monkeypatch):
    def curve():
        run = TrainingRun(NETWORK, replace(TRAINING, optimizer="adam"), tiny_digits)
        run.advance(8)
        state = run.state_dict()
        run.set_learning_rate(0.001)
        first = run.advance(6)
        run.load_state_dict(state)
        return first, run.advance(6), weights(run)

    replayed = curve()
    assert acted
    monkeypatch.delitem(replay.RECORDERS, "cpu")
    usual = curve()
    assert replayed[:2] == usual[:2]
    assert torch.equal(replayed[2], usual[2])
    assert replayed[0] != replayed[1]


def test_augmented_images_are_put_where_the_recording_reads(acted, tiny_digits, monkeypatch):
    training = replace(TRAINING, augmentation=True)
    records = TrainingRun(NETWORK, training, tiny_digits).advance(10)
    assert acted
    monkeypatch.delitem(replay.RECORDERS, "cpu")
    assert TrainingRun(NETWORK, training, tiny_digits).advance(10) == records


def test_steps_with_dropout_are_taken_one_by_one(acted, tiny_digits):
    """Their masks come from the step's number, which a recording would have frozen."""
    TrainingRun(replace(NETWORK, dropout=0.2), TRAINING, tiny_digits).advance(10)
    assert not acted


def test_where_recording_fails_steps_are_taken_as_usual_and_it_is_said_once(tiny_digits, monkeypatch):
    def refuse(work):
        raise RuntimeError("operation not permitted when stream is capturing")

    expected = TrainingRun(NETWORK, TRAINING, tiny_digits).advance(3 * 4)
    monkeypatch.setitem(replay.RECORDERS, "cpu", refuse)
    run = TrainingRun(NETWORK, TRAINING, tiny_digits)
    first = run.advance(4)
    with pytest.warns(UserWarning, match="not permitted") as said:
        first += run.advance(4)
    assert len(said) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert first + run.advance(3) == expected[:11]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_on_a_gpu_replayed_steps_are_the_usual_ones(optimizer, tiny_digits, monkeypatch):
    training = replace(TRAINING, optimizer=optimizer, learning_rate=0.003)
    replayed = TrainingRun(NETWORK, training, tiny_digits, "cuda")
    losses = [record.loss for record in replayed.advance(24)]
    assert replayed._steps[32].repeated._repeat
    monkeypatch.delitem(replay.RECORDERS, "cuda")
    usual = TrainingRun(NETWORK, training, tiny_digits, "cuda")
    assert [record.loss for record in usual.advance(24)] == pytest.approx(losses, rel=1e-4)
