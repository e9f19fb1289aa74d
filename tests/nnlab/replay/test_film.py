"""Films are read back by the programs that play them: their length, their size, and what is in them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from nnlab.replay import film as module
from nnlab.replay.film import COLORS, FRAMES_PER_SECOND, TooLarge, can_write, write
from nnlab.replay.frames import Frames
from tests.nnlab.replay.made import filmed

imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg", reason="films as MP4 need imageio-ffmpeg")
WIDTH, COUNT = 480, 12


@pytest.fixture(scope="module")
def frames():
    return Frames(filmed("epoch", COUNT), WIDTH)


def distance(one: np.ndarray, other: np.ndarray) -> float:
    """The mean difference of two pictures' pixels, 0 to 255."""
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


def test_a_gif_plays_as_long_as_it_should_and_shows_its_frames(frames, tmp_path):
    file, told = tmp_path / "film.gif", []
    write("gif", frames, file, told.append)
    assert told == sorted(told)
    assert told[-1] == COUNT
    with Image.open(file) as picture:
        assert picture.size == (WIDTH, 320)
        assert picture.info["loop"] == 0  # for ever
        found, milliseconds = [], 0
        for index in range(picture.n_frames):
            picture.seek(index)
            milliseconds += picture.info["duration"]
            found.append(np.asarray(picture.convert("RGB")))
    assert milliseconds == COUNT * 1000 / FRAMES_PER_SECOND
    assert len(found) == COUNT
    for index, shown in enumerate(found):
        assert distance(shown, frames[index]) < 1
        assert len(np.unique(shown.reshape(-1, 3), axis=0)) <= COLORS
        assert shown[0, 0].tolist() == [255, 255, 255]  # paper is white, not nearly so
    assert distance(found[0], found[-1]) > 3


# imageio-ffmpeg leaves the closing of its pipes to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_mp4_plays_as_long_as_it_should_and_shows_its_frames(frames, tmp_path):
    file, told = tmp_path / "film.mp4", []
    write("mp4", frames, file, told.append)
    assert told == [*range(1, COUNT + 1)]
    reader = imageio_ffmpeg.read_frames(str(file))
    about = next(reader)
    assert about["size"] == (WIDTH, 320)
    assert about["fps"] == FRAMES_PER_SECOND
    assert about["duration"] == pytest.approx(COUNT / FRAMES_PER_SECOND, abs=0.11)
    assert about["codec"] == "h264"
    assert about["pix_fmt"].startswith("yuv420p")  # what every player knows
    found = [np.frombuffer(each, np.uint8).reshape(320, WIDTH, 3) for each in reader]
    assert len(found) == COUNT
    for index, shown in enumerate(found):
        assert distance(shown, frames[index]) < 2
    assert distance(found[0], found[-1]) > 3


def test_a_film_that_is_too_large_is_refused(frames, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 1000)
    with pytest.raises(TooLarge, match="more than 1,000"):
        write("gif", frames, tmp_path / "film.gif")


def test_an_mp4_is_offered_where_its_package_is_installed(monkeypatch):
    assert can_write("mp4")
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    assert not can_write("mp4")
    assert can_write("gif")
    assert not can_write("avi")


def test_an_unknown_kind_is_refused(frames, tmp_path):
    with pytest.raises(ValueError, match="'avi' is no kind of film; there are gif, mp4"):
        write("avi", frames, tmp_path / "film.avi")
