"""The download: all four files, verified, or nothing changes. The mirrors are on this machine; some misbehave."""

from __future__ import annotations

import os
import socket
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from nnlab.data import DataError, Progress, download_mnist, has_mnist, load_digits
from nnlab.sources import download
from nnlab.sources.download import UNFINISHED, resources
from nnlab.sources.mnist import FILES, GENUINE
from tests.nnlab.full_disk import full_disk
from tests.nnlab.mnist_server import serve
from tests.nnlab.small_mnist import idx_bytes, packed, small_files, write_files
from tests.nnlab.sources.downloading import SMALL, snapshot

pytestmark = pytest.mark.usefixtures("local_only")
THIRD = f"{FILES[2]}.gz"


def refused_url() -> str:
    """An address of this machine where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"


def test_download_into_the_cache_folder(mirror, isolated_home):
    heard: list[Progress] = []
    assert download_mnist(progress=heard.append, mirrors=[mirror.url]) == isolated_home / "cache"
    assert snapshot(isolated_home) == {f"cache/MNIST/raw/{name}": content for name, content in SMALL.items()}
    assert load_digits().train_images.shape == (40, 28, 28)
    ends = [step for step in heard if step.done_bytes == step.total_bytes]
    assert [step.file for step in ends] == list(SMALL)
    assert [step.total_bytes for step in ends] == [len(content) for content in SMALL.values()]
    assert [(step.file_index, step.file_count) for step in ends] == [(0, 4), (1, 4), (2, 4), (3, 4)]


def test_load_digits_downloads_only_when_asked_and_only_once(mirror, monkeypatch):
    monkeypatch.setattr("torchvision.datasets.MNIST.mirrors", [mirror.url])
    with pytest.raises(DataError, match="There is no MNIST"):
        load_digits("mnist")
    assert mirror.requested == []
    assert len(load_digits(download=True).test_labels) == 20
    load_digits(download=True)
    download_mnist()
    assert mirror.requested == list(SMALL)


def test_files_that_are_there_are_not_fetched_again(mirror, tmp_path):
    raw = write_files(tmp_path / "MNIST" / "raw", SMALL)
    (raw / THIRD).write_bytes(b"broken")
    download_mnist(tmp_path, mirrors=[mirror.url])
    assert mirror.requested == [THIRD]
    assert (raw / THIRD).read_bytes() == SMALL[THIRD]


def test_a_download_mends_a_folder_of_broken_files(mirror, tmp_path):
    write_files(tmp_path, {name: content[:-3] for name, content in small_files().items()})
    with pytest.raises(DataError, match="header announces"):
        load_digits(root=tmp_path)
    download_mnist(tmp_path, mirrors=[mirror.url])
    assert len(load_digits(root=tmp_path).train_labels) == 40


def test_the_second_mirror_is_tried_when_the_first_lacks_a_file(mirror, second_mirror, tmp_path):
    del mirror.files[THIRD]
    download_mnist(tmp_path, mirrors=[mirror.url, second_mirror.url])
    assert second_mirror.requested == [THIRD]
    assert len(load_digits(root=tmp_path).test_labels) == 20


@pytest.mark.parametrize("fault", ["truncated", "wrong bytes", "missing", "silent", "too long"])
def test_whatever_a_mirror_does_the_next_one_is_tried(mirror, second_mirror, tmp_path, monkeypatch, fault):
    monkeypatch.setattr(download, "CONNECT_SECONDS", 0.3)
    misbehave(mirror, fault, monkeypatch)
    download_mnist(tmp_path, mirrors=[refused_url(), mirror.url, second_mirror.url])
    assert len(load_digits(root=tmp_path).test_labels) == 20
    assert second_mirror.requested == [THIRD]


FAULTS = {  # what the only mirror does with the third file -> reason, words of the sentence
    "truncated": ("truncated", "broke off after"),
    "wrong bytes": ("corrupt", "sent something else than"),
    "missing": ("network", "answered 404 Not Found"),
    "silent": ("network", "cannot be reached: no answer within 0.3 seconds"),
    "too long": ("corrupt", "sent something else than"),
}


def misbehave(server, fault, monkeypatch):
    if fault == "truncated":
        server.truncated.add(THIRD)
    elif fault == "wrong bytes":
        server.files[THIRD] = SMALL[THIRD][:-1] + b"!"
    elif fault == "missing":
        del server.files[THIRD]
    elif fault == "silent":
        server.silent.add(THIRD)
    else:
        monkeypatch.setattr(download, "MAX_BYTES", 1_000_000)
        server.files[THIRD] = bytes(10_000_000)


@pytest.mark.parametrize("before", [{}, {"README": b"mine", THIRD: b"old and broken"}], ids=["empty", "something"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_failing_download_changes_nothing(mirror, tmp_path, monkeypatch, fault, before):
    monkeypatch.setattr(download, "CONNECT_SECONDS", 0.3)
    write_files(tmp_path / "MNIST" / "raw", before)
    untouched = snapshot(tmp_path)
    misbehave(mirror, fault, monkeypatch)
    reason, words = FAULTS[fault]
    with pytest.raises(DataError, match=words) as caught:
        download_mnist(tmp_path, mirrors=[mirror.url])
    assert (caught.value.reason, caught.value.file) == (reason, THIRD)
    assert snapshot(tmp_path) == untouched
    assert not has_mnist(tmp_path)
    for remedy in ("try again", f"into {tmp_path}", "NNLAB_DATA_DIR"):
        assert remedy in str(caught.value)


def test_refused_connections_fail_at_once_and_every_mirror_is_named(small_mnist, tmp_path, monkeypatch):
    first, second = refused_url(), refused_url()
    monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail("whoever refuses once is not waited for"))
    with pytest.raises(DataError, match="cannot be reached") as caught:
        download_mnist(tmp_path, mirrors=[first, second])
    assert caught.value.reason == "network"
    assert first in str(caught.value)
    assert second in str(caught.value)


@pytest.mark.parametrize("url", ["http://nowhere.invalid/", "no-address/"])
def test_an_address_that_does_not_exist(small_mnist, tmp_path, url):
    with pytest.raises(DataError, match="cannot be reached") as caught:
        download_mnist(tmp_path, mirrors=[url])
    assert caught.value.reason == "network"


def test_files_of_this_machine_are_no_mirror(small_mnist, tmp_path):
    """Python's urlopen would read them."""
    write_files(tmp_path / "here", SMALL)
    with pytest.raises(DataError, match="only http and https are fetched") as caught:
        download_mnist(tmp_path / "target", mirrors=[f"{(tmp_path / 'here').as_uri()}/"])
    assert caught.value.reason == "network"
    assert not has_mnist(tmp_path / "target")


