"""How a command is found and run: imported only when it is called, its failures told in one sentence.

Source: click's documentation, "Lazily Loading Subcommands".
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from nnlab.config import ConfigError
from nnlab.machine import core_count
from nnlab.sources.errors import DataError


class LazyGroup(click.Group):
    """Commands, each of which is imported when it is called.

    Args:
        summaries: name of a command -> the sentence about it in the overview. The command is the function of this name
            in the module of this name in ``nnlab.cli``.
    """

    def __init__(self, summaries: Mapping[str, str], **options: Any):
        super().__init__(
            no_args_is_help=False,
            context_settings={"help_option_names": ["-h", "--help"]},  # its commands inherit them
            subcommand_metavar="COMMAND ...",
            **options,
        )
        self.summaries = summaries

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.summaries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        if cmd_name not in self.summaries:
            ctx.fail(f"command is {cmd_name!r}; allowed: one of {', '.join(self.summaries)}")
        return getattr(import_module(f"nnlab.cli.{cmd_name}"), cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the overview from ``summaries``; click would import every command to ask it."""
        with formatter.section("Commands"):
            formatter.write_dl([*self.summaries.items()])


class Command(click.Command):
    """A command of the group: once its options are read, torch is imported, and what goes wrong is one sentence."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # click leaves it out where an option lacks its value
            raise

    def invoke(self, ctx: click.Context) -> int:
        import torch

        from nnlab.checkpoint import CheckpointError

        # torch counts the machine's cores, not those that a container may use
        torch.set_num_threads(min(torch.get_num_threads(), core_count()))
        try:
            return super().invoke(ctx)
        except (CheckpointError, ConfigError, DataError, OSError) as error:
            raise click.UsageError(_sentence(error), ctx) from error


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)
