"""Who reads the drawing: the bundled network, one of the visitor's own runs as it is or was kept, or one from a file.

The bundled network is kept for the whole server, since nobody changes it; a visitor's network is made anew each time,
and so is one that the visitor has changed on the Inspect page.
"""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

import streamlit as st

from nnlab.config import Choice
from nnlab.sources.published import DATA_SETS, is_of_digits
from nnlab.ui import address, brought_networks, changes, digits, kept, keys, run_words, shell, state, warm_up
from nnlab.ui.components import live_reading
from nnlab.ui.components.live_reading import BrowserNetwork
from nnlab.ui.numbers import percent
from nnlab.ui.run_words import architecture
from nnlab.ui.text import t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from nnlab import reader
    from nnlab.calibration import Calibration
    from nnlab.config import ModelConfig
    from nnlab.inspection.changes import Change
    from nnlab.model import MLP
    from nnlab.reader import Answer
    from nnlab.runs.run import Job
    from nnlab.runs.snapshot import Snapshot
    from nnlab.ui.brought_networks import BroughtNetwork

BUNDLED = "bundled"
CHANGED = "changed:"  # before the name of a network that is to be read with as the visitor has changed it
NEWEST_SECONDS = 0.5  # how long to wait for the newest weights of a run; older ones will do


@dataclass(frozen=True, eq=False)
class NamedReader:
    """A network that can read, and what a page says of it.

    Attributes:
        words: which network it is, for the visitor.
        id: names its weights: other weights have another id.
        is_training: whether it still learns.
        calibration: None where nobody has measured it.
        step: after which step of its run the weights were taken; None of a network that has no run here.
        source: the data set that it has learned, which names its classes.
    """

    model: MLP
    words: str
    id: str = ""
    is_training: bool = False
    calibration: Calibration | None = None
    step: int | None = None
    source: str = "mnist"

    @cached_property
    def network(self) -> reader.Reader:
        """The network without the words, for modules that know nothing of pages."""
        from nnlab import reader
        from nnlab.calibration import Calibration

        return reader.Reader(self.model, self.calibration or Calibration())

    def read(self, image: Tensor) -> Answer:
        """The probabilities of the ten digits in a (28, 28) image, and whether it looks like no digit at all."""
        return self.network.read(image)


def choose(reads_digits: bool = False) -> str:
    """A menu of the networks there are; returns ``BUNDLED`` or the id of a run, after ``CHANGED`` if it is changed.

    Args:
        reads_digits: whether only those that have learned digits will do; a sentence says that there are others.
    """
    labels = _labels(keys.Draw.NETWORK)
    for network in filter(labels.get, changes.networks()):
        words = {"network": labels[network], "count": len(changes.of(network))}
        labels[f"{CHANGED}{network}"] = t("common.changed_network", **words)
    _follow_address(keys.Draw.NETWORK, labels)
    all_of_them, key = len(labels), keys.Draw.NETWORK
    if st.session_state.get(key) not in labels:  # its changes have been taken back, say
        st.session_state[key] = BUNDLED
    if reads_digits:
        labels = {choice: words for choice, words in labels.items() if is_of_digits(source_of(choice))}
        if st.session_state[key] not in labels:  # it stays chosen for the pages where it can read
            key = keys.Play.NETWORK
            if st.session_state.get(key) not in labels:
                st.session_state[key] = BUNDLED
    network = shell.menu(
        t("common.network"), labels, key, help=t("common.network_help"), persist_state="session",
        on_change=brought_networks.await_no_more,
    )  # fmt: skip
    if len(labels) < all_of_them:
        st.caption(t("common.only_digits"))
    brought_networks.tell_absent()
    address.write(network=None if network == BUNDLED or network.startswith(CHANGED) else network)
    return network


def choose_own(key: str) -> str:
    """The same menu, for a page that begins with the run that the visitor looks at.

    Args:
        key: of the menu, which stays as it was left.
    """
    labels = _labels(key)
    _follow_address(key, labels)
    job = state.current_job()
    default = job.id if job is not None and job.snapshot() is not None else BUNDLED
    network = shell.menu(
        t("common.network"), labels, key, default, help=t("common.network_help"), persist_state="session",
        on_change=brought_networks.await_no_more,
    )  # fmt: skip
    brought_networks.tell_absent()
    address.write(network=network)
    return network


