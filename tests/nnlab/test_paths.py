"""nnlab's files are in the user's cache folder, or below NNLAB_HOME; they are written whole or not at all."""

from __future__ import annotations

import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import platformdirs
import pytest

from nnlab.paths import ABANDONED_SECONDS, cache_dir, write_whole
from tests.nnlab.full_disk import full_disk


def test_below_nnlab_home(monkeypatch, tmp_path):
    monkeypatch.setenv("NNLAB_HOME", str(tmp_path))
    assert cache_dir() == tmp_path / "cache"


@pytest.mark.parametrize("home", [None, ""])
def test_without_nnlab_home_in_the_platforms_user_folders(monkeypatch, home):
    if home is None:
        monkeypatch.delenv("NNLAB_HOME")
    else:
        monkeypatch.setenv("NNLAB_HOME", home)
    assert cache_dir() == Path(platformdirs.user_cache_dir("nnlab", appauthor=False))


def test_a_tilde_is_the_users_home(monkeypatch):
    monkeypatch.setenv("NNLAB_HOME", "~/lab")
    assert cache_dir() == Path.home() / "lab" / "cache"


def test_asking_creates_nothing(isolated_home):
    cache_dir()
    assert not isolated_home.exists()


@pytest.mark.parametrize("before", [{}, {"results": b"of last week"}], ids=["new", "old"])
def test_a_full_disk_changes_nothing_and_the_file_is_named(before, tmp_path):
    for name, content in before.items():
        (tmp_path / name).write_bytes(content)
    with full_disk(1000), pytest.raises(OSError, match="File too large") as caught:
        write_whole(tmp_path / "results", b"x" * 1001)
    assert caught.value.filename == str(tmp_path / "results")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    with full_disk(1000):
        write_whole(tmp_path / "results", b"x" * 1000)
    assert (tmp_path / "results").read_bytes() == b"x" * 1000


def test_where_no_file_can_be_the_file_is_named(tmp_path):
    (tmp_path / "occupied").write_text("a file")
    path = tmp_path / "occupied" / "results"
    with pytest.raises(OSError, match="Not a directory|exists") as caught:
        write_whole(path, b"x")
    assert caught.value.filename == str(path)
    assert [path.name for path in tmp_path.iterdir()] == ["occupied"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs Unix")
def test_what_is_no_file_is_written_to_and_stays_what_it_is(tmp_path):
    """Such as /dev/stdout, and /dev/null, which root could replace by a file."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:
        read = pool.submit(os.open, pipe, os.O_RDONLY)
        write_whole(pipe, b"x" * 100)
        with os.fdopen(read.result(timeout=20), "rb") as reader:
            assert reader.read() == b"x" * 100
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.skipif(os.name == "nt", reason="links are for administrators there")
def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "disk").mkdir()
    link = tmp_path / "results"
    link.symlink_to(tmp_path / "disk" / "results")
    write_whole(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "disk" / "results").read_bytes() == b"new"


def test_what_a_killed_process_left_of_a_file_goes_a_day_later(tmp_path):
    old, young, other = (tmp_path / f".results.{end}" for end in ("0123abcd", "4567cdef", "jpg.0123abcd"))
    for left in (old, young, other):
        left.write_bytes(b"half")
    days_ago = time.time() - 2 * ABANDONED_SECONDS
    for left in (old, other):
        os.utime(left, (days_ago, days_ago))
    write_whole(tmp_path / "results", b"whole")
    assert {path.name for path in tmp_path.iterdir()} == {"results", young.name, other.name}


def test_what_outlasts_a_power_cut_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    """First the file under its unfinished name, then its new name, then the folder that holds the name."""
    done, push, replace = [], os.fsync, os.replace

    def note(number):
        kind = "folder" if stat.S_ISDIR(os.fstat(number).st_mode) else f"file of {os.fstat(number).st_size}"
        done.append(kind)
        push(number)

    monkeypatch.setattr(os, "fsync", note)
    monkeypatch.setattr(os, "replace", lambda *names: (done.append("name"), replace(*names)))
    write_whole(tmp_path / "state", b"12345", outlasts_power_cut=True)
    assert done == ["file of 5", "name", *(["folder"] if os.name == "posix" else [])]
    assert (tmp_path / "state").read_bytes() == b"12345"
    done.clear()
    write_whole(tmp_path / "state", b"678")
    assert done == ["name"]