def test_an_interrupted_download_changes_nothing(mirror, tmp_path):
    def interrupt(progress: Progress) -> None:
        if progress.file_index == 2 and progress.done_bytes:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download_mnist(tmp_path, interrupt, [mirror.url])
    assert snapshot(tmp_path) == {}
    download_mnist(tmp_path, mirrors=[mirror.url])  # and the next one is not locked out
    assert has_mnist(tmp_path)


def test_an_answer_that_comes_when_nobody_waits_any_more_is_closed(monkeypatch):
    comes, is_closed = threading.Event(), threading.Event()

    def late(*_, **__) -> SimpleNamespace:
        assert comes.wait(30)
        return SimpleNamespace(close=is_closed.set)

    monkeypatch.setattr(download, "CONNECT_SECONDS", 0.05)
    monkeypatch.setattr(download, "urlopen", late)
    with pytest.raises(TimeoutError, match="no answer within"):
        download._open("http://127.0.0.1/")
    comes.set()
    assert is_closed.wait(30)


def test_what_a_killed_process_left_is_removed_a_day_later(mirror, tmp_path):
    old, young = (write_files(tmp_path / "MNIST" / f"{UNFINISHED}{age}", {THIRD: b"half"}) for age in ("old", "young"))
    two_days_ago = time.time() - 2 * 24 * 3600
    os.utime(old, (two_days_ago, two_days_ago))
    download_mnist(tmp_path, mirrors=[mirror.url])
    assert not old.exists()
    assert young.exists()


def test_a_folder_that_cannot_be_written_is_named(mirror, tmp_path):
    (tmp_path / "occupied").write_text("a file")
    with pytest.raises(DataError, match="MNIST cannot be stored in .*occupied.*NNLAB_DATA_DIR") as caught:
        download_mnist(tmp_path / "occupied", mirrors=[mirror.url])
    assert caught.value.reason == "disk"


