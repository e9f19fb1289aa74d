"""Messages between the server and a worker: a JSON header and some bytes, each with its length in front.

Nothing is ever unpickled, so the worst a broken message can do is to end the run. Sending only puts a message in line,
and a thread of its own writes it: a page never waits for a worker that is busy, nor a worker for a busy server.

Read next: ``worker``.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import threading
from collections.abc import Iterator
from queue import SimpleQueue
from typing import IO, Any

LENGTHS = struct.Struct("!IQ")  # bytes of the header, bytes of the payload

Header = dict[str, Any]
Message = tuple[Header, bytes]


class Channel:
    """Two one-way pipes, seen from one end.

    Args:
        incoming: what the other side writes.
        outgoing: what the other side reads.
    """

    def __init__(self, incoming: IO[bytes], outgoing: IO[bytes]):
        self._incoming, self._outgoing = incoming, outgoing
        self._line: SimpleQueue[Message | None] = SimpleQueue()
        self._writer = threading.Thread(target=self._write, name="nnlab channel", daemon=True)
        self._writer.start()

    def send(self, header: Header, payload: bytes = b"") -> None:
        """Put a message in line; after the other side has ended, it is dropped."""
        self._line.put((header, payload))

    def messages(self) -> Iterator[Message]:
        """What arrives, until the other side closes or ends."""
        while len(lengths := self._incoming.read(LENGTHS.size)) == LENGTHS.size:
            header_bytes, payload_bytes = LENGTHS.unpack(lengths)
            header, payload = self._incoming.read(header_bytes), self._incoming.read(payload_bytes)
            if len(header) < header_bytes or len(payload) < payload_bytes:
                return
            yield json.loads(header), payload

    def close(self) -> None:
        """Send what is in line, then close the outgoing pipe, which the other side sees."""
        self._line.put(None)

    def flush_and_close(self) -> None:
        """``close``, and wait until it is done."""
        self.close()
        self._writer.join()

    def _write(self) -> None:
        with contextlib.suppress(OSError):  # the other side has ended; its reader finds out
            while (message := self._line.get()) is not None:
                header, payload = message
                text = json.dumps(header).encode()
                self._outgoing.write(LENGTHS.pack(len(text), len(payload)) + text)
                self._outgoing.write(payload)
                self._outgoing.flush()
        with contextlib.suppress(OSError):
            self._outgoing.close()


class Commands:
    """What the server has asked for and this worker has not yet done."""

    def __init__(self, channel: Channel):
        self._line: SimpleQueue[Message] = SimpleQueue()
        threading.Thread(target=self._listen, args=[channel], name="nnlab commands", daemon=True).start()

    def _listen(self, channel: Channel) -> None:
        try:
            for message in channel.messages():
                self._line.put(message)
        finally:
            os._exit(0)  # the server has ended: end at once, in the middle of whatever is being computed

    def next(self) -> Message:
        """The next one, as soon as there is one."""
        return self._line.get()

    def is_waiting(self) -> bool:
        return not self._line.empty()


def standard_streams() -> Channel:
    """The channel of a worker to its parent: standard input and output, taken away from everybody else.

    Whatever else in this process prints then goes to standard error and cannot garble a message.
    """
    incoming, outgoing = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return Channel(os.fdopen(incoming, "rb"), os.fdopen(outgoing, "wb"))