def _follow_address(key: str, labels: dict[str, str]) -> None:
    """Choose the network that the page's address asks for, which may be the run of somebody else."""
    asked = address.asked("network") or brought_networks.arrived()
    if asked is None:
        return
    brought_networks.await_no_more()
    if asked.startswith(brought_networks.PREFIX) and asked not in labels:
        brought_networks.wait_for(asked)
        return
    if asked not in labels:
        from nnlab.runs import jobs

        job = jobs.get(asked)
        if job is not None:
            state.set_current_job(job)
            labels[asked] = describe(job)
        elif run := kept.find(asked):
            labels[asked] = run_words.label(run)
        else:
            address.refuse("network", Choice((BUNDLED,)))
    st.session_state[key] = asked


def _labels(key: str) -> dict[str, str]:
    """What the menu with a key offers: the runs in memory, some of those that are kept, files, and what is chosen."""
    living = {job.id: describe(job) for job in own_jobs()}
    found = {
        run.id: run_words.label(run) for run in kept.for_menus(st.session_state.get(key, "")) if run.id not in living
    }
    files = {each.id: describe_file(each) for each in brought_networks.all_of_them().values()}
    return {BUNDLED: t("common.bundled")} | living | found | files


def own_jobs() -> list[Job]:
    """This visitor's runs, the newest first; among them the one in the page's address."""
    from nnlab.runs import jobs

    found = {job.id: job for job in jobs.jobs_of(state.owner())}
    current = state.current_job()
    if current is not None:
        found.setdefault(current.id, current)
    return sorted(found.values(), key=lambda job: job.created, reverse=True)


def job_of(network: str) -> Job | None:
    """The run of a network that a menu offers, in memory or as it was kept; None of one that has none."""
    job = next((job for job in own_jobs() if job.id == network), None)
    if job is not None or network in ("", BUNDLED) or not kept.has_begun():
        return job
    run = kept.find(network)
    return run.job() if run else None


def describe(job: Job) -> str:
    """A run in a few words: its network, what it is doing, how good it is by now."""
    words = [*_network_of(job), t(f"common.menu_run_{job.status}", epoch=f"{job.epoch:.1f}")]
    if job.latest_evaluation is not None:
        words.append(t("common.test_accuracy", accuracy=percent(job.latest_evaluation.test_accuracy)))
    if job.data_source in DATA_SETS:
        words.insert(0, digits.name_of(job.data_source))
    return " · ".join(words)


def describe_file(network: BroughtNetwork) -> str:
    """A network that the visitor has brought, or changed and kept, in a few words."""
    if network.number:
        values = {"number": network.number, "count": network.changes}
        return t("take_away.kept_network", network=architecture(network.config), **values)
    return t("take_away.brought_network", title=network.title, network=architecture(network.config))


def _network_of(job: Job) -> list[str]:
    """Which network, and whether the visitor's own digits were among what it learned."""
    count = job.own_digits.trained_count if job.own_digits else 0
    if job.is_fine_tuning:
        return (
            [t("common.fine_tuned_short", count=count)]
            if count
            else [architecture(job.setup.model), t("common.trained_on")]
        )
    mixed = [t("common.mixed_short", count=count)] if count else []
    return [architecture(job.setup.model), *mixed]


def source_of(choice: str) -> str:
    """The data set that a network has learned, which names its classes; "mnist" where nobody has said."""
    network = choice.removeprefix(CHANGED)
    job = next((job for job in own_jobs() if job.id == network), None)
    if job is not None or network == BUNDLED:
        return job.data_source if job else "mnist"
    if file := brought_networks.all_of_them().get(network):
        return brought_networks.source_of(file)
    run = kept.find(network) if kept.has_begun() else None
    return run.data_source if run else "mnist"


def load(choice: str) -> NamedReader | None:
    """The network of a choice; None if its run has no weights yet."""
    if choice.startswith(CHANGED):
        network = choice.removeprefix(CHANGED)
        reader = load(network)
        return reader and changed(reader, changes.of(network))
    if choice == BUNDLED:
        return _bundled()
    if choice.startswith(brought_networks.PREFIX):
        return _brought(choice)
    job = job_of(choice)
    if job is None:  # it has been deleted meanwhile
        return None
    _refresh(job)
    snapshot = job.snapshot()
    if snapshot is None:
        return None
    step = f"{snapshot.step:,}"
    words = t(f"common.job_words_{'training' if is_training(job) else 'resting'}", network=describe(job), step=step)
    id_ = f"{job.id}-{snapshot.step}"
    return NamedReader(snapshot.model, words, id_, is_training(job), step=snapshot.step, source=job.data_source)


