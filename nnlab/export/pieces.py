"""The program of one run, in pieces: what ``script`` puts together, and ``notebook`` explains one by one.

Each piece is the plain way to do something, and only what this run did is written. Where a sum could be written in two
ways it is written as ``nnlab`` computes it, operation by operation: then the losses agree to the last bit, and a test
holds them to it.

Read next: ``pieces_of_training``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from nnlab.activations import ACTIVATIONS, LEAKY_SLOPE, PRELU_SLOPE
from nnlab.config import INPUT_NORMALIZATION, ModelConfig, TrainConfig
from nnlab.export.exported import Exported
from nnlab.model import SMALL_NORMAL_DEVIATION
from nnlab.sources.published import DATA_SETS, DataSet


@dataclass(frozen=True)
class Piece:
    """Some lines of Python that belong together, and their name in the words of the notebook."""

    name: str
    code: str


FUNCTIONS = {  # how plain torch writes each activation function of nnlab
    "relu": "torch.relu({})",
    "sigmoid": "torch.sigmoid({})",
    "tanh": "torch.tanh({})",
    "identity": "{}",
    "leaky_relu": f"F.leaky_relu({{}}, {LEAKY_SLOPE})",
    "prelu": f"F.leaky_relu({{}}, {PRELU_SLOPE})",
    "elu": "F.elu({})",
    "selu": "F.selu({})",
    "gelu": "F.gelu({})",
    "silu": "F.silu({})",
    "softplus": "F.softplus({})",
    "mish": "F.mish({})",
    "hardtanh": "F.hardtanh({})",
    "softsign": "F.softsign({})",
}


def data_set_of(exported: Exported) -> DataSet | None:
    """The published data set whose files the program reads; None where MNIST's are read, or others in their form."""
    found = DATA_SETS.get(exported.data_source)
    return found if found and not found.is_transposed else None


def reading(exported: Exported) -> Piece:
    """The images and labels, from files of MNIST's form; torchvision keeps several data sets side by side."""
    data_set = data_set_of(exported)
    folder = data_set.dataset if data_set else "MNIST"
    return Piece(
        "reading",
        f'''\
def digits(folder, half):
    """Images (N, 28, 28) and labels (N,) of one half, "train" or "t10k", of {folder}; its files may be packed."""
    parts = []
    for name, header in ((f"{{half}}-images-idx3-ubyte", 16), (f"{{half}}-labels-idx1-ubyte", 8)):
        places = [Path(folder, "{folder}", "raw"), Path(folder), Path(folder, "raw")]
        paths = [path for place in places for path in sorted(place.glob(f"{{name}}*"))]
        if not paths:
            sys.exit(f"{{folder}} holds no {{name}}")
        content = gzip.decompress(paths[0].read_bytes()) if paths[0].suffix == ".gz" else paths[0].read_bytes()
        parts.append(torch.frombuffer(bytearray(content), dtype=torch.uint8, offset=header))
    return parts[0].view(-1, 28, 28), parts[1].long()''',
    )


def testing(exported: Exported) -> Piece:
    """Loss and accuracy on some images."""
    batch = "batch / 255" if is_augmented(exported) else "batch"
    return Piece(
        "testing",
        f'''\
@torch.no_grad()
def test(network, images, labels):
    """The mean loss in nats, and the fraction that is read correctly."""
    logits = torch.cat([network({batch}) for batch in images.split(1000)])
    return F.cross_entropy(logits, labels).item(), (logits.argmax(1) == labels).sum().item() / len(labels)''',
    )


def is_augmented(exported: Exported) -> bool:
    """Whether the network is shown numbers from 0 to 1, as augmentation makes them, instead of bytes."""
    return exported.train is not None and exported.train.augmentation


def network(exported: Exported) -> Piece:
    """The network itself: its layers, and what happens to an image on its way."""
    config = exported.config
    white = 1 if is_augmented(exported) else 255
    outputs = FUNCTIONS[config.activation].format("linear(x)")
    arguments, dropout = "", ""
    if config.dropout:
        arguments, kept = ", random=None", 1 - config.dropout
        dropout = f"""
            if random:  # dropout, in training only: what is kept is scaled up
                x = x * torch.empty_like(x).bernoulli_({kept!r}, generator=random).div_({kept!r})"""
    hidden = (
        f"""
        for linear in self.linears[:-1]:
            x = {outputs}  # (N, neurons){dropout}"""
        if config.hidden_sizes
        else ""
    )
    return Piece(
        "network",
        f'''\
class Network(nn.Module):
    """{"-".join(map(str, config.layer_sizes))}: images (N, 28, 28), 0 = paper, {white} = ink -> logits (N, 10)."""

    def __init__(self):
        super().__init__()
        sizes = {list(config.layer_sizes)}
        self.linears = nn.ModuleList(nn.Linear(*pair) for pair in zip(sizes[:-1], sizes[1:]))

    def forward(self, images{arguments}):
        {normalization(config, white)}{hidden}
        return self.linears[-1](x)''',
    )


