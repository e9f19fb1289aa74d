"""What may be typed after an option: the settings' rules as click's types, and the options that commands share.

The options of a run are the fields of the configurations, so a field added in ``config`` is an option at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import Field, fields
from pathlib import Path
from typing import Any, TypeVar

import click

from nnlab.config import Choice, ConfigError, DataConfig, ModelConfig, Number, Rule, Switch, TrainConfig

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
THREADS = Number(1, 64, integer=True)  # of torch: a thousand times as many end the process


class RuleType(click.ParamType):
    """Reads a value by a rule; what the rule refuses is said as everywhere else: name, value, what is allowed."""

    def __init__(self, rule: Rule):
        self.name, self.rule = "value", rule

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        read = self.rule.parse if isinstance(value, str) else self.rule.check  # a default is no string
        try:
            return read(value)
        except (ValueError, OverflowError):
            name = param.name if param else self.name
            raise click.UsageError(str(ConfigError(name, value, self.rule.allowed)), ctx) from None


class PathType(click.ParamType):
    """Reads a path. In ``--save --json run.json`` the path is missing, and ``--json`` is not taken for it."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        if str(value).startswith("--"):
            self.fail(f"{value} is an option; allowed: a path (./{value} for a file of this name)", param, ctx)
        return Path(value)


def setting_options(command: Decorated) -> Decorated:
    """Give a command an option for each setting, such as ``--learning-rate`` and, as in a link of the app, ``--lr``.

    The command gets the value, or None where the option was not given, under the setting's name.
    """
    for setting in reversed([setting for part in (ModelConfig, TrainConfig, DataConfig) for setting in fields(part)]):
        command = _setting_option(setting)(command)
    return command


def _setting_option(setting: Field) -> Callable[[Decorated], Decorated]:
    rule = setting.metadata["rule"]
    names = dict.fromkeys((f"--{setting.name.replace('_', '-')}", f"--{setting.metadata['query']}"))
    switch: dict[str, Any] = (
        {"is_flag": False, "flag_value": rule.write(True)} if isinstance(rule, Switch) else {}
    )  # --augment is on
    return click.option(
        *names,
        setting.name,
        type=RuleType(rule),
        metavar="VALUE",
        help=f"{rule.allowed} (default without preset: {rule.write(setting.default)})",
        **switch,
    )


def choice_option(
    name: str, choices: Iterable[str], help: str, default: str | None = None
) -> Callable[[Decorated], Decorated]:
    """An option whose value is one of some names; in ``help``, "{allowed}" stands for the list of them."""
    rule = Choice(tuple(choices))
    words = help.format(allowed=rule.allowed)
    return click.option(name, type=RuleType(rule), default=default, metavar="NAME", help=words)


def number_option(name: str, rule: Number, default: int, help: str) -> Callable[[Decorated], Decorated]:
    """An option whose value is a number by a rule."""
    return click.option(name, type=RuleType(rule), default=default, metavar="N", help=help)


def data_folder_option(*names: str) -> Callable[[Decorated], Decorated]:
    """``--data-dir``, and further names of it."""
    return click.option(
        *names,
        "data_dir",
        type=PathType(),
        metavar="FOLDER",
        help="where MNIST is; default: $NNLAB_DATA_DIR, else the cache folder",
    )


def _warn_if_slower(_context: click.Context, _parameter: click.Parameter, is_wanted: bool) -> bool:
    """Half precision is for its speed: say before hours are spent on it that this processor is slower with it."""
    if is_wanted:
        from nnlab.workshop.half_precision import speedup

        factor = speedup()
        if factor < 1:
            words = (
                f"this processor takes {1 / factor:.1f} times as long for products in 16 bits as in 32; leave it out"
            )
            click.echo(f"--half-precision: {words}.", err=True)
    return is_wanted


download_option = click.option("--download", is_flag=True, help="fetch the data first if they are not there, or broken")
half_precision_option = click.option(
    "--half-precision",
    is_flag=True,
    callback=_warn_if_slower,
    help="multiply in 16 bits: twice as fast on processors that have bfloat16",
)
json_option = click.option(
    "--json", "json_file", type=PathType(), metavar="FILE", help="write the result there as JSON"
)
