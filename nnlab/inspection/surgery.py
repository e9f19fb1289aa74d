"""Surgery on a network: a list of small changes, applied to a copy.

The list says all of an operation, so it can be shown, undone one by one, sent as JSON and repeated on another network
of the same shape.

    changed = operate(model, [SetBias(0, 3, 0.5), Prune(0.9)])

Read before: ``changes``, the kinds of them.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

import torch

from nnlab.inspection.changes import CHANGES, Change, SurgeryError
from nnlab.model import MLP

MOST_CHANGES = 200  # of one network
LONGEST_JSON = 100_000  # characters; 200 changes have about 15,000


def operate(model: MLP, changes: Sequence[Change]) -> MLP:
    """A copy of the network, in eval mode, with the changes made one after the other; the network itself stays.

    Raises:
        SurgeryError: if a change names a place that the network does not have; the message says which.
    """
    changed = copy.deepcopy(model).eval()
    with torch.no_grad():
        for change in changes:
            change.apply(changed)
    return changed


def to_json(changes: Sequence[Change]) -> str:
    """The changes as text.

    Example:
        >>> to_json([SetBias(0, 3, 0.5)])
        '[{"kind": "set_bias", "layer": 0, "unit": 3, "value": 0.5}]'
    """
    return json.dumps([{"kind": change.kind, **asdict(change)} for change in changes], allow_nan=False)


def from_json(text: str) -> tuple[Change, ...]:
    """What ``to_json`` wrote. The text may be a stranger's: nothing in it is believed.

    Raises:
        SurgeryError: if it is anything else; the message says what is wrong.
    """
    if len(text) > LONGEST_JSON:
        raise SurgeryError(f"the text has {len(text):,} characters; allowed: {LONGEST_JSON:,}")
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        raise SurgeryError("the text is not JSON") from None
    if not isinstance(listed, list) or len(listed) > MOST_CHANGES:
        raise SurgeryError(f"expected a list of up to {MOST_CHANGES} changes")
    return tuple(_from_plain(entry) for entry in listed)


def _from_plain(entry: Any) -> Change:
    kind = entry.get("kind") if isinstance(entry, dict) else None
    change = CHANGES.get(kind) if isinstance(kind, str) else None
    if change is None:
        raise SurgeryError(f"{entry!r:.60} is no change; there are {', '.join(CHANGES)}")
    values = {name: value for name, value in entry.items() if name != "kind"}
    names = [field.name for field in fields(change)]
    if set(values) != set(names):
        raise SurgeryError(f"a {kind} has {', '.join(names) or 'no values'}; given: {', '.join(values):.60}")
    return change(**values)
