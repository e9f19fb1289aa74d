"""Every message survives being written and read, and nothing else passes for one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.records import Evaluation
from nnlab.runs.messages import (
    ROW_BYTES,
    TO_SERVER,
    TO_WORKER,
    Clock,
    Command,
    DataPlace,
    Evaluated,
    Expected,
    Failed,
    HandedOver,
    HandOver,
    MessageError,
    OnTurn,
    Prepare,
    RateChanged,
    Ready,
    Start,
    State,
    Status,
    Steps,
    UseThreads,
    Watched,
    Weights,
    decode,
    encode,
)
from nnlab.sources.own import OwnScore
from tests.hostile import JSON, NUMBERS, damaged, tried

PLACE = DataPlace("mnist", None, {"NNLAB_HOME": "/집"})
EVALUATION = Evaluation(3, 0.5, 1.0, 0.25, float("inf"), 0.5, 100, 200, True)
MESSAGES = [
    Prepare(PLACE),
    UseThreads(2),
    Start("a", "ada", {"model": {"hidden_sizes": [8]}}, PLACE),
    Start("a", "ada", {}, PLACE, {"labels": [7]}, b"pixels", b"file", {"run": 1}, b"weights", b"memory", 9, 5, 2,
          Clock(1.5, 2.5, 3)),
    Command("a", "learning_rate", 3, 0.1),
    HandOver("a"),
    Ready(True),
    OnTurn("a"),
    Steps("a", bytes(2 * ROW_BYTES), 640, Clock(1.0, 2.0, 3.0)),
    Evaluated("a", EVALUATION),
    Evaluated("a", EVALUATION, OwnScore(3, 4, 5), b"\0\1\2"),
    Expected("a", bytes(16)),
    Watched("a", 2, bytes(2 * 5 * 8)),
    RateChanged("a", 8, 0.5, 3, 24),
    Weights("a", 8, b"weights"),
    State("a", 8, b"weights", {"notes": [1, None]}, b"memory"),
    Status("a", "running", 1, 8),
    Failed("a", "crashed", "made up"),
    HandedOver("a"),
]  # fmt: skip
ALL = TO_WORKER + TO_SERVER


def test_each_kind_is_tried_and_belongs_to_one_direction():
    assert {type(message) for message in MESSAGES} == set(ALL)
    assert not set(TO_WORKER) & set(TO_SERVER)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_is_the_same_after_it_was_written_and_read(message):
    header, parts = encode(message)
    assert decode(header, b"".join(parts), ALL) == message
    header.decode("ascii")


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_field_of_another_type_a_missing_and_an_extra_one_are_refused(message):
    header, parts = encode(message)
    payload, values = b"".join(parts), json.loads(header)
    for name in values:
        for wrong in ({**values, name: [{}]}, {other: value for other, value in values.items() if other != name}):
            with pytest.raises(MessageError):
                decode(json.dumps(wrong).encode(), payload, ALL)
    with pytest.raises(MessageError, match="extra"):
        decode(json.dumps({**values, "extra": 1}).encode(), payload, ALL)


@pytest.mark.parametrize(
    ("header", "payload", "words"),
    [
        (b"", b"", "no JSON"),
        (b"[" * 100_000, b"", "no JSON"),
        (b"\xff\xfe", b"", "no JSON"),
        (b"[]", b"", "the header is a list"),
        (b"{}", b"", "the kind is None"),
        (b'{"kind": "Pickle", "sizes": []}', b"", "the kind is 'Pickle'"),
        (b'{"kind": "Weights", "sizes": [4], "run": "a", "step": 1}', b"abc", "expected 1 that sum to 3"),
        (b'{"kind": "State", "sizes": [4, -1], "run": "a", "step": 1, "plain": {}}', b"abc", "expected 2 that sum to"),
        (b'{"kind": "Weights", "sizes": [3], "run": "a", "step": true}', b"abc", "Weights.step is True; expected int"),
        (b'{"kind": "Command", "sizes": [], "run": "a", "word": "fly", "number": 1, "learning_rate": 0}', b"",
         "Command.word is 'fly'"),
        (b'{"kind": "Status", "sizes": [], "run": "a", "status": "fine", "number": 1, "target": 1}', b"",
         "Status.status is 'fine'"),
        (b'{"kind": "Watched", "sizes": [8], "run": "a", "layers": 1}', bytes(8), "8 bytes; expected a multiple of 24"),
        (b'{"kind": "Watched", "sizes": [8], "run": "a", "layers": -1}', bytes(8), "expected a multiple of -8"),
        (json.dumps({"kind": "Steps", "sizes": [3], "run": "a", "images": 1, "clock": vars(Clock())}).encode(), b"abc",
         "3 bytes; expected a multiple of 56"),
        (b'{"kind": "Steps", "sizes": [0], "run": "a", "images": 1, "clock": {"training": "x"}}', b"", "Clock"),
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused_with_words(header, payload, words):
    with pytest.raises(MessageError, match=words):
        decode(header, payload, ALL)


def test_no_changed_byte_does_worse_than_a_message_error():
    header, parts = encode(MESSAGES[3])
    payload, refused = b"".join(parts), 0
    for place in range(len(header)):
        for byte in (0, ord('"'), ord("9"), ord("]"), 255):
            try:
                decode(header[:place] + bytes([byte]) + header[place + 1 :], payload, ALL)
            except MessageError:
                refused += 1
    assert refused > len(header)


def read_or_refused(header: bytes, payload: bytes) -> None:
    """What comes out is a message, and the same when it is written and read again; or it is refused in short words."""
    message, refusal = tried(MessageError, decode, header, payload, ALL)
    if refusal:
        assert len(str(refusal)) < 1000
    else:
        again, parts = encode(message)
        assert repr(decode(again, b"".join(parts), ALL)) == repr(message)  # NaN equals nothing, but looks alike


ENCODED = st.sampled_from([encode(message) for message in MESSAGES])


@given(ENCODED, st.data())
def test_a_damaged_header_is_a_message_or_refused(encoded, data):
    header, parts = encoded
    payload = b"".join(parts)
    read_or_refused(data.draw(damaged(header)), data.draw(st.just(payload) | damaged(payload)))


@given(ENCODED, st.data())
def test_a_field_that_says_anything_is_a_message_or_refused(encoded, data):
    header, parts = encoded
    values = json.loads(header)
    for name in data.draw(st.lists(st.sampled_from([*values, "extra"]), max_size=3)):
        inner = values.get(name)
        if isinstance(inner, dict) and inner and data.draw(st.booleans()):
            inner[data.draw(st.sampled_from(list(inner)))] = data.draw(NUMBERS | JSON)
        else:
            values[name] = data.draw(NUMBERS | JSON)
    read_or_refused(json.dumps(values).encode(), b"".join(parts))


@pytest.mark.parametrize("number", [2**63, -(2**63), 10**400])
def test_a_number_that_nothing_can_count_with_is_refused(number):
    """Python counts with any; numpy, torch and a float do not."""
    for values in (
        {"kind": "UseThreads", "sizes": [], "count": number},
        {"kind": "Command", "sizes": [], "run": "a", "word": "stop", "number": 1, "learning_rate": number},
    ):
        with pytest.raises(MessageError, match="expected (int|float)"):
            decode(json.dumps(values).encode(), b"", ALL)


def test_a_whole_number_in_the_place_of_a_float_becomes_one():
    header, parts = encode(Steps("a", bytes(ROW_BYTES), 1, Clock(3, 2, 1)))
    clock = decode(header, b"".join(parts), ALL).clock
    assert [type(seconds) for seconds in vars(clock).values()] == [float] * 3


def test_a_thousand_names_that_are_no_fields_are_not_all_told():
    header = {"kind": "HandOver", "sizes": [], "run": "a"} | {f"name{number}": 1 for number in range(10_000)}
    with pytest.raises(MessageError) as caught:
        decode(json.dumps(header).encode(), b"", ALL)
    assert len(str(caught.value)) < 300
