"""Advice on a run, by rules and without guessing: how it is going, and what to try next.

Read before: ``situation``, then ``rules``.
"""

from __future__ import annotations

from nnlab.teaching.rules import RULES, diverged, sure_to_learn
from nnlab.teaching.situation import FEWEST_STEPS, FIFTH, Hint, Situation


def standing(situation: Situation) -> Hint:
    """How it is going, in one word: what the losses have done so far.

    Returns:
        Named "no_step", "early", "diverged", "stuck", "rising", "flat", "falling" or "fast", with the mean losses that
        say so: ``first`` and ``last`` of the run, ``before``, a fifth of the run earlier, and ``epochs`` so far.
    """
    if situation.result.diverged:
        return Hint("diverged", {"steps": situation.steps, "epochs": float(situation.result.epochs[-1])})
    if not len(situation.result.losses):
        return Hint("no_step")
    losses = situation.losses
    first, before, last = losses[0], losses[max(0, len(losses) - 1 - FIFTH)], losses[-1]
    evidence = {"first": first, "before": before, "last": last, "epochs": float(situation.result.epochs[-1])}
    evidence = {name: float(value) for name, value in evidence.items()}
    if situation.steps < FEWEST_STEPS and not situation.is_over:
        return Hint("early", evidence)
    if situation.is_stuck:
        return Hint("stuck", evidence)
    change = last / before
    name = "rising" if change > 1.1 else "flat" if change > 0.97 else "fast" if change < 0.8 else "falling"
    return Hint(name, evidence)


def hints(situation: Situation, most: int = 2) -> list[Hint]:
    """What the rules see, the most serious first; "too_early" before there is enough to see, "well" if all is well."""
    if hint := diverged(situation):
        return [hint]
    if situation.steps < FEWEST_STEPS and not situation.is_complete:
        return [Hint("too_early", {"steps": situation.steps, "least": FEWEST_STEPS})]
    seen = [hint for rule in RULES if (hint := rule(situation))]
    # What explains why nothing is learned makes whatever follows from it pointless to say.
    if situation.is_stuck:
        return seen[:1] or [Hint("puzzled", {"loss": float(situation.losses[-1])}, sure_to_learn(situation.setup))]
    return seen[:most] or [Hint("well_done" if situation.is_complete else "well")]
