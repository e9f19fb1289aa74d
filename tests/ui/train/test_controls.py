"""Widgets to configurations: every field has one, every set-up survives the way through them."""

from dataclasses import fields, replace

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.config import (
    MAX_HIDDEN_LAYERS,
    PRESETS,
    DataConfig,
    IgnoredValue,
    ModelConfig,
    Setup,
    TrainConfig,
    from_query,
    to_query,
)
from nnlab.ui import keys
from nnlab.ui.train import address, controls
from tests.ui.latest import latest


def page_of_controls():
    """The controls alone, as a script."""
    from urllib.parse import urlencode

    import streamlit as st

    from nnlab import config
    from nnlab.ui.train import address, controls

    if not controls.is_filled():
        pairs = [(key, value) for key in st.query_params for value in st.query_params.get_all(key)]
        address.fill_controls(urlencode(pairs), otherwise=config.PRESETS["notes"].setup)
    address.show_ignored()
    controls.preset_menu()
    controls.layer_editor()
    controls.network_fields()
    controls.training_fields()
    st.session_state["setup"] = controls.current()
    address.write(controls.current())


@pytest.fixture
def app(monkeypatch):
    monkeypatch.setattr("streamlit.page_link", lambda *given, **options: None)  # a script alone has no other pages
    return AppTest.from_function(page_of_controls, default_timeout=30)


def setup_of(app) -> Setup:
    assert not app.exception
    return app.session_state["setup"]


def widgets(app) -> dict:
    kinds = (app.selectbox, app.text_input, app.toggle)
    return {widget.key.removesuffix(".typed"): widget for kind in kinds for widget in kind}


def ignored(app) -> list[str]:
    return [item.key for item in app.session_state[keys.Train.IGNORED][0]]


def type_number(app, field: str, text: str) -> None:
    app.text_input(key=f"train.{field}.typed").set_value(text).run()


def test_every_field_has_a_widget_with_a_help(app):
    app.run()
    shown = widgets(app)
    for config_type in (ModelConfig, TrainConfig, DataConfig):
        for setting in fields(config_type):
            if setting.name != "hidden_sizes":
                assert shown[keys.Train.setting(setting.name)].help
    assert shown[keys.Train.units(1)].value == "64"


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_fills_every_control_and_says_what_it_shows(app, name):
    app.run()
    latest(app.selectbox, controls.PRESET).set_value(name).run()
    assert setup_of(app) == PRESETS[name].setup
    assert latest(app.selectbox, controls.PRESET).value == name
    assert app.caption[0].value


def test_moving_a_control_makes_the_settings_ones_own(app):
    app.run()
    latest(app.selectbox, controls.PRESET).set_value("notes").run()
    type_number(app, "epochs", "3")
    assert setup_of(app).train == replace(PRESETS["notes"].train, epochs=3)
    assert latest(app.selectbox, controls.PRESET).value is None


def test_a_preset_that_the_browser_still_shows_does_not_undo_what_was_changed_since(app):
    """Two controls moved one shortly after the other: the second message still holds the preset."""
    app.run()
    shown = latest(app.selectbox, controls.PRESET)._widget_state
    assert shown.string_value
    type_number(app, "epochs", "3")
    late = app._tree.get_widget_states()
    late.widgets.append(shown)
    app._run(late)
    assert setup_of(app).train.epochs == 3


def test_layers_are_added_resized_and_removed_one_by_one(app):
    app.run()
    app.button(key="train.add_layer").click().run()
    assert setup_of(app).model.hidden_sizes == (128, 64, 64)
    type_number(app, "units.2", "2,048")
    app.button(key="train.remove.0").click().run()
    assert setup_of(app).model.hidden_sizes == (64, 2048)
    app.button(key="train.remove.1").click().run()
    app.button(key="train.remove.0").click().run()
    assert setup_of(app).model.hidden_sizes == ()
    app.button(key="train.add_layer").click().run()
    assert setup_of(app).model.hidden_sizes == (controls.NEW_LAYER_UNITS,)


def test_no_more_layers_than_allowed(app):
    app.query_params["hidden"] = ",".join(["4"] * MAX_HIDDEN_LAYERS)
    app.run()
    assert len(setup_of(app).model.hidden_sizes) == MAX_HIDDEN_LAYERS
    assert app.button(key="train.add_layer").disabled


UNUSUAL = Setup(
    ModelConfig((7, 300), "mish", "lecun", 0.25, "none"),
    TrainConfig("rmsprop", 3e-5, "cosine", 17, 3, 1e-6, 0.02, 2.5, True, 1234, 99),
    DataConfig("mnist"),
)


def test_an_address_fills_the_controls_and_is_kept_up_to_date(app):
    for key, value in (pair.split("=") for pair in to_query(UNUSUAL).split("&")):
        app.query_params[key] = value
    app.run()
    assert setup_of(app) == UNUSUAL
    type_number(app, "batch_size", "64")
    address = {key: value if isinstance(value, str) else value[-1] for key, value in app.query_params.items()}
    assert "batch" not in address  # the default needs no words
    assert from_query(address) == (setup_of(app), [])


