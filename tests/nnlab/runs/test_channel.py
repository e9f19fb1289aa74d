"""Messages between processes arrive whole, in order, or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from io import BytesIO

import pytest

from nnlab.runs.channel import LENGTHS, Channel


def test_messages_arrive_in_order_and_unchanged():
    read, write = os.pipe()
    sender = Channel(BytesIO(), os.fdopen(write, "wb"))
    sent = [({"kind": "steps", "loss": 0.1 + 0.2}, b"\x00" * 10), ({"text": "손실"}, b""), ({}, os.urandom(300_000))]
    for header, payload in sent:
        sender.send(header, payload)
    sender.close()
    with os.fdopen(read, "rb") as incoming:
        receiver = Channel(incoming, BytesIO())
        assert list(receiver.messages()) == sent
        receiver.flush_and_close()


@pytest.mark.parametrize("cut", [1, LENGTHS.size - 1, LENGTHS.size + 1, LENGTHS.size + 4])
def test_half_a_message_is_no_message(cut):
    header = b"{}"
    whole = LENGTHS.pack(len(header), 3) + header + b"abc"
    receiver = Channel(BytesIO(whole + whole[:cut]), BytesIO())
    assert list(receiver.messages()) == [({}, b"abc")]
    receiver.flush_and_close()


def test_sending_to_nobody_is_no_error():
    read, write = os.pipe()
    sender = Channel(BytesIO(), os.fdopen(write, "wb"))
    os.close(read)
    sender.send({}, b"x" * 100_000)
    sender.flush_and_close()


def test_stray_output_cannot_garble_a_message():
    script = (
        "import os; from nnlab.runs.channel import standard_streams; channel = standard_streams();"
        "print('stray', flush=True);"
        "os.system('echo stray'); channel.send({'kind': 'ready'}, b'xyz'); channel.flush_and_close()"
    )
    done = subprocess.run([sys.executable, "-c", script], input=b"", capture_output=True, check=True)
    receiver = Channel(BytesIO(done.stdout), BytesIO())
    assert list(receiver.messages()) == [({"kind": "ready"}, b"xyz")]
    assert done.stderr.split() == [b"stray", b"stray"]
    receiver.flush_and_close()