@pytest.mark.parametrize("before", [{}, {THIRD: b"old and broken"}], ids=["empty", "something"])
def test_a_full_disk_is_said_and_changes_nothing(mirror, tmp_path, before):
    write_files(tmp_path / "MNIST" / "raw", before)
    untouched = snapshot(tmp_path)
    with full_disk(50), pytest.raises(DataError, match="cannot be stored in .*: File too large. Make room") as caught:
        download_mnist(tmp_path, mirrors=[mirror.url])
    assert caught.value.reason == "disk"
    assert snapshot(tmp_path) == untouched
    download_mnist(tmp_path, mirrors=[mirror.url])
    assert has_mnist(tmp_path)


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: bytes(len(content)),
        lambda content: np.random.default_rng(0).bytes(len(content)),
        lambda content: b"",
    ],
    ids=["truncated", "zeroed", "random", "empty"],
)
@pytest.mark.parametrize("name", SMALL)
def test_a_file_that_was_damaged_is_named_and_fetched_again(mirror, tmp_path, name, damage):
    download_mnist(tmp_path, mirrors=[mirror.url])
    file = tmp_path / "MNIST" / "raw" / name
    file.write_bytes(damage(SMALL[name]))
    with pytest.raises(DataError, match=name) as caught:
        load_digits(root=tmp_path)
    assert caught.value.file == name
    mirror.requested.clear()
    download_mnist(tmp_path, mirrors=[mirror.url])
    assert mirror.requested == [name]
    assert load_digits(root=tmp_path).source == "mnist"


def test_checksums_are_torchvisions():
    assert [name.removesuffix(".gz") for name, _ in resources()] == list(FILES)
    assert all(md5 in GENUINE[name.removesuffix(".gz")] for name, md5 in resources())


def test_a_download_replaces_what_is_not_mnist(mirror, tmp_path, monkeypatch):
    monkeypatch.setattr("torchvision.datasets.MNIST.mirrors", [mirror.url])
    others = packed(small_files() | {FILES[1]: idx_bytes(np.zeros(40))})
    write_files(tmp_path, others)
    assert load_digits("mnist", tmp_path).source == "other"
    assert load_digits("other", tmp_path, download=True).source == "other"
    (tmp_path / f"{FILES[0]}.gz").rename(tmp_path / "away.gz")
    with pytest.raises(DataError, match=f"{FILES[0]}.gz is missing"):
        load_digits("other", tmp_path, download=True)  # and MNIST is not fetched in their place
    (tmp_path / "away.gz").rename(tmp_path / f"{FILES[0]}.gz")
    assert mirror.requested == []
    assert load_digits("mnist", tmp_path, download=True).source == "mnist"
    assert (tmp_path / f"{FILES[1]}.gz").read_bytes() == others[f"{FILES[1]}.gz"]  # untouched, beside MNIST/raw


@pytest.mark.mnist
def test_genuine_files_with_torchvisions_checksums(mnist, tmp_path):
    """The genuine files from a local mirror: one truncated, one with wrong bytes, then a good mirror."""
    genuine = {f"{name}.gz": next(Path(mnist.origin).rglob(f"{name}.gz")).read_bytes() for name in FILES}
    with serve(genuine) as broken, serve(genuine) as good:
        broken.truncated.add(THIRD)
        with pytest.raises(DataError, match="broke off after 824,438 of 1,648,877 bytes"):
            download_mnist(tmp_path, mirrors=[broken.url])
        assert snapshot(tmp_path) == {}
        broken.files["train-labels-idx1-ubyte.gz"] = genuine["train-labels-idx1-ubyte.gz"].replace(b"\x00", b"\x01", 1)
        with pytest.raises(DataError, match="sent something else than"):
            download_mnist(tmp_path, mirrors=[broken.url])
        assert snapshot(tmp_path) == {}
        download_mnist(tmp_path, mirrors=[broken.url, good.url])
        assert good.requested == ["train-labels-idx1-ubyte.gz", THIRD]
    assert load_digits(root=tmp_path).train_labels.equal(mnist.train_labels)
