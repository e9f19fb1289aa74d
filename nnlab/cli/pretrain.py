"""``python -m nnlab pretrain``: the options of ``workshop.pretrain``."""

from __future__ import annotations

from pathlib import Path

import click

from nnlab.cli.group import Command
from nnlab.cli.parameters import PathType, data_folder_option
from nnlab.cli.results import make_folders
from nnlab.workshop import make_twin
from nnlab.workshop import pretrain as work

EPOCHS = f"passes over MNIST (default: {work.TRAIN.epochs}; the generator has a schedule of its own)"


@click.command(cls=Command)
@click.option("--builtin", is_flag=True, help="the generator of the built-in digits instead")
@click.option("--twin", is_flag=True, help="the small network that the lessons show before and after its training")
@click.option("--epochs", type=int, metavar="N", help=EPOCHS)
@click.option(
    "--seed",
    type=int,
    default=work.TRAIN.seed,
    metavar="N",
    help=f"decides all that is random (default: {work.TRAIN.seed})",
)
@data_folder_option("--data-dir")
@click.option("--output", type=PathType(), metavar="FILE", help="default: the file that comes with nnlab")
def pretrain(
    builtin: bool, twin: bool, epochs: int | None, seed: int, data_dir: Path | None, output: Path | None
) -> int:
    """Make again what is bundled."""
    if builtin and twin:
        raise click.UsageError("--builtin and --twin make two different files: give one of them")
    make_folders(output or (work.WEIGHTS if builtin else make_twin.TWIN if twin else work.BUNDLED))
    if twin:
        return make_twin.main(epochs, seed, data_dir, output)
    return work.main(builtin, epochs, seed, data_dir, output)
