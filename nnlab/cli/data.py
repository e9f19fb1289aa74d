"""``python -m nnlab data``: which files of MNIST are here, whether they are genuine, and whether they can be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from nnlab.cli.digits import load
from nnlab.cli.group import Command
from nnlab.cli.parameters import data_folder_option, download_option, json_option
from nnlab.cli.results import make_folders, write_json
from nnlab.sources.errors import DataError
from nnlab.sources.mnist import FILES, find_file, is_genuine, mnist_dir, resolve_source


@click.command(cls=Command)
@data_folder_option("--dir", "--data-dir")
@download_option
@json_option
def data(data_dir: Path | None, download: bool, json_file: Path | None) -> int:
    """Say which data are here, check them, fetch them.

    The exit status is 0 if MNIST can be read and 2 if not; the JSON is written either way.
    """
    make_folders(json_file)
    result: dict[str, Any] = {"folder": str(mnist_dir(data_dir)), "usable": True, "error": None}
    try:
        mnist = load("mnist", data_dir, download)
        counts = len(mnist.train_labels), len(mnist.test_labels)
        result |= dict(zip(("train_images", "test_images"), counts, strict=True))
        print(f"MNIST in {mnist.origin}: {counts[0]:,} training and {counts[1]:,} test images")
        return 0
    except DataError as error:
        if resolve_source("auto") == "builtin":  # the folder may be another than the app's; and it tells what is broken
            print("Until that is mended, the app trains on its built-in digits.")
        result |= {"usable": False, "error": {"reason": error.reason, "file": error.file, "sentence": str(error)}}
        raise
    finally:
        result["files"] = _describe_files(mnist_dir(data_dir))
        write_json(json_file, result)


def _describe_files(folder: Path) -> list[dict[str, Any]]:
    """Say of each file that is there whether it is MNIST's, and how large."""
    described = []
    for name in FILES:
        path = find_file(name, folder)
        if path is not None:
            matches, size = is_genuine(name, path), path.stat().st_size
            verdict = "as published, by its MD5" if matches else "MD5 is not MNIST's"
            print(f"  {path.name:<28} {size:>12,} bytes  {verdict}")
            described.append({"path": str(path), "bytes": size, "md5_matches": matches})
    return described
