"""The visitor's own digits on the Train page, as far as a run needs them: which it gets, and what it made of them.

The digits are drawn and kept on the Draw page, in ``collection``. A run holds its own copy, so that it stays what it
was when the visitor draws more, and is still whole when the gallery is gone.

Read next: ``own_panel``, what the page shows of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nnlab.sources.own import choose
from nnlab.sources.published import is_of_digits
from nnlab.ui import collection, digits, keys
from nnlab.ui.numbers import change, percent
from nnlab.ui.text import t

if TYPE_CHECKING:
    from nnlab.runs.run import Job
    from nnlab.sources.own import OwnDigits

MANY = 1000  # images: with so many or more, a hundredth of a per cent says something

_TABLE = '<table class="nnlab-before-after"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def chosen() -> OwnDigits | None:
    """The gallery's digits, divided as the switch says; None while there are none."""
    images, labels = collection.arrays()
    if not len(labels):
        return None
    return choose(images, labels, holds_out(), collection.only_test())


def for_next_run() -> OwnDigits | None:
    """What a run started from the controls mixes into its training images; None if nothing."""
    own = chosen() if mixes() and is_of_digits(st.session_state.get(keys.Train.setting("source"), "auto")) else None
    return own if own and own.trained_count else None


def holds_out() -> bool:
    """Whether every second one of a digit is kept back, to test with."""
    return st.session_state.get(keys.Train.HOLD_OUT, True)


def mixes() -> bool:
    """Whether a run started from the controls gets them."""
    return st.session_state.get(keys.Train.MIX_OWN, False)


def has_changed(job: Job) -> bool:
    """Whether the next run from the controls would get other digits of the visitor's than this one."""
    return job.own_digits != for_next_run()


def describe(job: Job) -> str:
    """What is special about a run's start and its images, in a sentence or two; "" for most runs."""
    own = job.own_digits
    words = []
    if job.is_fine_tuning:
        words.append(t("own_digits.fine_tuned" if own else "own_digits.trained_on"))
    if own:
        words.append(t("own_digits.mixed_in", count=own.trained_count))
        if own.held_out_count:
            words.append(t("own_digits.kept_back", count=own.held_out_count))
    return " ".join(words)


def before_after(job: Job) -> None:
    """A small table: what the network read correctly before the first step, and what it does by now.

    It is there from the start, with dashes for what is not measured yet, so that nothing moves when the numbers come.
    """
    own, tests = job.own_digits, {test.step: test for test in job.history.evaluations if not test.is_sample}
    scores = {score.step: score for score in job.own_scores if score.step in tests}
    last = max(scores, default=0)
    samples = next(iter(tests.values())).test_samples if tests else 0
    rows = [
        (t("own_digits.row_trained"), own.trained_count, lambda step: scores[step].trained_right),
        (t("own_digits.row_held_out"), own.held_out_count, lambda step: scores[step].held_out_right),
        (
            t("own_digits.row_test", source=digits.name_of(job.data_source)),
            samples,
            lambda step: round(tests[step].test_accuracy * samples),
        ),
    ]
    before = t("own_digits.before_bundled" if job.is_fine_tuning else "own_digits.before_random")
    after = t("own_digits.after", epoch=f"{tests[last].epoch:.2f}") if last else t("own_digits.after_none")
    lines = [(t("own_digits.right"), before, after, t("own_digits.change"))]
    for name, count, right_after in rows if own.held_out_count else [rows[0], rows[2]]:
        first = right_after(0) if 0 in scores else None
        latest = right_after(last) if last else None
        lines.append((name, _share(first, count), _share(latest, count), _change_of(first, latest)))
    head, *body = ("".join(f"<td>{cell}</td>" for cell in line) for line in lines)
    st.html(_TABLE.format(head=head.replace("td>", "th>"), body="".join(f"<tr>{cells}</tr>" for cells in body)))
    st.caption(t("own_digits.honest" if own.held_out_count else "own_digits.by_heart"))


def _share(right: int | None, count: int) -> str:
    if right is None:
        return t("common.unknown")
    share = percent(right / count, 2 if count >= MANY else 0)
    return t("own_digits.share", right=f"{right:,}", count=f"{count:,}", share=share)


def _change_of(before: int | None, after: int | None) -> str:
    return t("common.unknown") if before is None or after is None else change(after - before)
