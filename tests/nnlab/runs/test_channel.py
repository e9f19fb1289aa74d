"""Messages between processes arrive whole, in order, or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
import tracemalloc
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.runs.channel import LENGTHS, MAX_HEADER, MAX_PAYLOAD, Channel
from nnlab.runs.messages import TO_SERVER, TO_WORKER, MessageError, OnTurn, Ready, UseThreads, Weights, encode
from tests.hostile import damaged, tried


def written(*messages) -> bytes:
    """What a channel writes of messages."""
    read, write = os.pipe()
    sender = Channel(BytesIO(), os.fdopen(write, "wb"), TO_WORKER)
    for message in messages:
        sender.send(message)
    sender.close()
    with os.fdopen(read, "rb") as incoming:
        return incoming.read()


def arrived(content: bytes, kinds=TO_SERVER) -> list:
    receiver = Channel(BytesIO(content), BytesIO(), kinds)
    try:
        return list(receiver.messages())
    finally:
        receiver.flush_and_close()


def test_messages_arrive_in_order_and_unchanged():
    sent = [OnTurn("손실"), Weights("a", 3, os.urandom(300_000)), Ready(True), Weights("b", 0, b"")]
    assert arrived(written(*sent)) == sent


def test_a_message_cut_anywhere_is_no_message():
    """Its sender has died in the middle of it; what came before counts."""
    whole, last = written(OnTurn("a")), written(Weights("a", 3, b"abc"))
    for cut in range(len(last)):
        assert arrived(whole + last[:cut]) == [OnTurn("a")]
    assert len(arrived(whole + last)) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"GET / HTTP/1.1\r\n", "bytes is announced"),
        (LENGTHS.pack(MAX_HEADER + 1, 0), "16,777,217 [+] 0 bytes"),
        (LENGTHS.pack(2, MAX_PAYLOAD + 1), "bytes is announced"),
        (LENGTHS.pack(2, 0) + b"{]", "no JSON"),
        (written(UseThreads(2)), "the kind is 'UseThreads'"),
    ],
    ids=["text", "header", "payload", "json", "direction"],
)
def test_what_is_no_message_is_a_clear_error(content, words):
    with pytest.raises(MessageError, match=words):
        arrived(content)


def test_sending_to_nobody_is_no_error():
    read, write = os.pipe()
    sender = Channel(BytesIO(), os.fdopen(write, "wb"), TO_SERVER)
    os.close(read)
    sender.send(Weights("a", 1, b"x" * 100_000))
    sender.flush_and_close()


def test_what_is_in_line_can_be_waited_for():
    read, write = os.pipe()
    sender = Channel(BytesIO(), os.fdopen(write, "wb"), TO_SERVER)
    sender.send(OnTurn("a"))
    sender.wait_until_sent(20.0)
    header, _ = encode(OnTurn("a"))
    assert os.read(read, 1000) == LENGTHS.pack(len(header), 0) + header
    sender.flush_and_close()
    os.close(read)


def test_stray_output_cannot_garble_a_message():
    script = (
        "import os; from nnlab.runs.channel import standard_streams; from nnlab.runs.messages import *;"
        "channel = standard_streams(TO_WORKER); print('stray', flush=True);"
        "os.system('echo stray'); channel.send(Weights('a', 1, b'xyz')); channel.flush_and_close()"
    )
    done = subprocess.run([sys.executable, "-c", script], input=b"", capture_output=True, check=True)
    assert arrived(done.stdout) == [Weights("a", 1, b"xyz")]
    assert done.stderr.split() == [b"stray", b"stray"]


SAID = [OnTurn("손실"), Weights("a", 3, bytes(300)), Ready(True), Weights("b", 0, b"")]
WRITTEN = [written(message) for message in SAID]


@given(st.integers(0, sum(map(len, WRITTEN))))
def test_of_messages_cut_anywhere_the_whole_ones_arrive(cut):
    ends = [sum(map(len, WRITTEN[:count])) for count in range(len(SAID) + 1)]
    assert arrived(b"".join(WRITTEN)[:cut]) == SAID[: sum(end <= cut for end in ends) - 1]


@given(damaged(b"".join(WRITTEN)) | st.binary(max_size=100))
def test_what_is_damaged_on_its_way_is_messages_or_one_clear_error(content):
    receiver = Channel(BytesIO(content), BytesIO(), TO_SERVER)
    messages, refusal = tried(MessageError, lambda: list(receiver.messages()))
    receiver.flush_and_close()
    if refusal:
        assert len(str(refusal)) < 1000
    else:
        assert all(isinstance(message, TO_SERVER) for message in messages)


def test_no_room_is_made_for_what_is_announced_and_never_comes():
    """A pipe makes room for as many bytes as are asked of it at once."""
    read, write = os.pipe()
    with os.fdopen(write, "wb") as outgoing:
        outgoing.write(LENGTHS.pack(2, MAX_PAYLOAD) + b"{}")
    with os.fdopen(read, "rb") as incoming:
        receiver = Channel(incoming, BytesIO(), TO_SERVER)
        tracemalloc.start()
        try:
            assert list(receiver.messages()) == []
            assert tracemalloc.get_traced_memory()[1] < MAX_PAYLOAD / 100
        finally:
            tracemalloc.stop()
            receiver.flush_and_close()


def test_a_message_of_several_pieces_arrives_whole(monkeypatch):
    monkeypatch.setattr("nnlab.runs.channel.PIECE", 1000)
    sent = [Weights("a", 3, os.urandom(300_500)), Weights("b", 3, os.urandom(3000)), OnTurn("a")]
    assert arrived(written(*sent)) == sent
