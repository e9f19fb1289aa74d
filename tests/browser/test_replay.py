"""A run played back in a browser: each state is shown as Python computes it, and playing asks nothing more."""

import base64
import re
from functools import partial

import numpy as np
import pytest
import torch
from playwright.sync_api import expect

from nnlab.config import ModelConfig
from nnlab.runs.snapshot import Snapshot
from nnlab.ui import files
from nnlab.ui.text import strings
from tests.browser.axe import violations
from tests.browser.harness import expect_soon, wait_until_drawn
from tests.browser.training import STATE, run_id, start_button

EN = strings("en")
HIDDEN = 16
PLAYER = ".nnlab-replay"
LOADED = """() => {
  const { recording } = document.querySelector(".nnlab-replay").player
  const count = recording.info?.states.step.length
  return recording.loaded === count && Object.keys(recording.matrices).length === count
}"""
SHOWN = """() => {
  const { place, living, table, isPlaying } = document.querySelector(".nnlab-replay").player
  return { place, isPlaying, probabilities: living.probabilities, matrix: table.drawn }
}"""
SENT_IMAGE = "document.querySelector('.nnlab-replay').player.data.living.image"
MOMENTS = """async ([folder, info, axis, places]) => {
  const { momentAt } = await import(`${folder}/replay_time.js`)
  return places.map(place => momentAt(info, axis, place))
}"""
# Every place that is drawn from now on, every word that is said, and how many states are asked for.
WATCH = """() => {
  const { player } = document.querySelector(".nnlab-replay"), { speaker } = player
  const watch = (window.watched = { drawn: [], said: [] })
  const draw = player.curve.draw.bind(player.curve)
  player.curve.draw = (info, axis, place, moment) => {
    watch.drawn.push(place)
    draw(info, axis, place, moment)
  }
  const hear = () => watch.said.push([speaker.textContent, player.isPlaying])
  new MutationObserver(hear).observe(speaker, { childList: true })
}"""
MARK_AT = "document.querySelector('.nnlab-replay .mark').getBoundingClientRect().x"
IS_DRESSED = "scheme => document.querySelector('.nnlab-replay').matches('.dark') === (scheme === 'dark')"
AT_END = "() => document.querySelector('.nnlab-replay').player.place === 1"
WATCHED = "() => [watched, performance.getEntriesByType('resource').filter(({ name }) => /states/.test(name)).length]"


def near(one: float, other: float) -> bool:
    return abs(one - other) < 3  # pixels


@pytest.fixture
def played(server, page):
    """A page that plays a finished run back, all of it there; the run's id."""
    page.goto(f"{server}/train?lang=en&epochs=2&hidden={HIDDEN}")
    start_button(page).click()
    run = run_id(page)
    expect(page.locator(STATE)).to_contain_text(EN["train.state_finished"].partition("{")[0])
    page.goto(f"{server}/runs?lang=en&section=replay&run={run}")
    expect(page.locator(f"{PLAYER} .play")).to_be_enabled()
    wait_until_drawn(page)
    page.wait_for_function(LOADED)
    return run


