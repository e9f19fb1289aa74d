"""Codes of classes: typed by people, made from a key, believed by a server that knows nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.classroom import codes


@given(st.text(max_size=40))
def test_a_code_is_read_as_it_is_spelled_out(key):
    code = codes.code_of(key)
    assert codes.read(codes.spelled(code)) == code
    assert codes.read(f"  {codes.spelled(code).lower().replace('-', ' ')} ") == code


def test_every_key_is_another_and_so_is_its_code():
    keys = {codes.new_key() for _ in range(200)}
    assert len(keys) == len({codes.code_of(key) for key in keys}) == 200


@pytest.mark.parametrize(
    "typed",
    ["", "9SR4-SGV", "9SR4-SGV33", "9SR4SGVO", "9SR4SGV1", "9SR4_SGV3", "９SR4SGV3", "ßSR4SGV3", "9SR4\u200bSGV3"],
)
def test_what_is_none_is_refused(typed):
    with pytest.raises(ValueError, match="eight"):
        codes.read(typed)
