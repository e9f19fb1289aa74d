"""The command line: ``python -m nnlab train | evaluate | export | data | bench | pretrain | drawings | record``.

Each command is a module of this folder, which is imported when the command is called. Torch takes seconds to import,
so ``train``, ``evaluate``, ``export`` and ``data`` import it inside their functions, after the options have been read:
help and a wrong option answer at once. Whatever a user can get wrong ends in one line on standard error and exit status
2.

Read next: ``parameters``, which makes options of the settings; ``train``; ``group``, which runs a command.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

import click

from nnlab.cli.group import LazyGroup

PROGRAM = "python -m nnlab"
FAILED = 2  # exit status: the command could not do its work
INTERRUPTED = 130  # exit status: Ctrl-C; 128 + the signal's number
COMMANDS = {  # name, which is also its module's and its function's -> what the overview says of it
    "train": "Train a network.",
    "evaluate": "Test a trained network, digit by digit.",
    "export": "Write a trained network as PyTorch, ONNX, a notebook, a report.",
    "data": "Say which data are here, check them, fetch them.",
    "bench": "Measure how fast it is, and what limits it.",
    "pretrain": "Make again what is bundled.",
    "drawings": "Measure how well drawings are read.",
    "record": "Train the record network, or a committee of them, for hours.",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: the words after ``python -m nnlab``; default: those of this process.

    Returns:
        The exit status.
    """
    _print_whatever_the_console_lacks()
    words = sys.argv[1:] if arguments is None else list(arguments)
    group = LazyGroup(COMMANDS, help="See a neural network learn.")
    try:  # click's own main would answer Ctrl-C and a closed pipe in its own words
        with group.make_context(PROGRAM, words) as context:
            return group.invoke(context)
    except click.exceptions.Exit as done:  # after --help
        return done.exit_code
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else PROGRAM
        print(f"{command}: {error.format_message()}", file=sys.stderr)
        return FAILED
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
