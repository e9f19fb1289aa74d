"""The weights that a run had along its way, so that one can look back: at its start, early on, and after epochs.

A network learns fastest in its first steps. So these are marked: the steps 1, 2, 5, 10, 20, 50, ... of the first epoch,
then ends of epochs: each of the first 15, every second one up to 30, every fourth up to 60, and so on. A mark depends
on nothing but the step: the same run leaves the same trail, in whichever worker, on however busy a machine.

The worker sends its weights at each mark, and the server keeps them here, where they outlive the worker. The trail of a
run that is over and kept on the disk is read there when somebody looks back, and takes no memory.

Read next: ``register``, which keeps all trails together within their memory.
"""

from __future__ import annotations

from collections.abc import Callable

from nnlab.runs.snapshot import Snapshot, halved

EARLY_MARKS = tuple(digit * 10**power for power in range(5) for digit in (1, 2, 5))  # 1, 2, 5, ... 50,000
EPOCH_BITS = 4  # an epoch's number is marked if its binary digits after the first four are 0: 8 in each doubling
MOST_STATES = 24  # of a run; one more, and every second one goes


def is_mark(step: int, steps_per_epoch: int) -> bool:
    """Whether the weights after this step are worth keeping.

    Example:
        >>> [step for step in range(41) if is_mark(step, 8)]
        [0, 1, 2, 5, 8, 16, 24, 32, 40]
    """
    if step < steps_per_epoch:
        return step == 0 or step in EARLY_MARKS
    epoch, rest = divmod(step, steps_per_epoch)
    return rest == 0 and epoch % (1 << max(0, epoch.bit_length() - EPOCH_BITS)) == 0


class Trail:
    """What is kept of one run.

    Attributes:
        held: the weights that are in memory, in float16, in the order of their steps. When there are too many, every
            second one goes; the first and the last stay.
        put_away: steps of the weights that are elsewhere; see ``put_away_to``.
    """

    def __init__(self, steps_per_epoch: int):
        self.steps_per_epoch = steps_per_epoch
        self.held: tuple[Snapshot, ...] = ()
        self.put_away: frozenset[int] = frozenset()
        self._read: Callable[[], tuple[Snapshot, ...]] = tuple

    @property
    def states(self) -> tuple[Snapshot, ...]:
        """All weights, in the order of their steps; those that are elsewhere are read there."""
        away = self._read() if self.put_away else ()
        return (*(state for state in away if state.step in self.put_away), *self.held)

    @property
    def steps(self) -> frozenset[int]:
        """The steps of ``states``, which are not read for this."""
        return self.put_away.union(state.step for state in self.held)

    @property
    def bytes(self) -> int:
        """Memory that it takes."""
        return sum(len(state.weights) for state in self.held)

    def add(self, snapshot: Snapshot) -> None:
        """Keep weights that were taken at a mark. After a recovery some come again, the same to the bit."""
        is_news = snapshot.step > max(self.steps, default=-1)
        if not is_news or not is_mark(snapshot.step, self.steps_per_epoch):
            return
        try:
            state = halved(snapshot)
        except Exception:  # a worker has sent what is no file: whoever loads the newest weights will say so
            return
        if state is None:
            return
        self.held = (*self.held, state)
        if len(self.held) > MOST_STATES:
            self.thin()

    def put_away_to(self, read: Callable[[], tuple[Snapshot, ...]], steps: frozenset[int]) -> None:
        """Let go of the weights of these steps, which ``read`` gives from now on, in their order."""
        self._read = read
        self.put_away = self.put_away.union(steps & self.steps)
        self.held = tuple(state for state in self.held if state.step not in steps)

    def thin(self) -> None:
        """Let every second one in memory go, but neither the first nor the last."""
        *others, last = self.held
        self.held = (*others[::2], last)

    def clear(self) -> None:
        """Let all go that are in memory."""
        self.held = ()
