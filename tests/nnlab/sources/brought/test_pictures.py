"""A picture file becomes grey values, upright and small, or is refused with a reason; none gets through otherwise."""

from __future__ import annotations

import struct
import tracemalloc
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nnlab.sources.brought import pictures
from nnlab.sources.brought.errors import REASONS, BroughtError
from nnlab.sources.brought.pictures import open_picture
from tests.hostile import damaged, tried
from tests.nnlab.sources.sheets import file_of

STEPS = np.repeat(np.linspace(0, 255, 20, dtype=np.uint8)[:, None], 30, 1)  # (20, 30), black above


def saved(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    content = BytesIO()
    picture.save(content, kind, **options)
    return content.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(BroughtError) as caught:
        open_picture(content)
    return caught.value.reason


def test_grey_stays_as_it_is():
    assert np.array_equal(open_picture(file_of(STEPS)), STEPS)


@pytest.mark.parametrize("mode", ["RGB", "CMYK", "1", "P", "LA", "RGBA"])
def test_colours_of_every_kind_become_grey(mode):
    """Black above, white below, whatever a file calls them; of CMYK the ink is what is stored."""
    halves = Image.fromarray(np.repeat(np.uint8([0, 255]), 15)[:, None].repeat(20, 1)).convert("RGB").convert(mode)
    grey = open_picture(saved(halves, "JPEG" if mode == "CMYK" else "PNG"))
    assert grey.shape == (30, 20)
    assert grey[:12].max() < 20
    assert grey[18:].min() > 235


def test_of_sixteen_bits_the_upper_eight_count():
    deep = Image.fromarray(STEPS.astype(np.uint16) * 257)
    assert np.array_equal(open_picture(saved(deep)), STEPS)


@pytest.mark.parametrize(("ink", "paper"), [(0, 255), (255, 0)])
def test_transparent_paper_is_of_the_other_colour(ink, paper):
    pixels = np.zeros((30, 20, 4), np.uint8)
    pixels[10:20] = (ink, ink, ink, 255)
    grey = open_picture(saved(Image.fromarray(pixels)))
    assert (grey[10:20] == ink).all()
    assert (grey[:10] == paper).all()


def test_a_photo_taken_sideways_is_turned_upright():
    sideways = Image.fromarray(STEPS)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter, clockwise
    grey = open_picture(saved(sideways, "JPEG", exif=exif, quality=95))
    assert grey.shape == (30, 20)
    assert grey[:, -1].mean() < 10 < 245 < grey[:, 0].mean()  # what was above is at the right


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_large_one_is_made_smaller(kind):
    assert open_picture(file_of(np.zeros((2400, 1000), np.uint8), kind)).shape == (1200, 500)


def test_a_picture_that_would_fill_the_memory_is_refused_before_its_pixels_are_read():
    """A PNG of 54 bytes that says it has 40,000 x 40,000 pixels: Pillow itself only warns of half as many."""
    for side in (6000, 12_000, 40_000, 2**31 - 1):
        header = struct.pack(">2I5B", side, side, 8, 0, 0, 0, 0)
        chunk = b"IHDR" + header
        content = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
        content += struct.pack(">I", 4) + b"IDAT" + bytes(4) + struct.pack(">I", zlib.crc32(b"IDAT" + bytes(4)))
        assert refusal(content) == "pixels"


@pytest.mark.parametrize("mode", ["RGBA", "LA", "I;16", "RGB"])
def test_a_large_picture_of_any_kind_takes_no_more_than_a_few_bytes_for_each_pixel(mode):
    content = saved(Image.new(mode, (3000, 3000)))
    tracemalloc.start()  # which counts what NumPy makes
    try:
        assert open_picture(content).shape == (1200, 1200)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 5 * 3000 * 3000


def with_scans(count: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again."""
    content = saved(Image.fromarray(STEPS), "JPEG", progressive=True)
    last = content.rindex(b"\xff\xda")
    return content[:-2] + content[last:-2] * count + content[-2:]


def test_a_jpeg_that_goes_over_its_pixels_again_and_again_is_refused():
    """Of 30 megapixels each scan takes a thirtieth of a second, and 12 MB hold 250,000."""
    assert open_picture(with_scans(50)).shape == (20, 30)
    assert refusal(with_scans(200)) == "broken"
    assert open_picture(with_scans(0) + with_scans(200)).shape == (20, 30)  # what is behind the end is not read


def test_films_other_kinds_and_halves_are_refused():
    frames = [Image.fromarray(STEPS), Image.fromarray(255 - STEPS)]
    assert refusal(saved(frames[0], "PNG", save_all=True, append_images=frames[1:])) == "film"
    assert refusal(saved(frames[0], "GIF")) == "kind"
    assert refusal(b"\x00\x00\x00\x18ftypheic" + bytes(50)) == "heic"
    assert refusal(b"not a picture") == "kind"
    whole = file_of(np.random.default_rng(0).integers(0, 256, (60, 60), dtype=np.uint8))
    assert refusal(whole[: len(whole) // 2]) == "broken"


PNG, JPEG = file_of(STEPS), file_of(STEPS, "JPEG")


@given(damaged(PNG) | damaged(JPEG) | damaged(PNG, last=40) | st.binary(max_size=80))
@pytest.mark.filterwarnings("ignore")  # Pillow's own, of damaged Exif
def test_whatever_the_file_it_is_a_small_grey_picture_or_refused(content):
    grey, refused = tried(BroughtError, open_picture, content)
    if refused:
        assert refused.reason in REASONS
    else:
        assert grey.dtype == np.uint8
        assert grey.ndim == 2
        assert max(grey.shape) <= pictures.MAX_SIDE
