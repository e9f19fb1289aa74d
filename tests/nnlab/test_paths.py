"""nnlab's files are in the user's cache folder, or below NNLAB_HOME."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from nnlab.paths import cache_dir


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