def normalization(config: ModelConfig, white: int) -> str:
    """The line that shifts and scales pixels from 0 to ``white``."""
    mean, deviation = INPUT_NORMALIZATION[config.input_normalization]
    pixels = "images.flatten(1).float()" if white == 255 else "images.flatten(1)"
    if (mean, deviation) == (0.0, 1.0):
        return f"x = {pixels} * (1 / 255)  # (N, 784), 0 to 1" if white == 255 else f"x = {pixels}  # (N, 784)"
    scale = f"(255 * {deviation!r})" if white == 255 else repr(deviation)
    return f"x = torch.add(torch.tensor(-{mean!r} / {deviation!r}), {pixels}, alpha=1 / {scale})  # (N, 784)"


def start(exported: Exported) -> Piece:
    """The weights before the first step."""
    config = exported.config
    gain = ACTIVATIONS[config.activation].gain
    lines = {
        "torch": """\
        bound = 1 / math.sqrt(linear.in_features)
        linear.weight.uniform_(-bound, bound, generator=generator)
        linear.bias.uniform_(-bound, bound, generator=generator)""",
        "kaiming": f"""\
        gain = 1.0 if linear is network.linears[-1] else {gain!r}  # of {config.activation}; the last layer has none
        linear.weight.normal_(0.0, gain / math.sqrt(linear.in_features), generator=generator)
        linear.bias.zero_()""",
        "xavier": """\
        deviation = math.sqrt(2 / (linear.in_features + linear.out_features))
        linear.weight.normal_(0.0, deviation, generator=generator)
        linear.bias.zero_()""",
        "lecun": """\
        linear.weight.normal_(0.0, 1 / math.sqrt(linear.in_features), generator=generator)
        linear.bias.zero_()""",
        "small_normal": f"""\
        linear.weight.normal_(0.0, {SMALL_NORMAL_DEVIATION!r}, generator=generator)
        linear.bias.zero_()""",
        "zeros": """\
        linear.weight.zero_()
        linear.bias.zero_()""",
    }[config.initialization]
    purposes = ["0, an epoch's order"]
    if config.dropout:
        purposes.append("1, a step's dropout")
    if is_augmented(exported):
        purposes.append("2, a step's changes of images")
    generator = "" if config.initialization == "zeros" else "\n    generator = torch.Generator().manual_seed(SEED)"
    return Piece(
        "start",
        f'''\
@torch.no_grad()
def start(network):
    """The weights before the first step, drawn by lot; the seed decides the lot."""{generator}
    for linear in network.linears:
{lines}


def lot(purpose, number):
    """The random numbers for one purpose: {"; ".join(purposes)}."""
    seed = np.random.SeedSequence([SEED, purpose, number]).generate_state(1, np.uint64)[0]
    return torch.Generator().manual_seed(int(seed) >> 1)''',
    )


def settings(exported: Exported, train: TrainConfig) -> Piece:
    """The numbers that another run would have otherwise."""
    rates = f"LEARNING_RATE = {train.training_images}, {train.learning_rate!r}"
    if exported.rate_changes:
        changes = [(0, train.learning_rate), *((change.step, change.learning_rate) for change in exported.rate_changes)]
        rates = f"RATES = {train.training_images}, {changes}  # set by hand after so many steps"
    numbers = f"{train.seed}, {epochs(exported, train)}, {train.batch_size}"
    lines = [f"SEED, EPOCHS, BATCH_SIZE = {numbers}", f"IMAGES, {rates}"]
    if exported.steps < train.total_steps:
        lines.append(f"STEPS = {exported.steps}  # the run was stopped after these, of {train.total_steps}")
    return Piece("settings", "\n".join(lines))


def epochs(exported: Exported, train: TrainConfig) -> int:
    """How many epochs were begun."""
    return math.ceil(exported.steps / train.steps_per_epoch)
