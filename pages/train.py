"""Train: choose a network, train it on MNIST, watch the loss fall, and see what it still gets wrong."""

import streamlit as st

from nnlab import config
from nnlab.ui import address as page_address
from nnlab.ui import digits, keys, layout, restrictions, shell, state, ways
from nnlab.ui.parameters import OWN_DIGITS
from nnlab.ui.text import t
from nnlab.ui.train import (
    address,
    advice,
    controls,
    data_offer,
    examination,
    inside,
    layer_editor,
    lost,
    own_panel,
    run_panel,
)

shell.page("train")

job = state.current_job()
is_lost = state.has_lost_job()
if is_lost:
    lost.show()
is_asked = page_address.has_just_opened() and page_address.is_about_setup()
if is_asked or not controls.is_filled():
    given = "" if is_asked else st.session_state.get(keys.GIVEN_SETUP, "")  # in a link to another page
    query = "&".join(filter(None, [given, page_address.setup_query()]))
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
    with st.container():  # so that the tabs below are the same ones, whatever is said here: the open one stays open
        controls.preset_menu()
        controls.name_locked()
    titles = {
        "network": t("train.tab_network"),
        "training": t("train.tab_training"),
        OWN_DIGITS: t("own_digits.tab"),
        "link": t("train.tab_link"),
    }
    tabs = layout.tabs({name: titles[name] for name in restrictions.shown(titles)}, keys.Train.TABS)
    setup = controls.current()
    with tabs["network"]:
        layer_editor.show_network(setup.model)
        layer_editor.show_rows()
        controls.network_fields()
    with tabs["training"]:
        controls.training_fields()
    if OWN_DIGITS in tabs:
        with tabs[OWN_DIGITS]:
            own_panel.choices(job)
    with tabs["link"]:
        address.show_links(job, setup)

with result:
    if complaint := digits.complaint(setup.data.source):
        st.warning(complaint)
        shell.link("home")
    data_offer.show(setup.data.source)
    run_panel.panel(job, setup)
    run_panel.facts(job, setup)
    ways.to_replay(job)
    advice.show(job)
    inside.show(job)
own_panel.section(job)
examination.section(job)
