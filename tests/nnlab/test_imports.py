"""What a module brings along when it is imported: a page shows its controls before torch is there.

Only names are listed that are free of a heavy package; whoever adds a module sees here where it belongs.
"""

import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import nnlab

ROOT = Path(nnlab.__file__).parents[1]
HEAVY = ("torch", "streamlit", "plotly")
FREE_OF_ALL = [
    "classroom", "classroom.codes", "classroom.room",
    "cli", "cli.data", "cli.digits", "cli.evaluate", "cli.export", "cli.group", "cli.parameters", "cli.results",
    "cli.train", "compare", "compare.entry", "compare.grid", "compare.luck", "compare.planned", "compare.ready",
    "compare.series", "compare.sharing", "config", "config.links", "config.presets", "config.rules",
    "config.settings", "export", "export.drawn", "export.table", "export.words", "fast", "games", "games.guessing",
    "games.ranking", "inspection", "inspection.tsne", "keeping", "keeping.database", "keeping.files",
    "keeping.keeper", "keeping.kept", "keeping.limits", "keeping.news", "keeping.room", "keeping.rows",
    "keeping.servers", "keeping.shelf", "keeping.shelves", "keeping.store", "keeping.tables", "keeping.writing",
    "machine", "paths", "records", "replay", "replay.counting", "replay.film", "replay.fonts", "replay.frames",
    "replay.making", "replay.paper", "replay.pictures", "replay.recording", "replay.scene", "replay.timeline",
    "replay.worker", "runs", "runs.aside", "runs.channel", "runs.crew", "runs.curve", "runs.engine", "runs.halves",
    "runs.history", "runs.jobs", "runs.limits", "runs.mapping", "runs.messages", "runs.pace", "runs.past",
    "runs.pulses", "runs.register", "runs.run", "runs.snapshot", "runs.trail", "runs.worker", "runs.worker.hands",
    "runs.worker.mapping", "runs.worker.process", "runs.worker.turns", "runs.workers", "schedules", "sources",
    "sources.archive", "sources.brought", "sources.brought.errors", "sources.brought.ink", "sources.brought.pictures",
    "sources.brought.reading", "sources.brought.sheet", "sources.brought.tables", "sources.builtin",
    "sources.builtin.cache", "sources.download", "sources.errors", "sources.idx", "sources.mnist", "sources.own",
    "sources.published", "teaching", "teaching.advice", "teaching.curves", "teaching.experiments",
    "teaching.experiments.batch_size", "teaching.experiments.dead_relu", "teaching.experiments.learning_rate",
    "teaching.experiments.linear_layers", "teaching.experiments.misread", "teaching.experiments.notes",
    "teaching.experiments.one_neuron", "teaching.experiments.overfitting", "teaching.experiments.ring",
    "teaching.experiments.surgery",
    "teaching.experiments.three_functions", "teaching.experiments.vanishing", "teaching.experiments.zeros",
    "teaching.fitting", "teaching.plane", "teaching.points", "teaching.setups",
    "teaching.results", "teaching.rules", "teaching.shares", "teaching.situation", "teaching.steps",
    "teaching.tasks", "tiny", "ui", "ui.activations", "ui.answers", "ui.at_rest", "ui.bringing", "ui.classroom",
    "ui.compare", "ui.components",
    "ui.draw", "ui.fetching", "ui.glossary", "ui.home", "ui.inspect", "ui.keys", "ui.learn", "ui.learn.exercises",
    "ui.learn.experiments", "ui.learn.experiments.comparing", "ui.learn.formula", "ui.learn.lines",
    "ui.learn.lines_backward", "ui.learn.lines_forward", "ui.learn.marking", "ui.learn.rounding",
    "ui.learn.worksheet", "ui.numbers", "ui.parameters", "ui.particles", "ui.places", "ui.play", "ui.runs",
    "ui.sharing", "ui.sharing.hosts", "ui.sharing.qr_code", "ui.train", "ui.visits", "ui.warm_up", "workshop",
    "workshop.bench_report", "workshop.handwriting_habits", "workshop.handwriting_styles", "workshop.no_digits",
]  # fmt: skip
FREE_OF_TORCH_AND_STREAMLIT = [
    "ui.charts", "ui.compare.figures", "ui.confusion", "ui.diagram", "ui.draw.why_charts",
    "ui.inspect.failure_charts", "ui.inspect.layer_charts", "ui.learn.charts", "ui.learn.diagrams",
    "ui.learn.drift", "ui.learn.hand_picture", "ui.runs.sketch",
]  # fmt: skip
FREE_OF_TORCH = [
    "ui.address", "ui.attendance", "ui.beside", "ui.bringing.desk", "ui.bringing.readings", "ui.bringing.tray",
    "ui.brought_networks", "ui.changes",
    "ui.classes", "ui.classroom.board", "ui.classroom.page", "ui.collection", "ui.components.class_board",
    "ui.compare.chosen", "ui.compare.curves", "ui.compare.form", "ui.compare.invitation",
    "ui.compare.luck", "ui.compare.mistakes", "ui.compare.naming", "ui.compare.own", "ui.compare.page",
    "ui.compare.reading",
    "ui.compare.progress", "ui.compare.table", "ui.components.canvas", "ui.components.clock", "ui.components.frame",
    "ui.components.greeting", "ui.components.keyboard_pen", "ui.components.link", "ui.components.live_pulse",
    "ui.components.live_reading", "ui.components.live_run", "ui.components.living_network",
    "ui.components.living_run", "ui.components.making", "ui.components.number_field", "ui.components.pixel_grid",
    "ui.components.point_map", "ui.components.replay_player", "ui.components.sketch", "ui.components.unit_grid",
    "ui.digits",
    "ui.draw.gallery", "ui.draw.reply", "ui.draw.subject", "ui.draw.why", "ui.draw.why_changes",
    "ui.draw.why_inquiry", "ui.examples", "ui.files", "ui.first_style", "ui.glossary.page", "ui.going_on", "ui.headers",
    "ui.home.page",
    "ui.ignored", "ui.image_choice", "ui.images", "ui.inspect.damage", "ui.inspect.failures", "ui.inspect.map",
    "ui.inspect.map_picture", "ui.inspect.network", "ui.inspect.page", "ui.inspect.past", "ui.inspect.placed",
    "ui.inspect.subject", "ui.inspect.tested", "ui.inspect.through_training",
    "ui.inspect.tsne", "ui.inspect.unsure", "ui.kept", "ui.layout", "ui.learn.by_hand", "ui.learn.course",
    "ui.learn.descent", "ui.learn.experiments.asking", "ui.learn.experiments.chart", "ui.learn.experiments.ending",
    "ui.learn.experiments.explaining", "ui.learn.experiments.overview", "ui.learn.experiments.page",
    "ui.learn.experiments.place", "ui.learn.experiments.progress", "ui.learn.experiments.running",
    "ui.learn.experiments.teacher", "ui.learn.experiments.trying", "ui.learn.experiments.walk",
    "ui.learn.experiments.wording", "ui.learn.hand_exercise", "ui.learn.network", "ui.learn.small_run",
    "ui.learn.training_curves", "ui.play.challenge", "ui.play.fool", "ui.play.guess", "ui.play.ranking",
    "ui.play.summary", "ui.play.verdict", "ui.pressing", "ui.problem", "ui.pulse", "ui.readers", "ui.restrictions",
    "ui.routes", "ui.run_words", "ui.runs.bring", "ui.runs.curve", "ui.runs.detail", "ui.runs.list",
    "ui.runs.marking", "ui.runs.notices", "ui.runs.opened", "ui.runs.recordings", "ui.runs.replay",
    "ui.runs.replay_digit", "ui.runs.replay_film", "ui.runs.shelf", "ui.runs.take_away", "ui.runs.ways", "ui.saving",
    "ui.sharing.dialog", "ui.sharing.form", "ui.sharing.links", "ui.shell", "ui.state", "ui.terms", "ui.text",
    "ui.train.address", "ui.train.advice", "ui.train.commands", "ui.train.controls", "ui.train.data_offer",
    "ui.train.examination", "ui.train.inside", "ui.train.layer_editor", "ui.train.lost", "ui.train.own_panel",
    "ui.train.own_share", "ui.train.prediction", "ui.train.progress", "ui.train.run_panel", "ui.uploads", "ui.waiting",
    "ui.ways",
]  # fmt: skip
# __main__ runs the command line when it is imported; what it imports is in the list.
ALL = [module.name for module in pkgutil.walk_packages(nnlab.__path__, "nnlab.") if "__main__" not in module.name]
CORE = [name.removeprefix("nnlab.") for name in ALL if not name.startswith("nnlab.ui")]


