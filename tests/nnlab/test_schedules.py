"""The learning rate's schedules: where they begin and end, and against torch's schedulers."""

import pytest
import torch

from nnlab.config import SCHEDULE_NAMES
from nnlab.schedules import SCHEDULES, scheduled_rate


def test_the_registry_holds_the_menu_in_its_order():
    assert tuple(SCHEDULES) == SCHEDULE_NAMES


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_schedule_stays_between_0_and_the_rate_given_and_reaches_it(schedule):
    rates = [scheduled_rate(schedule, 0.2, step, 1000) for step in range(1000)]
    assert all(0 < rate <= 0.2 for rate in rates)
    assert max(rates) == pytest.approx(0.2, rel=1e-4)
    assert scheduled_rate(schedule, 0.2, 0, 1) == rates[0]


@pytest.mark.parametrize(
    ("schedule", "start", "end"), [("constant", 1, 1), ("step", 1, 0.01), ("cosine", 1, 0), ("one_cycle", 1 / 25, 0)]
)
def test_where_a_schedule_begins_and_ends(schedule, start, end):
    assert scheduled_rate(schedule, 0.2, 0, 1000) == pytest.approx(0.2 * start)
    assert scheduled_rate(schedule, 0.2, 999, 1000) == pytest.approx(0.2 * end, abs=1e-5)


@pytest.mark.parametrize(
    ("schedule", "scheduler", "tolerance"),
    [
        ("cosine", lambda optimizer: torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=200), 1e-9),
        ("step", lambda optimizer: torch.optim.lr_scheduler.MultiStepLR(optimizer, [100, 150], gamma=0.1), 1e-9),
        # torch counts 199 intervals between 200 steps and ends at a 250,000th, ours has 200 and ends at 0.
        ("one_cycle", lambda optimizer: torch.optim.lr_scheduler.OneCycleLR(optimizer, 1.0, total_steps=200), 0.02),
    ],
)
def test_a_schedule_equals_torch_s(schedule, scheduler, tolerance):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    reference = scheduler(optimizer)
    for step in range(200):
        assert scheduled_rate(schedule, 1.0, step, 200) == pytest.approx(reference.get_last_lr()[0], abs=tolerance)
        optimizer.step()
        reference.step()
