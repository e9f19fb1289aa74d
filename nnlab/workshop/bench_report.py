"""The bench's figures as a table in the terminal, as a page in Markdown, and as two plots in SVG.

Read next: ``cli``.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from nnlab.paths import write_whole

NAMES = {
    "textbook": "textbook loop",
    "scikit_learn": "scikit-learn",
    "nnlab": "nnlab",
    "bare": "bare loop",
    "floor": "floor",
}
HEADER = (
    "| network | batch | optimiser | " + " | ".join(NAMES.values()) + " | nnlab vs textbook | vs bare | vs floor "
    "| what limits it |",
    "| --- | --: | --- | " + "--: | " * len(NAMES) + "--: | --: | --: | --- |",
)
LIMITS = {"arithmetic": "arithmetic", "shapes": "shapes", "memory": "memory", "overhead": "overhead"}

# A plot: logarithmic axes, legible on white and on black.
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 360, 70, 20, 20, 50  # SVG units
GREY, COLOURS = "#808080", {"nnlab": "#0072B2", "floor": "#E69F00"}  # Okabe & Ito


def describe(machine: dict[str, Any]) -> str:
    """The machine in one line."""
    versions = ", ".join(f"{name} {version or 'not installed'}" for name, version in machine["versions"].items())
    threads = "1 thread" if machine["threads"] == 1 else f"{machine['threads']} threads"
    return (
        f"{machine['processor']}, {machine['cores']} cores, {threads} used; {machine['system']}; {versions}; "
        f"{machine['date']}"
    )


def _seconds(value: float | None) -> str:
    if value is None:
        return "–"
    if value < 0.001:
        return f"{value * 1e6:.0f} µs"
    return f"{value * 1e3:.3g} ms" if value < 1 else f"{value:.3g} s"


def row(line: dict[str, Any]) -> str:
    """One line of the table: times per step, ratios, and the parts of nnlab's step, largest first."""
    times = " | ".join(_seconds(line["seconds_per_step"].get(name)) for name in NAMES)
    ratios = line["times_as_fast_as"]
    parts = sorted(LIMITS, key=line["share"].get, reverse=True)
    limits = ", ".join(f"{LIMITS[name]} {line['share'][name]:.0%}" for name in parts)
    return (
        f"| {line['network']} | {line['batch_size']} | {line['optimizer']} | {times} | {ratios['textbook']:.1f} × "
        f"| {ratios['bare']:.2f} | {ratios['floor']:.2f} | {limits} |"
    )


def sentences(result: dict[str, Any]) -> list[str]:
    """What is measured besides the table, one sentence each."""
    drawing = result["drawing_seconds"]
    said = [
        f"Evaluating 10,000 images with the network 128-64 takes {_seconds(result['evaluation_seconds'])}.",
        f"Preparing a drawing takes {_seconds(drawing['preprocessing'])}, predicting it "
        f"{_seconds(drawing['prediction'])}.",
        f"Writing the built-in digits, once on a machine, takes {result['builtin_seconds']:.1f} s.",
    ]
    for preset, goal in result["goals"].items():
        each = ", ".join("not reached" if value is None else f"{value:.2f}" for value in goal["each"])
        reached = "is not always reached" if goal["seconds"] is None else f"takes {goal['seconds']:.2f} s of training"
        said.append(f"Preset {preset}: {goal['accuracy']:.2%} of the test set {reached} (by seed: {each}).")
    said.append(
        f"The textbook loop with the notes' settings would need {result['notes_textbook_seconds']:.0f} s for the ten "
        "epochs after which the notes had 95.16 % (extrapolated from its time per step)."
    )
    if result["machine"]["versions"]["scikit-learn"] is None:
        said.append("scikit-learn is not installed, so it was left out (requirements-dev.txt has it).")
    return said


def devices(found: dict[str, dict[str, float]]) -> str:
    """What an accelerator gives."""
    if not found:
        return "No GPU here, so none was measured."
    return "\n".join(
        f"{device}: {speeds[device]:,.0f} images/s with 2048-1024-512, batch 4096; the processor: {speeds['cpu']:,.0f}."
        for device, speeds in found.items()
    )


