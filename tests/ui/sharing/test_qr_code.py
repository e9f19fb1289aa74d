"""QR codes: what a reader needs is there, whatever the theme; what does not fit is said."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from nnlab.ui.sharing import qr_code

ADDRESS = "http://192.168.0.7:8501/train?lang=en&act=tanh&hide=optimizer,schedule&lock=epochs"
NAMESPACE = "{http://www.w3.org/2000/svg}"  # without it, a browser shows no picture of this kind
FINDER = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]  # in three corners


def painted(svg: str) -> list[str]:
    """The picture as rows of 0 and 1, one for each module, 1 = black; the quiet zone included."""
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{NAMESPACE}svg"
    side = int(re.fullmatch(r"0 0 (\d+) \1", root.attrib["viewBox"])[1])
    assert not {"width", "height"} & root.attrib.keys()
    paper, ink = root.iter(f"{NAMESPACE}path")
    assert (paper.attrib["fill"], paper.attrib["d"]) == ("#fff", f"M0 0h{side}v{side}h-{side}z")
    assert ink.attrib["stroke"] == "#000"
    rows, x, y = [[0] * side for _ in range(side)], 0.0, 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", ink.attrib["d"]):
        values = [float(number) for number in numbers.split()]
        if command == "M":
            x, y = values
        elif command == "m":
            x, y = x + values[0], y + values[1]
        else:
            for column in range(int(x), int(x + values[0])):
                rows[int(y)][column] = 1
            x += values[0]
    return ["".join(map(str, row)) for row in rows]


def test_the_picture_is_the_code_of_the_address_in_black_on_white_within_its_quiet_zone():
    import segno

    code = qr_code.of(ADDRESS)
    rows = painted(code.svg)
    quiet = qr_code.QUIET_ZONE
    assert len(rows) == code.modules + 2 * quiet
    inner = [row[quiet:-quiet] for row in rows[quiet:-quiet]]
    assert all("1" not in row for row in [*rows[:quiet], *rows[-quiet:]])
    assert all("1" not in row[:quiet] + row[-quiet:] for row in rows)
    assert (
        [row[:7] for row in inner[:7]] == [row[-7:] for row in inner[:7]] == [row[:7] for row in inner[-7:]] == FINDER
    )
    matrix = segno.make(ADDRESS, micro=False, error="l").matrix
    assert inner == ["".join(map(str, row)) for row in matrix]


def test_a_long_address_makes_a_fine_mesh_and_a_longer_one_none():
    assert not qr_code.of(ADDRESS).is_fine
    assert qr_code.of("x" * 1000).is_fine
    assert qr_code.of("x" * 3000) is None


@pytest.mark.parametrize("text", ["http://a/?text=%EC%86%90", "한글", '"><script>alert(1)</script>'])
def test_nothing_of_the_text_stands_in_the_picture(text):
    assert re.fullmatch(r"[\w\s\"#.:/=<>-]+", qr_code.of(text).svg)
    assert "script" not in qr_code.of(text).svg
