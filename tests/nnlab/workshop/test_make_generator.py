"""Making the generator of the built-in digits: its parts learn, and the same seed gives the same weights."""

from __future__ import annotations

from dataclasses import replace

import torch

from nnlab.config import PRESETS
from nnlab.sources.builtin.generator import LATENTS, Decoder, Flow, load_generator
from nnlab.training import TrainingRun
from nnlab.workshop import make_generator as make

MAX_FILE_BYTES = 1_000_000


def test_the_command_gives_the_same_weights_each_time(tiny_folder, tmp_path, one_thread):
    schedule = make.Schedule(1, 1, 1, 1)
    for name in ("one", "two"):
        assert make.main(tmp_path / name, tiny_folder, seed=4, schedule=schedule) == 0
    assert (tmp_path / "one").stat().st_size <= MAX_FILE_BYTES
    one, two = load_generator(tmp_path / "one").state_dict(), load_generator(tmp_path / "two").state_dict()
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_the_autoencoder_learns_to_draw_what_it_sees(tiny_digits, one_thread):
    torch.manual_seed(0)
    images, labels = (tiny_digits.train_images > 127).flatten(1).float(), tiny_digits.train_labels
    reader = TrainingRun(make.READER, replace(PRESETS["quick"].train, training_images=400), tiny_digits)
    reader.advance(reader.total_steps)
    encoder, decoder = make.Encoder(), Decoder()
    make.train_autoencoder(encoder, decoder, images, labels, reader.model.requires_grad_(False), epochs=40)
    with torch.no_grad():
        drawings = decoder(encoder(images, labels)[0], labels).sigmoid()
    assert (drawings - images).abs().mean() < (images.mean(0) - images).abs().mean() / 2


def test_the_flow_learns_where_each_digit_lies(one_thread):
    """The latents of digit d lie around (d, d, ..., d) / 5 - 0.9, with a deviation of 0.1."""
    torch.manual_seed(0)
    labels = torch.arange(2000) % 10
    means = (labels / 5 - 0.9).unsqueeze(1).expand(-1, LATENTS)
    flow = Flow()
    make.train_flow(flow, means, torch.full_like(means, 0.1), labels, epochs=30)
    with torch.no_grad():
        latents = flow.follow(torch.randn(2000, LATENTS), labels)
    assert (latents - means).abs().mean() < 0.25
