"""What is compared: the runs, and how they fall into set-ups that differ in more than their seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from nnlab.compare.entry import Entry
from nnlab.compare.grid import without_seed
from nnlab.compare.series import Series
from nnlab.config import Setup
from nnlab.ui.compare import naming


@dataclass(eq=False)
class Chosen:
    """The runs that are compared.

    Attributes:
        series: that trains them; None where the visitor has picked runs that there are.
    """

    entries: list[Entry]
    series: Series | None

    @cached_property
    def labels(self) -> list[str]:
        """What each run is called here: what it has that others have not."""
        return naming.labels(self.entries)

    @cached_property
    def groups(self) -> dict[Setup, list[Entry]]:
        """The set-ups, without their seeds, in the order in which they come, and the runs of each."""
        found: dict[Setup, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(without_seed(entry.setup), []).append(entry)
        return found

    @cached_property
    def group_labels(self) -> list[str]:
        """What each set-up is called."""
        return naming.setup_labels(list(self.groups))
