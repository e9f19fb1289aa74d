"""Train: choose a network, train it on MNIST, watch the loss fall, and see what it still gets wrong."""

from urllib.parse import urlencode

import streamlit as st

from nnlab import config
from nnlab.ui import digits, shell, state
from nnlab.ui.text import t
from nnlab.ui.train import address, advice, controls, examination, inside, own_panel, run_panel

OTHER_PARAMETERS = ("lang", state.RUN_PARAMETER, state.STEERING_PARAMETER)  # of the address; the rest is the set-up

shell.page("train")

job = state.current_job()
is_lost = state.has_lost_job()
if is_lost:
    st.info(t("train.lost_run"))
if not controls.is_filled():
    names = [key for key in st.query_params if key not in OTHER_PARAMETERS]
    pairs = [(key, value) for key in names for value in st.query_params.get_all(key)]
    query = urlencode(pairs[: config.MOST_PAIRS])
    # A fine-tuning run's settings would not repeat it: they say nothing of the weights it started from.
    usual = job.setup if job and not job.is_fine_tuning else config.PRESETS["notes"].setup
    address.fill_controls(query, otherwise=usual)
address.show_ignored()
if not is_lost:  # the address keeps a run that is gone, so that every run of the page says so until another is begun
    state.set_current_job(job)
setup = controls.current()
address.write(setup)

with st.container(key="train.set-up"):
    choices, result = st.columns([4, 9], gap="medium")

with choices:
    controls.preset_menu()
    names = [t(f"train.tab_{name}") for name in ("network", "training", "link")]
    network, training, own, link = st.tabs([*names[:2], t("own_digits.tab"), names[2]])
    setup = controls.current()
    with network:
        controls.show_network(setup.model)
        controls.layer_editor()
        controls.network_fields()
    with training:
        controls.training_fields()
    with own:
        own_panel.choices(job)
    with link:
        address.show_links(job, setup)

with result:
    if complaint := digits.complaint(setup.data.source):
        st.warning(complaint)
        shell.link("home")
    run_panel.panel(job, setup)
    run_panel.facts(job, setup)
    advice.show(job)
    inside.show(job)
own_panel.section(job)
examination.section(job)
