"""How the answers that the visitors waited for are summed up."""

from __future__ import annotations

from tests.load.visitors import describe


def test_of_twenty_answers_the_second_slowest_is_the_95th_percentile():
    assert describe([20.0, *range(1, 20)]) == "20 answers, median 10.50 s, p95 19.00 s"
    assert describe([3.0]) == "1 answers, median 3.00 s, p95 3.00 s"
    assert describe([]) == "none"
