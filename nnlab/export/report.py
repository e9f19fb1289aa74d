"""A run as one page of HTML that opens anywhere: no script, no network, and it prints well.

All that a visitor has written is escaped. The curves are measured ones; nothing is drawn where nothing is known.
"""

from __future__ import annotations

import math
import platform
from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from html import escape

import torch

from nnlab.config import INPUT_NORMALIZATION, ModelConfig, TrainConfig
from nnlab.export.drawn import Line, chart, picture
from nnlab.export.exported import Exported
from nnlab.export.tested import Tested
from nnlab.export.words import class_names, words
from nnlab.sources.published import is_of_digits

TRAINING_BLUE, TEST_ORANGE = "#0072B2", "#D55E00"  # as in the app
STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
h1 { line-height: 1.2; } h2 { margin-top: 2rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .15rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid #8884; }
table.confusion { font-size: .85rem; } table.confusion :is(th, td) { padding: .2rem .45rem; text-align: right; }
table.named th[scope=row] { white-space: nowrap; } table.named th[scope=col] { vertical-align: bottom; }
table.named th[scope=col] span { writing-mode: vertical-rl; text-orientation: sideways; transform: rotate(180deg);
  white-space: nowrap; }
.scroll { overflow-x: auto; }
figure { margin: 1rem 0; break-inside: avoid; } svg { width: 100%; height: auto; }
.grid { stroke: #8885; } .tick { font-size: 12px; fill: currentColor; }
.key { margin-left: 1em; white-space: nowrap; } .key i { display: inline-block; width: 1.2em; height: 3px;
  margin-right: .4em; vertical-align: middle; }
.mistakes { display: flex; flex-wrap: wrap; gap: .8rem; }
.mistakes figure { margin: 0; width: 88px; font-size: .8rem; }
img { image-rendering: pixelated; background: #fff; border: 1px solid #8884; }
.note { white-space: pre-wrap; overflow-wrap: anywhere; } h1 { overflow-wrap: anywhere; }
@media print { body { max-width: none; margin: 0; font-size: 11pt; } :is(h2, h3, h3 + p) { break-after: avoid; }
  :is(tr, .scroll) { break-inside: avoid; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""


def report(exported: Exported, tested: Tested | None = None, language: str = "en", day: date | None = None) -> str:
    """The whole page.

    Args:
        exported: the run.
        tested: what its network does on a test set; None where there was none.
        language: one of ``words.LANGUAGES``.
        day: when the report was made; default: today.
    """
    said = words(language)
    title = exported.name or said["unnamed"]
    made = said["made_by"].format(date=(day or date.today()).isoformat())
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{escape(said.get(f'heading_{exported.data_source}', said['heading']))}. {escape(made)}.</p>",
        _note(exported, said),
        f"<h2>{escape(said['settings'])}</h2>",
        _table(_settings(exported, said)),
        _obstacle(exported, said),
        f"<h2>{escape(said['results'])}</h2>",
        _results(tested, said, language),
        _own_digits(exported, said),
        f"<h2>{escape(said['curves'])}</h2>",
        _curves(exported, said),
        f"<h2>{escape(said['versions'])}</h2>",
        _table(_versions(exported)),
    ]
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        # Whatever a name or a note may hold: nothing on this page runs, and nothing is fetched.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        'img-src data:">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(filter(None, parts))
        + "\n</body>\n</html>\n"
    )


def _note(exported: Exported, said: dict[str, str]) -> str:
    if not exported.note:
        return ""
    return f'<h2>{escape(said["note"])}</h2>\n<p class="note">{escape(exported.note)}</p>'


def _table(rows: Iterable[tuple[str, str]]) -> str:
    cells = "\n".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in rows)
    return f"<table>\n{cells}\n</table>"


def _settings(exported: Exported, said: dict[str, str]) -> list[tuple[str, str]]:
    config, train = exported.config, exported.train
    source = exported.data_source
    rows = [
        (said["layers"], "-".join(map(str, config.layer_sizes))),
        (said["parameters"], f"{config.parameter_count:,}"),
        *_fields(config, said),
        (said["learned_from"], said.get(f"source_{source}", said["unknown"])),
    ]
    if train is None:
        return rows
    rows += _fields(train, said)
    if exported.steps < train.total_steps:
        words_of_steps = said["steps_of"].format(steps=f"{exported.steps:,}", all=f"{train.total_steps:,}")
    else:
        words_of_steps = f"{train.total_steps:,}"
    rows.append((said["steps"], words_of_steps))
    changes = (
        said["rate_change_to"].format(rate=f"{change.learning_rate:g}", step=f"{change.step:,}")
        for change in exported.rate_changes
    )
    return [*rows, *((said["rate_change"], change) for change in changes)]


def _fields(config: ModelConfig | TrainConfig, said: dict[str, str]) -> list[tuple[str, str]]:
    """The fields of a configuration, by their names for people."""
    return [
        (said[setting.name], _value(setting.name, getattr(config, setting.name), said))
        for setting in fields(config)
        if setting.name != "hidden_sizes"
    ]


def _value(name: str, value: object, said: dict[str, str]) -> str:
    if isinstance(value, bool):
        return said["yes" if value else "no"]
    if isinstance(value, str):
        numbers = " ({:g}, {:g})".format(*INPUT_NORMALIZATION[value]) if name == "input_normalization" else ""
        return said[f"{name}_{value}"] + numbers
    if isinstance(value, int) and name != "seed":
        return f"{value:,}"
    return str(value).removesuffix(".0")


def _obstacle(exported: Exported, said: dict[str, str]) -> str:
    obstacle = exported.obstacle
    if obstacle is None:
        return ""
    return f"<p>{escape(said['unknown_training' if obstacle == 'unknown' else obstacle])}</p>"


def _results(tested: Tested | None, said: dict[str, str], language: str) -> str:
    if tested is None:
        return f"<p>{escape(said['not_tested'])}</p>"
    names = class_names(tested.source, language)
    result = said["result"].format(
        accuracy=_percent(tested.accuracy, 2), count=f"{tested.count:,}", loss=f"{tested.loss:.4f}",
        source=said.get(f"source_{tested.source}", tested.source),
    )  # fmt: skip
    return "\n".join([f"<p>{escape(result)}</p>", _confusion(tested, said, names), _mistakes(tested, said, names)])


def _own_digits(exported: Exported, said: dict[str, str]) -> str:
    """How it reads digits that somebody had drawn or brought: apart from the test set, of which they are no part."""
    score = exported.own_score
    if score is None or not score.trained + score.held_out:
        return ""
    counted = [
        ("own_trained", score.trained_right, score.trained), ("own_held_out", score.held_out_right, score.held_out),
    ]  # fmt: skip
    rows = [(said[name], f"{right:,} / {count:,}") for name, right, count in counted if count]
    return f"<h3>{escape(said['own_read'])}</h3>\n{_table(rows)}"


def _confusion(tested: Tested, said: dict[str, str], names: list[str]) -> str:
    most = max((count for i, row in enumerate(tested.matrix) for j, count in enumerate(row) if i != j), default=0) or 1
    head = "".join(f'<th scope="col"><span>{escape(name)}</span></th>' for name in names)
    body = []
    for truth, row in enumerate(tested.matrix):
        cells = []
        for answer, count in enumerate(row):
            shade = 0.0 if truth == answer else 0.75 * count / most
            style = f' style="background:rgba(213,94,0,{shade:.2f})"' if shade else ""
            cells.append(f"<td{style}>{f'<b>{count:,}</b>' if truth == answer else f'{count:,}'}</td>")
        body.append(f'<tr><th scope="row">{escape(names[truth])}</th>{"".join(cells)}</tr>')
    key, kind = ("confusion_words", "") if is_of_digits(tested.source) else ("confusion_words_classes", " named")
    return (
        f"<h3>{escape(said['confusion'])}</h3>\n<p>{escape(said[key])}</p>\n"
        f'<div class="scroll"><table class="confusion{kind}"><tr><th></th>{head}</tr>\n'
        + "\n".join(body)
        + "\n</table></div>"
    )


def _mistakes(tested: Tested, said: dict[str, str], names: list[str]) -> str:
    if not tested.mistakes:
        return f"<p>{escape(said['no_mistakes'])}</p>"
    figures, kind = [], "" if is_of_digits(tested.source) else "_classes"
    for reading, image in tested.mistakes:
        read = {"truth": names[reading.label], "answer": names[reading.predicted]}
        alt = said[f"mistake_alt{kind}"].format(number=f"{reading.index + 1:,}", **read)
        probability = _percent(min(reading.probability, math.nextafter(1, 0)), 1)  # softmax gives no class the whole
        caption = said[f"mistake{kind}"].format(probability=probability, **read)
        figures.append(f"<figure>{picture(image, alt)}<figcaption>{escape(caption)}</figcaption></figure>")
    return f"<h3>{escape(said['mistakes'])}</h3>\n" + '<div class="mistakes">' + "\n".join(figures) + "</div>"


def _percent(fraction: float, decimals: int) -> str:
    """As the app writes it: what is nearly all is not rounded to the whole."""
    text = f"{fraction:.{decimals}%}"
    is_rounded_up = text == f"{1:.{decimals}%}" and fraction < 1
    return f">{1 - 10 ** -(decimals + 2):.{decimals}%}" if is_rounded_up else text


def _curves(exported: Exported, said: dict[str, str]) -> str:
    rows = exported.history

    def points(name: str, factor: float = 1.0) -> list[tuple[float, float]]:
        values = ((row.epoch, getattr(row, name)) for row in rows)
        return [(epoch, factor * value) for epoch, value in values if value is not None and math.isfinite(value)]

    training, test = points("training_loss"), points("test_loss")
    if not training and not test:
        return f"<p>{escape(said['no_history'])}</p>"
    lines = [
        Line(said["training_images_short"], TRAINING_BLUE, training),
        Line(said["test_images_short"], TEST_ORANGE, test),
    ]
    charts = [chart(lines, said["epoch"], said["curve_loss"])]
    accuracies = points("test_accuracy", 100.0)
    if accuracies:
        line = Line(said["test_images_short"], TEST_ORANGE, accuracies)
        charts.append(chart([line], said["epoch"], said["curve_accuracy"]))
    return "\n".join(charts)


def _versions(exported: Exported) -> list[tuple[str, str]]:
    """Of what trained the network, as its file says, and of what made this page."""
    known = exported.facts.get("versions")
    then = known if isinstance(known, dict) else {}
    rows = [(str(name), str(version)) for name, version in then.items() if isinstance(version, str)]
    return rows or [("python", platform.python_version()), ("torch", torch.__version__)]
