"""How fast it is, and what holds it back: ``python -m nnlab bench``.

Everything is measured in one process, in turns, so that a machine that is busy for a while slows all down alike. The
median of the repetitions counts. On another machine only the ratios hold.

Read next: ``bench_loops``, what is compared; ``bench_report``, how it is told.
"""

from __future__ import annotations

import datetime
import json
import math
import platform
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch

from nnlab.checkpoint import load_bundled
from nnlab.config import PRESETS
from nnlab.data import DigitData, load_as_named
from nnlab.drawing import to_mnist
from nnlab.evaluation import score
from nnlab.machine import core_count
from nnlab.model import MLP
from nnlab.paths import write_whole
from nnlab.sources.builtin import cache
from nnlab.sources.builtin.digits import write
from nnlab.training import TrainingRun
from nnlab.workshop import bench_report
from nnlab.workshop.bench_loops import LOOPS, PRODUCT_SIDE, Loop, Task, nnlab

NETWORKS = ((128, 64), (512, 256), (2048, 1024))
BATCHES = (64, 512)
BENCH_OPTIMIZERS = ("sgd", "adam")
REPETITIONS = 5
SECONDS = 0.3  # each timing lasts about this long: part of an epoch
QUICK_SECONDS = 0.03
WIDTHS = (16, 32, 64, 128, 256, 512, 1024, 2048)  # of the first hidden layer; the second has half
BATCH_SIZES = (1, 4, 16, 64, 256, 1024, 4096)
LARGE = Task((2048, 1024, 512), 4096, "sgd")  # keeps a large GPU busy
NOTES_ACCURACY = 0.9516
GOALS = {"quick": NOTES_ACCURACY, "accurate": 0.98}  # preset -> accuracy on the test set
LOOKS_PER_EPOCH = 20  # how often the accuracy is looked at, off the clock
CANVAS_SIDE = 280  # pixels


def main(
    json_file: Path | None,
    markdown: Path | None,
    repetitions: int,
    threads: int,
    is_quick: bool,
    data_dir: Path | None,
) -> int:
    """Measure, print, write.

    Args:
        json_file: where to write all figures; None: nowhere.
        markdown: where to write a page with tables and plots; None: nowhere.
        repetitions: timings of which the median counts, at least 1.
        threads: of torch, at least 1.
        is_quick: only the smallest network, timed shortly.
        data_dir: folder of MNIST; None: where the app looks.

    Returns:
        0, the command's exit status.
    """
    threads_before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        data = load_as_named("mnist", root=data_dir)
        result = measure(data, repetitions, is_quick)
    finally:
        torch.set_num_threads(threads_before)
    if json_file:
        write_whole(json_file, (json.dumps(result, indent=1, allow_nan=False) + "\n").encode())
    if markdown:
        bench_report.write_page(markdown, result)
    return 0


