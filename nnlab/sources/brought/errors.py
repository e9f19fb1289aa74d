"""Why a file that was brought cannot be used, in one exception: a code, and the numbers that its sentence needs."""

from __future__ import annotations

# Each needs a sentence ``refused_CODE`` in ui/locale/*/brought.toml; a test says so.
REASONS = (
    "empty", "large", "kind", "heic", "broken", "film", "pixels", "no_ink", "no_digits", "noisy", "csv", "label",
    "shape", "values", "pickle", "no_images", "labels_alone", "labels_count", "files", "count",
)  # fmt: skip


class BroughtError(ValueError):
    """A file that cannot be used.

    Attributes:
        reason: one of ``REASONS``, for programs.
        facts: numbers and short words for the sentence.
    """

    def __init__(self, reason: str, **facts: object):
        if reason not in REASONS:
            raise ValueError(f"{reason!r} is not among REASONS")
        said = ", ".join(f"{name} {value}" for name, value in facts.items())
        super().__init__(f"{reason}: {said}" if said else reason)
        self.reason, self.facts = reason, facts