def test_what_an_address_says_wrongly_is_told(app):
    app.query_params.update({"lr": "fast", "hidden": "0", "opt": "magic", "augment": "2", "hiden": "128"})
    app.run()
    assert setup_of(app) == Setup()
    assert ignored(app) == ["hidden", "opt", "lr", "augment", "hiden"]


def test_what_is_told_of_an_address_stays_until_the_settings_are_changed(app):
    app.query_params["lr"] = "fast"
    app.run().run()  # the frame runs a page twice when a tab is loaded again
    assert "`lr=fast`" in app.warning[0].value
    type_number(app, "epochs", "3")
    assert not app.warning


APPENDED = """
fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid li_fat_id igshid igsh mc_eid mc_cid
utm_source utm_medium utm_campaign utm_term utm_content utm_id utm_name _ga _gl _hsenc _hsmi __hstc hsCtaTracking
mkt_tok vero_id oly_enc_id oly_anon_id s_kwcid ref ref_src ref_url referrer source src si feature share share_id s t
from isappinstalled openExternalBrowser n_media n_query n_rank n_ad_group n_ad NaPm mibextid rdid epik
_branch_match_id _kx trk trkInfo cmpid campaign spm scm xmt wt_mc pk_campaign mtm_source piwik_campaign guccounter
guce_referrer amp usqp sfnsn paipv eav sa ved usg cx ck_subscriber_id rb_clickid irclickid click_id zanpid sc_cid ncid
xtor at_medium embeds_referring_euri source_ve_path authuser hl gid token id page v q x
"""


@pytest.mark.parametrize("name", APPENDED.split())
def test_a_link_is_what_it_was_whatever_a_messenger_appends(name):
    assert not address._resembles_ours(name)


def test_a_link_with_nothing_of_ours_is_a_link_without_anything(app):
    app.query_params.update({"fbclid": "IwAR0x", "utm_source": "kakaotalk", "s": "20", "source": "mail", "": "x"})
    app.run()
    assert setup_of(app) == PRESETS["notes"].setup
    assert not app.warning


def test_what_is_appended_to_ours_is_passed_over(app):
    app.query_params.update({"hidden": "32", "fbclid": "IwAR0x"})
    app.run()
    assert setup_of(app) == Setup(ModelConfig((32,)))
    assert not app.warning


@pytest.mark.parametrize("slip", ["hiden", "Hidden", "LR", "epoch", "sead", "learning_rate", "batchsize", "activaton"])
def test_a_slip_in_a_name_is_told_beside_ours_and_alone(app, slip):
    app.query_params.update({slip: "1"})
    app.run()
    assert setup_of(app) == PRESETS["notes"].setup
    assert f"`{slip}`" in app.warning[0].value
    assert ignored(app) == [slip]


def test_of_a_name_given_twice_the_first_counts_and_that_is_told(app):
    app.query_params["lr"] = ["0.1", "0.2"]
    app.run()
    assert setup_of(app).train.learning_rate == 0.1
    assert "`lr` is given more than once; the first one counts, not `0.2`." in app.warning[0].value


def test_a_flood_of_wrong_names_is_told_in_a_few_words(app):
    app.query_params.update({f"hidden{number}": "x" * 500 for number in range(500)})
    app.run()
    assert setup_of(app) == PRESETS["notes"].setup
    assert len(app.warning[0].value) < 500


@pytest.mark.parametrize("language", ["en", "ko"])
def test_ignored_values_become_a_sentence_without_stray_markup(monkeypatch, language):
    monkeypatch.setattr("nnlab.ui.state.language", lambda: language)
    items = [
        IgnoredValue("lr", "`fast`", "a number"), IgnoredValue("act", "x", ""), IgnoredValue("hidden", "0", ""),
        IgnoredValue("augment", "2", ""), IgnoredValue("<b>", "1", ""),
    ]  # fmt: skip
    sentence = address.explain(items)
    assert "`lr=fast`" in sentence
    assert "100" in sentence
    assert "relu" in sentence
    assert "`<b>`" in sentence


def test_differences_are_named_by_their_labels(monkeypatch):
    monkeypatch.setattr("nnlab.ui.state.language", lambda: "en")
    other = Setup(ModelConfig((5,)), TrainConfig(epochs=2))
    assert controls.differences(Setup(), other) == ["Hidden layers", "Epochs"]
    assert controls.differences(other, other) == []


@pytest.mark.parametrize(("value", "step"), [(0.01, 0.001), (0.099, 0.001), (1.0, 0.1), (3e-5, 1e-6)])
def test_the_rate_moves_in_tenths_of_its_size(value, step):
    assert controls.step_of(value) == pytest.approx(step)