def brought_along(modules: list[str]) -> dict[str, list[str]]:
    """The heavy packages that a fresh interpreter has loaded after each of these modules, one after another."""
    program = (
        "import importlib, json, sys\n"
        "heavy, *modules = json.loads(sys.argv[1])\n"
        "found = {}\n"
        "for name in modules:\n"
        "    importlib.import_module(f'nnlab.{name}')\n"
        "    found[name] = [package for package in heavy if package in sys.modules]\n"
        "print(json.dumps(found))"
    )
    command = [sys.executable, "-c", program, json.dumps([HEAVY, *modules])]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_the_core_loads_neither_streamlit_nor_plotly():
    assert {"activations", "model", "training", "drawing", "evaluation"} <= set(CORE)
    assert brought_along(CORE)[CORE[-1]] == ["torch"]


def test_a_network_is_made_without_sympy():
    """torch would import it on the way to a layer without a start: most of a second, in the server and each worker."""
    program = (
        "import sys, torch\n"
        "before = {*sys.modules}\n"
        "from nnlab.runs.worker import loop\n"
        "loop.import_everything()\n"
        "print('sympy' in {*sys.modules} - before)"
    )
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert result.stdout == "False\n", result.stderr


@pytest.mark.parametrize(
    ("modules", "absent"),
    [
        (FREE_OF_ALL, {"torch", "streamlit", "plotly"}),
        (FREE_OF_TORCH_AND_STREAMLIT, {"torch", "streamlit"}),
        (FREE_OF_TORCH, {"torch"}),
    ],
    ids=["all", "torch-streamlit", "torch"],
)
def test_light_modules_stay_light(modules, absent):
    assert {name: packages for name, packages in brought_along(modules).items() if absent & set(packages)} == {}
