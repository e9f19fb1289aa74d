"""The words around a run's pulses."""

from nnlab.inspection import health
from nnlab.ui import pulse


def test_saturated_is_told_as_it_is_counted():
    assert pulse.SATURATION_THRESHOLD == health.SATURATION_THRESHOLD