def measure(data: DigitData, repetitions: int, is_quick: bool = False) -> dict[str, Any]:
    """All figures, printed as they come; plain values for JSON."""
    seconds = QUICK_SECONDS if is_quick else SECONDS
    result: dict[str, Any] = {"machine": machine(), "repetitions": repetitions, "seconds_per_timing": seconds}
    print(bench_report.describe(result["machine"]))
    networks = NETWORKS[:1] if is_quick else NETWORKS
    batches = BATCHES[:1] if is_quick else BATCHES
    tasks = [Task(sizes, batch, name) for sizes in networks for batch in batches for name in BENCH_OPTIMIZERS]
    print("\n" + "\n".join(bench_report.HEADER))
    result["lines"] = []
    for task in tasks:
        result["lines"].append(line(task, data, repetitions, seconds))
        print(bench_report.row(result["lines"][-1]), flush=True)
    result["evaluation_seconds"] = evaluation_seconds(data, repetitions)
    result["drawing_seconds"] = drawing_seconds(repetitions)
    result["builtin_seconds"] = builtin_seconds()
    textbook = result["lines"][0]["seconds_per_step"]["textbook"]
    notes = PRESETS["notes"].train
    result["notes_textbook_seconds"] = textbook * notes.total_steps  # extrapolated
    names = list(GOALS)[:1] if is_quick else list(GOALS)
    result["goals"] = {name: goal_seconds(name, GOALS[name], data, repetitions) for name in names}
    print("\n" + "\n".join(bench_report.sentences(result)))
    if not is_quick:
        result["widths"] = [sweep_point(Task((w, w // 2), 64, "sgd"), data, repetitions) for w in WIDTHS]
        result["batches"] = [sweep_point(Task((128, 64), size, "sgd"), data, repetitions) for size in BATCH_SIZES]
    result["devices"] = {name: device_seconds(name, data, repetitions) for name in accelerators()}
    print(bench_report.devices(result["devices"]))
    return result


def machine() -> dict[str, Any]:
    """What was measured on, with which versions, when."""
    names = ("torch", "numpy", "scikit-learn")
    versions: dict[str, str | None] = {"python": platform.python_version()}
    for name in names:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = None
    return {
        "processor": _processor(),
        "cores": core_count(),
        "threads": torch.get_num_threads(),
        "system": platform.system(),
        "versions": versions,
        "date": datetime.date.today().isoformat(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(text.split(":", 1)[1].strip() for text in lines if text.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def take_turns(loops: dict[str, Loop], repetitions: int, seconds: float) -> dict[str, float]:
    """Seconds per step of each loop: the median of ``repetitions`` timings of about ``seconds``, in turns."""
    counts = {}
    for name, loop in loops.items():
        _seconds_per_step(loop, 2)  # the first steps set things up
        counts[name] = max(2, round(seconds / _seconds_per_step(loop, 2)))
    timings: dict[str, list[float]] = {name: [] for name in loops}
    for _ in range(repetitions):
        for name, loop in loops.items():
            timings[name].append(_seconds_per_step(loop, counts[name]))
    return {name: median(values) for name, values in timings.items()}


def _seconds_per_step(loop: Loop, count: int) -> float:
    started = time.perf_counter()
    loop(count)
    return (time.perf_counter() - started) / count


def _make(names: Iterable[str], task: Task, data: DigitData) -> dict[str, Loop]:
    """The loops by these names, without those whose library is not installed."""
    loops = {}
    for name in names:
        with suppress(ImportError):
            loops[name] = LOOPS[name](task, data)
    return loops


def line(task: Task, data: DigitData, repetitions: int, seconds: float, names: Iterable[str] = LOOPS) -> dict[str, Any]:
    """One line of the table: loops on one task.

    Returns:
        Seconds per step of each loop; ``floor``, a step's multiplications at the speed of a large matrix product; the
        ratios; and which part of a step of nnlab is arithmetic at that speed, what its own matrices' shapes add to it,
        memory, and everything else.
    """
    found = take_turns(_make(names, task, data), repetitions, seconds)
    product, vector = found.pop("product"), found.pop("vector")
    products = found.pop("products", 0.0)
    found["floor"] = floor = product * task.operations / (2 * PRODUCT_SIDE**3)
    own = found["nnlab"]
    arithmetic, memory = floor / own, vector / 3 * task.vector_passes / own
    shapes = max(0.0, products - floor) / own
    return {
        "network": task.network,
        "batch_size": task.batch_size,
        "optimizer": task.optimizer,
        "seconds_per_step": found,
        "times_as_fast_as": {name: value / own for name, value in found.items() if name != "nnlab"},
        "share": {
            "arithmetic": arithmetic,
            "shapes": shapes,
            "memory": memory,
            "overhead": max(0.0, 1 - arithmetic - shapes - memory),
        },
        "billion_operations_per_second": task.operations / own / 1e9,
    }


def sweep_point(task: Task, data: DigitData, repetitions: int) -> dict[str, Any]:
    """One point of a plot: nnlab against the floor."""
    found = line(task, data, repetitions, SECONDS / 3, ("nnlab", "product", "vector"))
    return {
        "width": task.hidden_sizes[0],
        "batch_size": task.batch_size,
        **{name: found["seconds_per_step"][name] / task.batch_size for name in ("nnlab", "floor")},
    }


def _median_seconds(work: Callable[[], object], repetitions: int) -> float:
    work()
    timings = []
    for _ in range(repetitions):
        started = time.perf_counter()
        work()
        timings.append(time.perf_counter() - started)
    return median(timings)


def evaluation_seconds(data: DigitData, repetitions: int) -> float:
    """One evaluation of the network 128-64 on the test set."""
    model = MLP(Task((128, 64), 64, "sgd").model_config)
    return _median_seconds(lambda: score(model, data.test_images, data.test_labels), repetitions)


def drawing_seconds(repetitions: int) -> dict[str, float]:
    """From a canvas to an image like MNIST's, and from there to probabilities by the bundled network."""
    canvas = np.zeros((CANVAS_SIDE, CANVAS_SIDE), dtype=np.uint8)
    canvas[60:220, 130:150] = 255
    image, model = to_mnist(canvas)[None], load_bundled()
    return {
        "preprocessing": _median_seconds(lambda: to_mnist(canvas), 10 * repetitions),
        "prediction": _median_seconds(lambda: model.predict_proba(image), 10 * repetitions),
    }


def builtin_seconds() -> float:
    """Writing the built-in digits, which happens once on a machine."""
    labels = torch.from_numpy(cache.labels())
    started = time.perf_counter()
    write(labels, cache.SEED)
    return time.perf_counter() - started


def goal_seconds(preset: str, accuracy: float, data: DigitData, repetitions: int) -> dict[str, Any]:
    """Seconds of training until a preset first passes an accuracy on the test set, evaluations not counted.

    Returns:
        The accuracy aimed at, the median over seeds 0, 1, 2, ... and each of them (None where it did not get there).
    """
    found = []
    for seed in range(repetitions):
        train_config = replace(PRESETS[preset].train, seed=seed, training_images=len(data.train_labels))
        run = TrainingRun(PRESETS[preset].model, train_config, data)
        seconds, reached = 0.0, False
        while not run.is_finished and not reached:
            started = time.perf_counter()
            run.advance(math.ceil(run.steps_per_epoch / LOOKS_PER_EPOCH))
            seconds += time.perf_counter() - started
            reached = score(run.model, data.test_images, data.test_labels)[1] > accuracy
        found.append(seconds if reached else None)
    reached_after = [seconds for seconds in found if seconds is not None]
    is_reached = len(reached_after) == len(found)
    return {"accuracy": accuracy, "seconds": median(reached_after) if is_reached else None, "each": found}


def accelerators() -> list[str]:
    """Devices of torch besides the processor."""
    return [name for name in ("cuda", "mps") if getattr(torch, name).is_available()]


def device_seconds(device: str, data: DigitData, repetitions: int) -> dict[str, float]:
    """Images per second on a device and on the processor, by a network wide enough for a large GPU."""
    loops = {name: nnlab(LARGE, data, name) for name in (device, "cpu")}
    found = take_turns(loops, repetitions, SECONDS)
    return {name: LARGE.batch_size / seconds for name, seconds in found.items()}