def test_a_run_is_played_back(server, page, played):
    address = f"{server}/{files.ROOT}replays/{played}"
    info = page.request.get(address).json()
    matrices = page.request.get(f"{address}/confusions?known=0").json()["matrices"]
    steps, slider = info["states"]["step"], page.locator(f"{PLAYER} .slider")
    assert steps[:4] == [0, 1, 2, 5]

    # By the keys, from the end back to the start: each state is shown as Python reads with it.
    pixels = np.frombuffer(base64.b64decode(page.evaluate(SENT_IMAGE)), np.float32)
    image = torch.from_numpy(pixels.copy()).view(1, 28, 28)
    slider.focus()
    for index in range(len(steps) - 1, -1, -1):
        expect(page.locator(f"{PLAYER} .which")).to_have_text(EN["replay.state"].format(step=f"{steps[index]:,}"))
        weights = page.request.get(f"{address}/states/{steps[index]}").body()
        model = Snapshot(steps[index], ModelConfig((HIDDEN,)), weights).model
        shown = page.evaluate(SHOWN)
        assert shown["probabilities"] == pytest.approx(model.predict_proba(image)[0].tolist(), abs=1e-5)
        assert shown["matrix"] == matrices[str(steps[index])]
        assert shown["place"] == info["states"]["places"]["step"][index]
        page.keyboard.press("ArrowLeft")
    cells = page.locator(f"{PLAYER} .confusion tbody td").all_inner_texts()
    assert [int(cell or 0) for cell in cells] == np.array(matrices["0"]).flatten().tolist()
    page.keyboard.press("ArrowRight")
    expect(page.locator(f"{PLAYER} > .speaker")).to_contain_text(EN["replay.state"].format(step=1))

    # The same moments as Python finds in what it has told.
    folder = f"{server}/{files.ROOT}{files.SCRIPTS.address('replay_time.js')}".rpartition("/")[0]
    for axis in ("step", "epoch", "time"):
        places = [*np.linspace(0, 1, 57).tolist(), *info["states"]["places"][axis]]
        for place, moment in zip(places, page.evaluate(MOMENTS, [folder, info, axis, places]), strict=True):
            until = {
                name: [step for step, at in zip(info[name]["step"], info[name]["places"][axis], strict=True)
                       if at <= place + 1e-6]
                for name in ("states", "curve")
            }  # fmt: skip
            assert moment["step"] == max(until["states"] + until["curve"])
            assert steps[moment["state"]] == until["states"][-1]
            assert (moment["loss"] is None) == (not until["curve"])

    # Playing: smooth, from one end to the other, silent until it rests, and without a question to the server.
    page.locator(f"{PLAYER} .speed").select_option("8")
    page.keyboard.press("Home")
    slider.focus()
    page.keyboard.press("Home")
    page.evaluate(WATCH)
    _, asked = page.evaluate(WATCHED)
    page.keyboard.press("Space")
    page.wait_for_function(AT_END)
    expect_soon(page, lambda: page.evaluate(WATCHED)[0]["said"], lambda said: len(said) == 1)
    watched, asked_by_now = page.evaluate(WATCHED)
    assert asked_by_now == asked
    assert watched["drawn"] == sorted(watched["drawn"])
    between = set(watched["drawn"]) - set(info["states"]["places"]["step"])
    assert len(between) > 2, "the mark does not move on between two states"
    assert [is_playing for _, is_playing in watched["said"]] == [False]

    # Whoever wants little to move sees one state after the other.
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("watched.drawn.length = 0")
    page.locator(f"{PLAYER} .play").click()
    page.wait_for_function(AT_END)
    drawn = page.evaluate("watched.drawn")
    assert set(drawn) <= set(info["states"]["places"]["step"])
    assert len(set(drawn)) > 2
    page.emulate_media(reduced_motion="null")

    # The same moment on another axis.
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    now = page.locator(f"{PLAYER} .now").inner_text()
    page.locator(f"{PLAYER} .axis").select_option("epoch")
    assert page.locator(f"{PLAYER} .now").inner_text() == now
    assert page.evaluate(SHOWN)["place"] == info["states"]["places"]["epoch"][-5]

    # Where the curve is clicked, the mark is; beside the curve, at its nearest end.
    curve = page.locator(f"{PLAYER} .curve").bounding_box()
    middle = curve["y"] + curve["height"] / 2
    for share in (0.3, 0.8):
        x = curve["x"] + share * curve["width"]
        page.mouse.click(x, middle)
        expect_soon(page, lambda: page.evaluate(MARK_AT), partial(near, x))
    page.mouse.click(curve["x"] + 2, middle)
    assert page.evaluate(SHOWN)["place"] == 0

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(IS_DRESSED, arg=scheme)
        expect_soon(page, lambda: violations(page), lambda found: found == [])

    # A film, made beside all this.
    page.get_by_text(EN["replay.film"], exact=True).click()
    page.get_by_role("button", name=EN["replay.film_make"].format(kind="GIF")).click()
    save = page.get_by_role("button", name=re.compile(r"Save the GIF \(\d\.\d MB\)"))
    expect(save).to_be_visible()
    with page.expect_download() as download:
        save.click()
    assert download.value.suggested_filename == "nnlab-run.gif"
    assert download.value.path().read_bytes().startswith(b"GIF89a")
