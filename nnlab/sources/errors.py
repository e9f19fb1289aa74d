"""Why data cannot be had, in one exception: a sentence for people, a reason for programs."""

from __future__ import annotations

# Why data cannot be had. A new one needs a sentence ``data_CODE`` in ui/locale/*/problems.toml; a test says so.
REASONS = ("missing", "folder", "ambiguous", "other", "truncated", "corrupt", "swapped", "network", "disk")
DOWNLOAD_REASONS = ("network", "truncated", "corrupt", "disk")  # those of a download that failed


class DataError(ValueError):
    """The data cannot be had. The message is a sentence that names the file and says what to do.

    Attributes:
        reason: one of ``REASONS``, for programs.
        file: the name of the file at fault, without its folder; "" if it is not about one file.
    """

    def __init__(self, sentence: str, reason: str = "corrupt", file: str = ""):
        if reason not in REASONS:
            raise ValueError(f"{reason!r} is not among REASONS")
        super().__init__(sentence)
        self.reason, self.file = reason, file
