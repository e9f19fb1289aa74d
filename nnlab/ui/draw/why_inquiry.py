"""One answer to be explained: what was read, by whom, what was meant, and with whom the answer is compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from nnlab.ui import classes
from nnlab.ui.answers import ranking_of
from nnlab.ui.draw.reply import Reply
from nnlab.ui.draw.subject import Subject
from nnlab.ui.text import t

if TYPE_CHECKING:
    from torch import Tensor

    from nnlab.ui.readers import NamedReader

PICTURE_PIXELS = 168  # what the network sees, wherever it is shown beside an explanation


@dataclass(frozen=True, eq=False)
class Inquiry:
    """One answer to be explained.

    Attributes:
        subject: what was read.
        reply: who read it, and the probabilities.
        meant: what it was meant to be: a test digit's label, or what the visitor said; None where nobody knows.
    """

    subject: Subject
    reply: Reply
    meant: int | None

    @property
    def reader(self) -> NamedReader:
        return self.reply.reader

    @property
    def image(self) -> Tensor:
        return self.subject.image

    @cached_property
    def ranking(self) -> list[int]:
        """The ten classes, the most probable first."""
        return ranking_of(self.reply.probabilities)

    @property
    def read(self) -> int:
        return self.ranking[0]

    @property
    def source(self) -> str:
        """The data set that the network has learned, which names the classes."""
        return self.reader.source

    def called(self, digit: int) -> str:
        """What the visitor calls a class: "7", or "trousers"."""
        return classes.name(self.source, digit)

    @property
    def is_misread(self) -> bool:
        return self.meant is not None and self.meant != self.read

    @property
    def rival(self) -> int:
        """What the answer is compared with: the class that was meant if it is another one, or else the second guess."""
        return self.meant if self.is_misread else self.ranking[1]


def probabilities_of(reader: NamedReader, images: Tensor) -> Tensor:
    """The calibrated probabilities that a reader gives: (N, 28, 28) float32 images in [0, 1] -> (N, 10)."""
    return reader.network.predict_proba(images)


def named(inquiry: Inquiry, digit: int) -> str:
    """A class, and what it is to the inquiry: "4 (meant)"."""
    called = inquiry.called(digit)
    if digit == inquiry.meant and inquiry.is_misread:
        return t(classes.key("why.named_meant", inquiry.source), digit=called)
    if digit == inquiry.read:
        return t("why.named_read", digit=called)
    return t("why.named_second", digit=called) if digit == inquiry.ranking[1] else called
