"""Messages between the server and a worker, as bytes: two lengths, a JSON header, and what JSON cannot hold.

Sending only puts a message in line, and a thread of its own writes it: a page never waits for a worker that is busy,
nor a worker for a busy server.

Read next: ``workers``, the server's end; ``worker.process`` is the other.
"""

from __future__ import annotations

import contextlib
import os
import struct
import threading
from collections.abc import Iterator
from queue import SimpleQueue
from typing import IO

from nnlab.runs.messages import Message, MessageError, decode, encode

LENGTHS = struct.Struct("!IQ")  # bytes of the header, bytes of the payload
MAX_HEADER, MAX_PAYLOAD = 1 << 24, 1 << 33  # more is no message: it would only fill the memory
PIECE = 1 << 25  # bytes read at once; nearly every message is smaller


class Channel:
    """Two one-way pipes, seen from one end.

    Args:
        incoming: what the other side writes.
        outgoing: what the other side reads.
        kinds: the messages that the other side may send.
    """

    def __init__(self, incoming: IO[bytes], outgoing: IO[bytes], kinds: tuple[type[Message], ...]):
        self._incoming, self._outgoing, self._kinds = incoming, outgoing, kinds
        self._line: SimpleQueue[Message | threading.Event | None] = SimpleQueue()
        self._writer = threading.Thread(target=self._write, name="nnlab channel", daemon=True)
        self._writer.start()

    def send(self, message: Message) -> None:
        """Put a message in line; after the other side has ended, it is dropped."""
        self._line.put(message)

    @property
    def backlog(self) -> int:
        """How many messages wait: many if the other side is slow."""
        return self._line.qsize()

    def messages(self) -> Iterator[Message]:
        """What arrives, until the other side closes or ends, be it in the middle of a message.

        Raises:
            MessageError: if something else than a message arrives.
        """
        while len(lengths := self._incoming.read(LENGTHS.size)) == LENGTHS.size:
            header_bytes, payload_bytes = LENGTHS.unpack(lengths)
            if header_bytes > MAX_HEADER or payload_bytes > MAX_PAYLOAD:
                raise MessageError(f"a message of {header_bytes:,} + {payload_bytes:,} bytes is announced")
            header, payload = self._read(header_bytes), self._read(payload_bytes)
            if len(header) < header_bytes or len(payload) < payload_bytes:
                return
            yield decode(header, payload, self._kinds)

    def _read(self, count: int) -> bytes:
        """So many bytes, or fewer where the other side ends; in pieces: no room is made for what never comes."""
        pieces = []
        while count and (piece := self._incoming.read(min(count, PIECE))):
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)

    def wait_until_sent(self, seconds: float) -> None:
        """Give the writer time to send what is in line; no longer than this."""
        done = threading.Event()
        self._line.put(done)
        done.wait(seconds)

    def close(self) -> None:
        """Send what is in line, then close the outgoing pipe, which the other side sees."""
        self._line.put(None)

    def flush_and_close(self) -> None:
        """``close``, and wait until it is done."""
        self.close()
        self._writer.join()

    def _write(self) -> None:
        try:
            with contextlib.suppress(OSError):  # the other side has ended; its reader finds out
                while (item := self._line.get()) is not None:
                    if isinstance(item, threading.Event):
                        item.set()
                        continue
                    header, parts = encode(item)
                    self._outgoing.write(LENGTHS.pack(len(header), sum(map(len, parts))) + header)
                    for part in parts:
                        self._outgoing.write(part)
                    self._outgoing.flush()
        finally:
            with contextlib.suppress(OSError):
                self._outgoing.close()


class Inbox:
    """What the server has asked for, and what this worker has told itself, and has not yet done."""

    def __init__(self, channel: Channel):
        self._line: SimpleQueue[object] = SimpleQueue()
        threading.Thread(target=self._listen, args=[channel], name="nnlab commands", daemon=True).start()

    def _listen(self, channel: Channel) -> None:
        code = 0
        try:
            for message in channel.messages():
                self._line.put(message)
        except MessageError as error:
            os.write(2, f"nnlab.runs.worker: {error}\n".encode())
            code = 2
        finally:
            os._exit(code)  # the server has ended: end at once, in the middle of whatever is being computed

    def put(self, item: object) -> None:
        """A note of this process to itself, in line with the server's messages."""
        self._line.put(item)

    def next(self) -> object:
        """The next one, as soon as there is one."""
        return self._line.get()

    def is_waiting(self) -> bool:
        return not self._line.empty()


def standard_streams(kinds: tuple[type[Message], ...]) -> Channel:
    """The channel of a worker to its parent: standard input and output, taken away from everybody else.

    Whatever else in this process prints then goes to standard error and cannot garble a message.
    """
    incoming, outgoing = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return Channel(os.fdopen(incoming, "rb"), os.fdopen(outgoing, "wb"), kinds)
