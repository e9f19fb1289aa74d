"""Named set-ups, each of which shows something: a success to reach, or a failure worth seeing; and the notes' run."""

from __future__ import annotations

from dataclasses import dataclass

from nnlab.config.settings import ModelConfig, Setup, TrainConfig


@dataclass(frozen=True)
class Preset:
    """A named set-up that shows something: a success to reach, or a failure worth seeing."""

    model: ModelConfig
    train: TrainConfig

    @property
    def setup(self) -> Setup:
        return Setup(self.model, self.train)


PRESETS: dict[str, Preset] = {
    # The run in the study notes: plain SGD on pixels in [-1, 1], nn.Linear's own initialisation.
    "notes": Preset(ModelConfig((128, 64), "relu", "torch"), TrainConfig("sgd", 0.01, epochs=10)),
    # One epoch: 97 % of the test set, where the notes reached 95.16 % in ten.
    "quick": Preset(
        ModelConfig((128, 64), "relu", "kaiming", input_normalization="standard"),
        TrainConfig("adam", 0.003, "one_cycle", batch_size=32, epochs=1),
    ),
    # 98.3 % of the test set in three epochs, because the learning rate falls to 0 by then.
    "accurate": Preset(
        ModelConfig((384, 128), "relu", "kaiming", input_normalization="standard"),
        TrainConfig("adamw", 0.004, "one_cycle", batch_size=128, epochs=3, l2=0.01),
    ),
    # How far a plain MLP gets in an hour when the images are changed anew in every epoch: 99.52 % after 50 minutes of
    # one core. With three times as many weights, and more hours, ``python -m nnlab record`` goes further.
    "record": Preset(
        ModelConfig((2048, 1024, 512), "relu", "kaiming", dropout=0.1, input_normalization="standard"),
        TrainConfig(
            "adamw", 0.001, "one_cycle", batch_size=256, epochs=150, l2=0.05, gradient_clip=1.0, augmentation=True
        ),
    ),
    # Eight sigmoid layers: each multiplies the gradient by at most 1/4, so the first layers hear nothing. Their
    # gradient is ten thousand times shorter than the last layer's, and the test accuracy stays near 11 %.
    "vanishing": Preset(ModelConfig((64,) * 8, "sigmoid", "xavier"), TrainConfig("sgd", 0.1, epochs=5)),
    # After a few steps that are far too long, the input of nearly every ReLU is negative for every image. There f' = 0,
    # so nothing moves again. The loss stays finite, near ln 10 = 2.30, which is guessing. There is one hidden layer,
    # since with two the loss would first pass 1e6.
    "dead": Preset(ModelConfig((128,), "relu", "kaiming"), TrainConfig("sgd", 0.5, epochs=3)),
    # Identity layers have no f' = 0 that would stop the weights: each step overshoots more than the last, until after
    # 14 to 19 steps the loss is no number any more. At 0.03 the same network learns.
    "diverging": Preset(ModelConfig((128, 64), "identity", "kaiming"), TrainConfig("sgd", 0.06, epochs=3)),
    # 500 images learned by heart: training accuracy 100 %, test loss down to 0.57 and up again to 0.65.
    "overfitting": Preset(
        ModelConfig((512, 256), "relu", "kaiming"), TrainConfig("adam", 0.001, epochs=60, training_images=500)
    ),
    # All weights 0: every unit of a layer computes the same, 0, and gets the same gradient, 0. Only the ten output
    # biases learn: how common each digit is.
    "zeros": Preset(ModelConfig((128, 64), "tanh", "zeros"), TrainConfig("sgd", 0.1, epochs=3)),
}


# Mean training loss (nats) over each of the ten epochs of the run in the study notes; preset "notes" repeats it.
NOTES_LOSSES = (1.0511, 0.3863, 0.3266, 0.2935, 0.2671, 0.2445, 0.2241, 0.2052, 0.1883, 0.1745)
NOTES_ACCURACY = 0.9516  # then on MNIST's 10,000 test images
NOTES_SECONDS = 102.5  # of training
