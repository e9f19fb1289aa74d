"""``python -m nnlab pretrain``: the options of ``workshop.pretrain``, ``make_generator`` and ``make_twin``."""

from __future__ import annotations

from pathlib import Path

import click

from nnlab.cli.group import Command
from nnlab.cli.parameters import PathType, data_folder_option, half_precision_option
from nnlab.cli.results import make_folders
from nnlab.config import ConfigError
from nnlab.sources.builtin.cache import WEIGHTS
from nnlab.workshop import make_generator, make_twin
from nnlab.workshop import pretrain as work
from nnlab.workshop.pieces import CheckpointMismatchError

EPOCHS = f"passes over MNIST (default: {work.TRAIN.epochs}; the generator has a schedule of its own)"
RATES = f"{work.TRAIN.learning_rate:g}, with --start {work.REFINING_RATE:g}"


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
@click.option("--start", type=PathType(), metavar="FILE", help="go on from this network, at a lower rate")
@click.option("--rate", type=float, metavar="R", help=f"the highest learning rate (default: {RATES})")
@click.option("--average", is_flag=True, help="store the mean of the weights of --start and the trained ones")
@click.option(
    "--average-with", type=PathType(), multiple=True, metavar="FILE", help="of this network's weights too; repeatable"
)
@click.option("--teacher", type=PathType(), multiple=True, metavar="FILE", help="learn its answers too; repeatable")
@half_precision_option
@click.option("--resume", is_flag=True, help="go on where this command was interrupted")
@data_folder_option("--data-dir")
@click.option("--output", type=PathType(), metavar="FILE", help="default: the file that comes with nnlab")
def pretrain(
    builtin: bool,
    twin: bool,
    epochs: int | None,
    seed: int,
    start: Path | None,
    rate: float | None,
    average: bool,
    average_with: tuple[Path, ...],
    teacher: tuple[Path, ...],
    half_precision: bool,
    resume: bool,
    data_dir: Path | None,
    output: Path | None,
) -> int:
    """Make again what is bundled."""
    if builtin and twin:
        raise click.UsageError("--builtin and --twin make two different files: give one of them")
    is_of_bundled = start or rate is not None or average or average_with or teacher or half_precision or resume
    if (builtin or twin) and is_of_bundled:
        raise click.UsageError(
            "--start, --rate, --average, --average-with, --teacher, --half-precision and --resume "
            "are of the bundled network, not of --builtin or --twin"
        )
    if average and not start:
        raise click.UsageError("--average needs --start: the network to average with")
    if average_with and not average:
        raise click.UsageError("--average-with needs --average: it adds another network to that mean")
    make_folders(output or (WEIGHTS if builtin else make_twin.TWIN if twin else work.BUNDLED))
    if twin:
        return make_twin.main(epochs, seed, data_dir, output)
    if builtin:
        if epochs is not None:
            raise ConfigError("epochs", epochs, "nothing, together with --builtin")
        return make_generator.main(output or WEIGHTS, data_dir, seed)
    options = work.Options(
        epochs,
        seed,
        data_dir,
        output or work.BUNDLED,
        start,
        rate,
        average,
        teacher,
        half_precision,
        resume,
        average_with,
    )
    try:
        return work.train_reader(options)
    except CheckpointMismatchError as error:
        raise click.UsageError(str(error)) from error
