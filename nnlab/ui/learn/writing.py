"""A network that writes: from random numbers to a digit, and what each of its latents changes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from nnlab import reader
from nnlab.config import CLASSES
from nnlab.evaluation import to_float
from nnlab.sources.builtin.generator import LATENTS, DigitGenerator, load_generator
from nnlab.sources.errors import DataError
from nnlab.ui import charts, digits, keys, problem, saving, shell
from nnlab.ui.answers import digit_of
from nnlab.ui.images import show_image
from nnlab.ui.layout import columns, slider
from nnlab.ui.text import t

SHOWN_LATENTS = 6  # sliders: those that change this digit most
REACH = 3.0  # of a slider; a latent has a standard deviation of about 1
DEFAULT_DIGIT = 4
PICTURE_WIDTH, SMALL_WIDTH, SHEET_WIDTH, BARS_HEIGHT = 196, 64, 420, 240  # screen pixels
KEPT_WAYS = 200  # of all visitors together: whoever comes sees the same ones first, and the next with each press
GAP = 2  # pixels between the images of a row


def show() -> None:
    _show_writing()
    if digits.source_here() == "mnist":
        with st.expander(t("learn.writing_which"), icon=":material/psychology_alt:", key="learn.writing_which"):
            _show_which()


@st.fragment
def _show_writing() -> None:
    generator = _generator()
    left, right = columns(0.3)
    with left:
        digit = st.slider(t("learn.digit"), 0, 9, DEFAULT_DIGIT, key=keys.Learn.WRITING_DIGIT, persist_state="session")
        seed = st.session_state.get(keys.Learn.WRITING_TURN, 0)
        st.button(t("learn.writing_another"), key="learn.writing_another", icon=":material/casino:", on_click=_turn)
        path = follow(generator, digit, seed)  # (steps + 1, Z)
        latents = _move(path[-1], digit, seed, influential_at_end(generator, digit, seed))
    image = write(generator, latents, [digit])[0]
    with right:
        picture, reading = st.columns([0.4, 0.6], vertical_alignment="center")
        with picture, st.container(key="learn.writing_picture"):
            show_image(255 - image, t("learn.writing_alt", digit=digit), PICTURE_WIDTH)
        with reading:
            probabilities, is_doubtful = reader.bundled().read(to_float(torch.from_numpy(image)))
            figure = charts.probability_bars(
                probabilities,
                t("learn.writing_read"),
                t("learn.digit"),
                digit,
                height=round(shell.scaled(BARS_HEIGHT)),
            )
            answer = digit_of(probabilities)
            shell.show_chart(figure, "learn.writing_bars", t("learn.probabilities_alt", answer=answer))
            if is_doubtful:
                st.caption(t("learn.writing_doubtful"))
        on_the_way = write(generator, path, [digit] * len(path))
        with st.container(key="learn.writing_row_of_path"):
            _show_row(on_the_way, t("learn.writing_path"), t("learn.writing_path_alt", digit=digit))
        ends = torch.stack([follow(generator, other, seed)[-1] for other in range(CLASSES)])  # (C, Z)
        same_start = write(generator, ends, list(range(CLASSES)))
        with st.container(key="learn.writing_row_of_start"):
            _show_row(same_start, t("learn.writing_same_start"), t("learn.writing_same_start_alt"))
        _offer(image, on_the_way, same_start)


def _offer(image: np.ndarray, on_the_way: np.ndarray, same_start: np.ndarray) -> None:
    """All digits that are shown: the one as the sliders have it, those of its way, and those of the same start."""
    written = np.concatenate([image[None], on_the_way, same_start])
    named = [("chosen", 0), *(("way", step) for step in range(len(on_the_way)))]
    named += [("same_start", digit) for digit in range(len(same_start))]
    table = {"picture": [name for name, _ in named], "number": [number for _, number in named]}
    captions = ["", *(str(step) for step in range(len(on_the_way))), *map(str, range(len(same_start)))]
    saving.offer_pictures(
        [255 - each for each in written], table | saving.pixel_columns(written), "learn.writing", captions
    )


@st.fragment
def _show_which() -> None:
    """A hundred built-in beside a hundred MNIST digits: who wrote which?"""
    try:
        sheets = {source: sheet(digits.load_test_set(source)[0]) for source in ("mnist", "builtin")}
    except DataError as error:
        problem.show(problem.data_words(error), error)
        return
    order = random.Random(st.session_state.setdefault(keys.Learn.WRITING_ORDER, random.randrange(1000))).sample(
        list(sheets), 2
    )
    for place, column in enumerate(st.columns(2)):
        with column:
            name = t("learn.writing_sheet", sheet="AB"[place])
            show_image(sheets[order[place]], t("learn.writing_sheet_alt", sheet="AB"[place]), SHEET_WIDTH, name)
    guess = st.segmented_control(
        t("learn.writing_who"), order, key=keys.Learn.WRITING_GUESS, persist_state="session",
        format_func=lambda source: t("learn.writing_sheet", sheet="AB"[order.index(source)]), wrap=True,
    )  # fmt: skip
    if guess:
        words = t("learn.writing_guess_right" if guess == "mnist" else "learn.writing_guess_wrong")
        st.markdown(f"{words} {t('learn.writing_told')}")


def sheet(images: np.ndarray) -> np.ndarray:
    """The first hundred of (N, 28, 28) uint8 images, ten by ten, dark on light: (280, 280)."""
    return 255 - images[:100].reshape(10, 10, 28, 28).transpose(0, 2, 1, 3).reshape(280, 280)


@st.cache_resource(show_spinner=False)
def _generator() -> DigitGenerator:
    return load_generator()


def _turn() -> None:
    st.session_state[keys.Learn.WRITING_TURN] = st.session_state.get(keys.Learn.WRITING_TURN, 0) + 1


@lru_cache(KEPT_WAYS)
@torch.inference_mode()
def follow(generator: DigitGenerator, digit: int, seed: int) -> Tensor:
    """(steps + 1, Z): random numbers, and where the flow carries them for this digit; kept, so never change it."""
    noise = np.random.RandomState(seed).standard_normal((1, LATENTS)).astype(np.float32)
    return torch.cat(generator.flow.path(torch.from_numpy(noise), torch.tensor([digit])))


@lru_cache(KEPT_WAYS)
def influential_at_end(generator: DigitGenerator, digit: int, seed: int) -> tuple[int, ...]:
    """The latents that matter most where ``follow`` arrives, ascending."""
    return tuple(sorted(most_influential(generator, follow(generator, digit, seed)[-1], digit)))


def _move(latents: Tensor, digit: int, seed: int, shown: Sequence[int]) -> Tensor:
    """Sliders for some of the latents, at first where the flow put them; (Z,) as they are set."""
    moved = latents.clone()
    st.caption(t("learn.writing_latents", shown=SHOWN_LATENTS, count=LATENTS))
    places = st.columns(2, gap="small")
    for number, index in enumerate(shown):
        value = float(latents[index].clamp(-REACH, REACH))
        label = rf"$\ell_{{{index + 1}}}$"
        with places[number % 2]:
            moved[index] = slider(label, f"writing_{digit}_{seed}_{index}", -REACH, REACH, round(value, 1))
    return moved


def most_influential(generator: DigitGenerator, latents: Tensor, digit: int, count: int = SHOWN_LATENTS) -> list[int]:
    """The latents whose change by one up and down changes the image most; (Z,) latents, the first is the strongest."""
    step = torch.eye(LATENTS)
    both_ways = torch.cat([latents + step, latents - step])  # (2Z, Z)
    images = torch.from_numpy(write(generator, both_ways, [digit] * len(both_ways))).float()
    up, down = images.split(LATENTS)
    return (up - down).abs().mean((1, 2)).topk(count).indices.tolist()


def write(generator: DigitGenerator, latents: Tensor, digits: list[int]) -> np.ndarray:
    """(N, Z), or (Z,) for one image, and N digits -> (N, 28, 28) uint8, 0 = paper."""
    return generator.decode(latents.view(-1, LATENTS), torch.tensor(digits)).numpy()


def _show_row(images: np.ndarray, caption: str, alt: str) -> None:
    """Images side by side; (N, H, W) uint8."""
    row = np.pad(255 - images, ((0, 0), (0, 0), (GAP, GAP)), constant_values=255)
    row = row.transpose(1, 0, 2).reshape(images.shape[1], -1)  # (H, N * W)
    show_image(row, alt, min(SMALL_WIDTH, 640 // len(images)) * len(images), caption)