def write_page(path: Path, result: dict[str, Any]) -> None:
    """Write the page, and its two plots beside it."""
    lines = "\n".join(row(line) for line in result["lines"])
    parts = [
        "# Benchmarks",
        "Written by `python -m nnlab bench --markdown`; do not edit.",
        describe(result["machine"]) + ".",
        f"All loops in one process, in turns; medians of {result['repetitions']} timings of about "
        f"{result['seconds_per_timing']} s each, so the textbook loop is timed on part of an epoch. Times are per "
        "step. Only the ratios mean something on another machine.",
        "\n".join(HEADER) + "\n" + lines,
        EXPLANATION,
        "\n".join(f"- {sentence}" for sentence in [*sentences(result), devices(result["devices"])]),
    ]
    for key, axis, title in (
        ("widths", "width", "Units of the first hidden layer (the second has half as many); batch 64"),
        ("batches", "batch_size", "Images per batch; network 128-64"),
    ):
        if key in result:
            file = path.with_name(f"{path.stem}-{key}.svg")
            write_whole(file, plot(result[key], axis, title).encode())
            parts.append(f"![Time per image against {key}]({file.name})")
            parts.append(points_table(result[key], axis))
    write_whole(path, ("\n\n".join(parts) + "\n").encode())


EXPLANATION = """\
- **textbook loop**: DataLoader, `ToTensor` and `Normalize` image by image, autograd, `loss.item()` at each step.
- **scikit-learn**: `MLPClassifier.partial_fit`, its pixels scaled beforehand.
- **nnlab**: `TrainingRun.advance` with its records: loss and accuracy of every step.
- **bare loop**: the same products and the same update written out, and nothing else: no loss, no record, no choice.
- **floor**: the multiplications and additions of a step at the speed of a 1024 × 1024 matrix product. A step cannot be
  faster, except where a small matrix suits the caches better.
- *nnlab vs textbook* says how many times as fast nnlab is; *vs bare* and *vs floor* are the share of their speed it
  reaches (1 = as fast).
- *What limits it*: where the time of nnlab's step goes. *Arithmetic* is the floor; *shapes* what its own, smaller
  matrices cost beyond it; *memory* reading and writing gradient, weights and the optimiser's memory at the speed of a
  plain pass over them; *overhead* all the rest, most of it some thirty calls per step whatever the size."""


def points_table(points: list[dict[str, Any]], axis: str) -> str:
    """The numbers of a plot."""
    rows = [f"| {axis.replace('_', ' ')} | nnlab, per image | floor, per image |", "| --: | --: | --: |"]
    rows += [f"| {point[axis]} | {point['nnlab'] * 1e6:.2f} µs | {point['floor'] * 1e6:.2f} µs |" for point in points]
    return "\n".join(rows)


def plot(points: list[dict[str, Any]], axis: str, title: str) -> str:
    """An SVG of time per image against ``axis``, both logarithmic: one line for nnlab, one for the floor."""
    values = [point[name] * 1e6 for point in points for name in COLOURS]  # µs
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    first, last = math.log2(points[0][axis]), math.log2(points[-1][axis])

    def x(value: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (math.log2(value) - first) / (last - first)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (math.log10(value) - low) / (high - low)

    def text(left: float, top: float, words: str, anchor: str, colour: str = GREY) -> str:
        return f'<text x="{left:.1f}" y="{top:.1f}" text-anchor="{anchor}" fill="{colour}">{words}</text>'

    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="13" role="img"><title>Time per image: {title}</title>'
    ]
    for power in range(low, high + 1):
        level = y(10**power)
        drawn.append(f'<path d="M{LEFT} {level:.1f}H{WIDTH - RIGHT}" stroke="{GREY}" stroke-opacity="0.4"/>')
        drawn.append(text(LEFT - 8, level + 4, f"{10.0**power:g} µs", "end"))
    for point in points:
        drawn.append(text(x(point[axis]), HEIGHT - BOTTOM + 20, f"{point[axis]}", "middle"))
    for number, (name, colour) in enumerate(COLOURS.items()):
        path = " ".join(f"{x(point[axis]):.1f},{y(point[name] * 1e6):.1f}" for point in points)
        drawn.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        drawn.append(text(LEFT + 12, TOP + 16 + 18 * number, f"{name}, time per image", "start", colour))
    drawn.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, title, "middle"))
    return "\n".join(drawn) + "\n</svg>\n"