def as_it_was(job: Job, state: Snapshot) -> NamedReader:
    """The network of a run as it was on its way: one of the run's ``states``."""
    words = t("past.reader", network=describe(job), step=f"{state.step:,}")
    return NamedReader(state.model, words, f"{job.id}-{state.step}-kept", step=state.step, source=job.data_source)


def changed(reader: NamedReader, made: Sequence[Change]) -> NamedReader:
    """The network with changes made to it. Nobody has measured when to doubt it, so it is never doubted.

    Raises:
        SurgeryError: if the network has no place that a change names.
    """
    if not made:
        return reader
    from nnlab.calibration import Calibration
    from nnlab.inspection.surgery import operate, to_json

    name = hashlib.sha256(to_json(made).encode()).hexdigest()[:12]
    words = t("common.changed_words", words=reader.words, count=len(made))
    calibration = Calibration(reader.calibration.temperature) if reader.calibration else None
    model, id_ = operate(reader.model, made), f"{reader.id}-{name}"
    return NamedReader(model, words, id_, reader.is_training, calibration, reader.step, reader.source)


def for_browser(choice: str, reader: NamedReader | None) -> BrowserNetwork | None:
    """The network of a choice for the browser to read with during a stroke; None where it cannot.

    The bundled one needs no reader, so it is there before torch is.
    """
    if choice == BUNDLED:
        return live_reading.bundled_network()
    if reader is None or is_too_large(reader.model.config) or not is_finite(reader.model):
        return None
    from nnlab.checkpoint import to_bytes

    temperature = reader.network.calibration.temperature
    return BrowserNetwork(reader.id, to_bytes=partial(to_bytes, reader.model, temperature=temperature))


def is_too_large(config: ModelConfig) -> bool:
    """Whether a network is too large to be sent to a browser, and computed there thirty times a second."""
    return config.parameter_count > live_reading.MAX_PARAMETERS


def is_finite(model: MLP) -> bool:
    """Whether all weights are numbers; those of a run that diverged are not."""
    # What is no number is both the least and the greatest; to ask each number takes a wide network ten times as long.
    ends = (end for weights in model.parameters() for end in weights.detach().aminmax())
    return all(math.isfinite(end) for end in ends)


def is_training(job: Job) -> bool:
    return job.status == "running"


def _refresh(job: Job) -> None:
    """Have the newest weights of a run that trains; its worker answers between two of its short stretches."""
    if not is_training(job):
        return
    known, deadline = job.snapshot(), time.monotonic() + NEWEST_SECONDS
    job.request_snapshot()
    while job.snapshot() is known and is_training(job) and time.monotonic() < deadline:
        time.sleep(0.01)


def wait_for_torch() -> None:
    """Until the heavy libraries are there; says so when that takes a while."""
    thread = warm_up.start()
    if thread is not None and thread.is_alive():
        with st.spinner(t("common.waking")):
            warm_up.wait()


def _brought(choice: str) -> NamedReader:
    from nnlab.checkpoint import from_bytes

    network = brought_networks.all_of_them()[choice]
    if network.made:
        return replace(changed(_bundled(), network.made), words=describe_file(network), id=choice)
    source = brought_networks.source_of(network)
    return NamedReader(from_bytes(network.content), describe_file(network), choice, source=source)


def file_of(network: BroughtNetwork) -> bytes:
    """A network that the visitor has brought, or changed and kept, as a file of ``checkpoint``."""
    if not network.made:
        return network.content
    from nnlab.checkpoint import to_bytes
    from nnlab.inspection.surgery import to_json

    return to_bytes(_brought(network.id).model, data="mnist", changes=to_json(network.made))


def _bundled() -> NamedReader:
    from nnlab import reader

    network, facts = reader.bundled(), reader.bundled_facts()
    accuracy, samples = percent(facts["test_accuracy"], 2), f"{facts['test_samples']:,}"
    words = t("common.bundled_words", network=architecture(network.model.config), accuracy=accuracy, samples=samples)
    return NamedReader(network.model, words, BUNDLED, calibration=network.calibration)
