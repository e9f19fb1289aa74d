"""The record command: a committee in pieces, measured on images that nothing was learned from."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from nnlab.augment import Augmentation, augment
from nnlab.checkpoint import BUNDLED, load, read_header
from nnlab.cli import main
from nnlab.config import ModelConfig, Preset, TrainConfig
from nnlab.evaluation import predict, to_float
from nnlab.model import MLP
from nnlab.paths import md5_of
from nnlab.workshop import record
from nnlab.workshop.looks import upright
from nnlab.workshop.pieces import Pieces


@pytest.fixture
def small(monkeypatch, tiny_digits, one_thread):
    """The command with a small network and 400 made-up digits."""
    train = TrainConfig("adamw", 0.01, batch_size=50, epochs=2, augmentation=True)
    monkeypatch.setattr(record, "RECORD", Preset(ModelConfig((16,), input_normalization="standard"), train))
    monkeypatch.setattr(record, "load_as_named", lambda source, root: tiny_digits)
    return tiny_digits


def test_by_default_a_sixth_of_the_training_images_measures_and_the_test_set_is_left_alone(tiny_digits):
    apart = record.measured_apart(tiny_digits, uses_all=False)
    assert (len(apart.train_labels), len(apart.test_labels)) == (334, 66)
    assert torch.equal(torch.cat([apart.train_images, apart.test_images]), tiny_digits.train_images)
    assert torch.equal(torch.cat([apart.train_labels, apart.test_labels]), tiny_digits.train_labels)
    assert record.measured_apart(tiny_digits, uses_all=True) is tiny_digits


def test_a_committee_is_trained_stored_and_measured(small, tmp_path, capsys):
    assert main(["record", "--networks", "2", "--seed", "3", "--output", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "seed-3 will take about" in out
    assert ", 2 networks " in out
    assert sorted(file.name for file in tmp_path.iterdir()) == ["seed-3.safetensors", "seed-4.safetensors"]
    apart = record.measured_apart(small, uses_all=False)
    answers = [predict(load(tmp_path / f"seed-{seed}.safetensors"), apart.test_images) for seed in (3, 4)]
    one, two, both = (
        float((each.argmax(1) == apart.test_labels).float().mean()) for each in (*answers, sum(answers) / 2)
    )
    assert out.endswith(
        "Of 66 training images that were kept out, right:\n"
        f"{one:.2%}  seed-3\n{two:.2%}  seed-4\n{both:.2%}  committee of 2\n"
    )
    header = read_header(tmp_path / "seed-4.safetensors")
    assert header["facts"]["command"] == "python -m nnlab record --epochs 2 --seed 4"
    assert header["facts"]["kept_out_accuracy"] == pytest.approx(two)
    assert "test_accuracy" not in header["facts"]
    assert header["train"]["training_images"] == 334


def test_a_committee_of_several_looks_takes_turns(small, tmp_path, capsys):
    words = ["--networks", "3", "--look", "as-it-is", "--look", "upright", "--all-images", "--output", str(tmp_path)]
    assert main(["record", *words]) == 0
    names = ["seed-0", "seed-0-upright", "seed-1"]
    assert sorted(file.stem for file in tmp_path.iterdir()) == names
    images = [small.test_images, upright(small.test_images), small.test_images]
    answers = [predict(load(tmp_path / f"{name}.safetensors"), own) for name, own in zip(names, images, strict=True)]
    shares = [float((each.argmax(1) == small.test_labels).float().mean()) for each in (*answers, sum(answers) / 3)]
    lines = [f"{share:.2%}  {name}" for share, name in zip(shares, [*names, "committee of 3"], strict=True)]
    assert capsys.readouterr().out.endswith("Of 200 test images, right:\n" + "\n".join(lines) + "\n")
    facts = read_header(tmp_path / "seed-0-upright.safetensors")["facts"]
    assert facts["command"] == "python -m nnlab record --epochs 2 --seed 0 --look upright --all-images"
    assert facts["test_accuracy"] == pytest.approx(shares[1])


def test_a_look_that_is_named_twice_makes_no_network_twice(small, tmp_path):
    words = ["--networks", "2", "--look", "upright", "--look", "upright", "--output", str(tmp_path)]
    assert main(["record", *words]) == 0
    assert sorted(file.stem for file in tmp_path.iterdir()) == ["seed-0-upright", "seed-1-upright"]


def test_a_network_learns_from_images_as_it_sees_them(small, tmp_path):
    for look in ("as-it-is", "equally-wide"):
        assert main(["record", "--epochs", "1", "--look", look, "--all-images", "--output", str(tmp_path)]) == 0
    one, other = (load(tmp_path / f"{name}.safetensors").state_dict() for name in ("seed-0", "seed-0-equally-wide"))
    assert not all(torch.equal(one[key], other[key]) for key in one)


def test_what_was_interrupted_goes_on_and_what_is_there_stays(small, tmp_path, monkeypatch, capsys):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    words = ["record", "--networks", "2", "--all-images"]
    assert main([*words, "--output", str(whole)]) == 0
    keep = Pieces.keep

    def keep_and_fail(self: Pieces) -> None:
        keep(self)
        if self.run.train_config.seed == 1:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Pieces, "keep", keep_and_fail)
        assert main([*words, "--output", str(parts)]) == 130
    stored = (parts / "seed-0.safetensors").stat().st_mtime_ns
    capsys.readouterr()
    assert main([*words, "--resume", "--output", str(parts)]) == 0
    assert "seed-1 goes on after 1 of 2 passes." in capsys.readouterr().out
    assert (parts / "seed-0.safetensors").stat().st_mtime_ns == stored
    for name in ("seed-0.safetensors", "seed-1.safetensors"):
        one, two = load(whole / name).state_dict(), load(parts / name).state_dict()
        assert all(torch.equal(one[key], two[key]) for key in one)
    assert read_header(parts / "seed-1.safetensors")["facts"]["test_samples"] == 200


def test_a_checkpoint_of_another_recipe_is_refused(small, tmp_path, monkeypatch, capsys):
    def fail(self: Pieces) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(record, "RECIPE", "every image")
        patch.setattr(Pieces, "finish", fail)
        assert main(["record", "--output", str(tmp_path)]) == 130
    (tmp_path / "seed-0.safetensors").unlink()
    assert main(["record", "--resume", "--output", str(tmp_path)]) != 0
    assert "is of another training" in capsys.readouterr().err


def test_the_last_steps_change_the_images_less(tiny_digits, one_thread):
    train = TrainConfig("sgd", 0.01, batch_size=20, epochs=1, training_images=400, augmentation=True)
    run = record.EasedRun(ModelConfig((8,)), train, tiny_digits)
    strengths = [run.strengths(step) for step in range(run.total_steps)]
    assert strengths == [Augmentation()] * 17 + [record.EASED] * 3
    generator = run._generator("augmentation", 17)
    changed = augment(to_float(run.batches[17][0]), generator, record.EASED)
    assert torch.equal(run.batch(17)[0], changed)


def test_a_training_that_diverges_is_not_stored(small, tmp_path, monkeypatch, capsys):
    wild = replace(record.RECORD.train, optimizer="sgd", learning_rate=100.0, batch_size=10)
    monkeypatch.setattr(record, "RECORD", Preset(ModelConfig((16, 16), "identity"), wild))
    assert main(["record", "--output", str(tmp_path)]) == 1
    assert "it was not stored" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.safetensors"))


def test_a_widened_network_goes_on_from_the_bundled_one(small, tmp_path, monkeypatch, capsys):
    bundled = MLP(ModelConfig((8,), input_normalization="standard"), seed=2).eval()
    monkeypatch.setattr(record, "load_bundled", lambda: bundled)
    train = replace(record.RECORD.train, learning_rate=1e-6, epochs=1)
    monkeypatch.setattr(record, "WIDENED", Preset(record.RECORD.model, train))
    words = ["record", "--widen", "--all-images", "--seed", "5", "--output", str(tmp_path)]
    assert main(words) == 0
    made = load(tmp_path / "seed-5.safetensors")
    assert made.config.hidden_sizes == (16,)
    before, after = (predict(network, small.test_images) for network in (bundled, made))
    torch.testing.assert_close(after, before, rtol=0, atol=1e-3)  # at this rate it hardly learns
    facts = read_header(tmp_path / "seed-5.safetensors")["facts"]
    assert facts["command"] == "python -m nnlab record --epochs 1 --seed 5 --widen --all-images"
    assert facts["started_from"] == {"md5": md5_of(BUNDLED)}


def test_the_widened_network_is_one_that_the_bundled_one_can_become():
    start, wide = read_header(BUNDLED)["model"], record.WIDENED.model
    assert [new / old for new, old in zip(wide.hidden_sizes, start["hidden_sizes"], strict=True)] == [2, 2, 2]
    assert {name: start[name] for name in ("activation", "input_normalization")} == {
        "activation": wide.activation, "input_normalization": wide.input_normalization,
    }  # fmt: skip


def test_of_what_has_learned_from_all_images_none_can_be_kept_out(small, tmp_path, capsys):
    assert main(["record", "--widen", "--output", str(tmp_path)]) == 2
    assert "add --all-images" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("count", ["0", "8"])
def test_a_committee_has_one_to_seven_members(count, tmp_path, capsys):
    assert main(["record", "--networks", count, "--output", str(tmp_path)]) == 2
    assert "a whole number from 1 to 7" in capsys.readouterr().err
