"""The command line: ``python -m nnlab train | evaluate | data | bench | pretrain | drawings``.

The options of ``train`` are the fields of the configurations and their rules, so a field added in ``config`` is an
option here at once. Whatever a user can get wrong ends in one line and exit status 2. ``commands`` does the work; it is
imported after the options have been read, since torch takes seconds and a wrong option should not.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, NoReturn

from nnlab.config import (
    DATA_SOURCES,
    DEVICES,
    PRESETS,
    ConfigError,
    DataConfig,
    ModelConfig,
    Number,
    Setup,
    Switch,
    TrainConfig,
)
from nnlab.machine import core_count
from nnlab.sources.errors import DataError

FAILED = 2  # exit status: the command could not do its work
INTERRUPTED = 130  # exit status: Ctrl-C; 128 + the signal's number
THREADS = Number(1, 64, integer=True)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(FAILED, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: the words after ``python -m nnlab``; default: those of this process.

    Returns:
        The exit status.
    """
    _print_whatever_the_console_lacks()
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    args = _parser(arguments).parse_args(arguments)
    try:
        if args.command == "train":
            args.setup = read_setup(args)
            args.threads = _parse("threads", THREADS, args.threads)
        return _run(args)
    except ConfigError as error:
        return _fail(args.command, error)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return INTERRUPTED


def _print_whatever_the_console_lacks() -> None:
    """Letters that the console or the log cannot show, as those of a folder in Hangul, appear as ``\\ud55c``.

    Such a letter must not end a run before its first step, nor after its last.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # None where there is no console at all
            stream.reconfigure(errors="backslashreplace")


def read_setup(args: argparse.Namespace) -> Setup:
    """The preset (or the defaults) with what the options change.

    Raises:
        ConfigError: for a value that its field's rule refuses.
    """
    setup = PRESETS[args.preset].setup if args.preset else Setup()
    for part in fields(Setup):
        config = getattr(setup, part.name)
        for setting in fields(config):
            text = getattr(args, setting.name)
            if text is not None:
                config = replace(config, **{setting.name: _parse(setting.name, setting.metadata["rule"], text)})
        setup = replace(setup, **{part.name: config})
    return setup


def _parse(name: str, rule: Any, text: str) -> Any:
    try:
        return rule.parse(text)
    except (ValueError, OverflowError):
        raise ConfigError(name, text, rule.allowed) from None


def _run(args: argparse.Namespace) -> int:
    if args.command == "pretrain":
        from nnlab.workshop.pretrain import main as run
    elif args.command == "bench":
        from nnlab.workshop.bench import main as run
    elif args.command == "drawings":
        from nnlab.workshop.drawing_report import main as run
    else:
        from nnlab.cli.commands import COMMANDS

        run = COMMANDS[args.command]
    import torch

    from nnlab.checkpoint import CheckpointError

    torch.set_num_threads(min(torch.get_num_threads(), core_count()))  # torch counts the machine's, not a container's
    try:
        return run(args)
    except CheckpointError as error:
        model = getattr(args, "model", None)
        return _fail(args.command, f"{model}: {error}" if model else error)
    except (DataError, OSError) as error:
        return _fail(args.command, error)


def _fail(command: str, error: Exception | str) -> int:
    sentence = str(error)
    if isinstance(error, OSError) and error.filename:
        sentence = f"{error.filename}: {error.strerror}"
    print(f"python -m nnlab {command}: {sentence}", file=sys.stderr)
    return FAILED


def _parser(arguments: list[str]) -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m nnlab", description="See a neural network learn.", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    train = commands.add_parser("train", help="train a network", allow_abbrev=False)
    _add_train_options(train)
    evaluate = commands.add_parser("evaluate", help="test a trained network, digit by digit", allow_abbrev=False)
    evaluate.add_argument("--model", type=Path, metavar="FILE", help="a saved network; default: the bundled one")
    evaluate.add_argument("--source", choices=DATA_SOURCES, default="mnist", help="default: %(default)s")
    _add_data_options(evaluate, "--data-dir")
    data = commands.add_parser("data", help="say which data are here, check them, fetch them", allow_abbrev=False)
    _add_data_options(data, "--dir", "--data-dir")
    bench = commands.add_parser("bench", help="measure how fast it is, and what limits it", allow_abbrev=False)
    if "bench" in arguments:  # its defaults come with torch
        from nnlab.workshop.bench import add_arguments as add_bench_arguments

        add_bench_arguments(bench)
    pretrain = commands.add_parser("pretrain", help="make again what is bundled", allow_abbrev=False)
    if "pretrain" in arguments:  # its defaults come with torch
        from nnlab.workshop.pretrain import add_arguments

        add_arguments(pretrain)
    drawings = commands.add_parser("drawings", help="measure how well drawings are read", allow_abbrev=False)
    if "drawings" in arguments:
        from nnlab.workshop.drawing_report import add_arguments as add_drawings_arguments

        add_drawings_arguments(drawings)
    return parser


def _add_train_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--preset", choices=tuple(PRESETS), help="where to start from; default: the app's defaults")
    for part in (ModelConfig, TrainConfig, DataConfig):
        for setting in fields(part):
            _add_setting(parser, setting)
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the trained network there (safetensors)")
    parser.add_argument(
        "--threads", default="1", metavar="VALUE", help="of torch; one repeats a run exactly (default: 1)"
    )
    parser.add_argument(
        "--device", choices=DEVICES, default="cpu", help="where to compute; a GPU is for wide networks (default: cpu)"
    )
    _add_data_options(parser, "--data-dir")


def _add_setting(parser: argparse.ArgumentParser, setting: Any) -> None:
    """``--learning-rate`` and, as in a link of the app, ``--lr``."""
    rule = setting.metadata["rule"]
    names = dict.fromkeys((f"--{setting.name.replace('_', '-')}", f"--{setting.metadata['query']}"))
    default = rule.write(setting.default)
    switch: dict[str, Any] = {"nargs": "?", "const": rule.write(True)} if isinstance(rule, Switch) else {}
    parser.add_argument(
        *names,
        dest=setting.name,
        metavar="VALUE",
        help=f"{rule.allowed} (default without preset: {default})".replace("%", "%%"),
        **switch,
    )


def _add_data_options(parser: argparse.ArgumentParser, *folder_options: str) -> None:
    parser.add_argument(
        *folder_options,
        dest="data_dir",
        type=Path,
        metavar="FOLDER",
        help="where MNIST is; default: $NNLAB_DATA_DIR, else the cache folder",
    )
    parser.add_argument("--download", action="store_true", help="fetch MNIST first if it is not there, or broken")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result there as JSON")
