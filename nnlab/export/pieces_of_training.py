"""The training of one run, as pieces of a program: the loop, and in it the rule, schedule and penalties of this run.

Read next: ``script``.
"""

from __future__ import annotations

from textwrap import indent

from nnlab.config import TrainConfig
from nnlab.export.exported import Exported
from nnlab.export.pieces import Piece
from nnlab.optim import MEAN_SHARE, MEAN_SQUARE_SHARE, MOMENTUM, SMALLEST, SQUARES_SHARE
from nnlab.schedules import ONE_CYCLE_START, ONE_CYCLE_WARM_UP, STEP_DECAY

# Before the first step, and in each step; what they do is said by the formula behind them.
RULES = {
    "sgd": ("", "values.addcmul_(gradient, rate, value=-1)  # w <- w - rate g"),
    "momentum": (
        "velocity = torch.zeros_like(values)",
        f"""\
velocity.mul_({MOMENTUM}).add_(gradient)  # v <- {MOMENTUM} v + g
values.addcmul_(velocity, rate, value=-1)  # w <- w - rate v""",
    ),
    "nesterov": (
        "velocity = torch.zeros_like(values)",
        f"""\
velocity.mul_({MOMENTUM}).add_(gradient)  # v <- {MOMENTUM} v + g
values.addcmul_(gradient, rate, value=-1)  # w <- w - rate (g + {MOMENTUM} v)
values.addcmul_(velocity, rate, value=-{MOMENTUM})""",
    ),
    "rmsprop": (
        "squares = torch.zeros_like(values)",
        f"""\
squares.mul_({SQUARES_SHARE}).addcmul_(gradient, gradient, value=1 - {SQUARES_SHARE})  # g g, on average
values.addcmul_(gradient / squares.sqrt().add_({SMALLEST}), rate, value=-1)  # w <- w - rate g / sqrt(s)""",
    ),
    "adam": (
        f"adam = torch.optim.Adam([values], torch.tensor(0.0), ({MEAN_SHARE}, {MEAN_SQUARE_SHARE}), {SMALLEST}, "
        "fused=True)",
        """\
adam.param_groups[0]["lr"], values.grad = rate, gradient
adam.step()""",
    ),
}
FLUSH = "torch.set_flush_denormal(True)  # numbers below 1.2e-38 are slow, and count as 0"
RULES["adamw"] = RULES["adam"]

SCHEDULES = {  # the factor of the rate, from ``progress``: 0 at the first step, just below 1 at the last
    "step": f"factor = {STEP_DECAY} ** ((progress >= 0.5) + (progress >= 0.75))",
    "cosine": "factor = (1 + math.cos(math.pi * progress)) / 2",
    "one_cycle": f"""\
rise = (1 - math.cos(math.pi * (progress / {ONE_CYCLE_WARM_UP}))) / 2
fall = (1 + math.cos(math.pi * ((progress - {ONE_CYCLE_WARM_UP}) / (1 - {ONE_CYCLE_WARM_UP})))) / 2
factor = {ONE_CYCLE_START} + (1 - {ONE_CYCLE_START}) * rise if progress < {ONE_CYCLE_WARM_UP} else fall""",
}


def training(exported: Exported, train: TrainConfig) -> Piece:
    """The loop: the order of the images, the gradient, the step."""
    before, rule = RULES[train.optimizer]
    count = "weights = sum(linear.weight.numel() for linear in network.linears)  # they come first in values"
    lines = [count if train.l1 or train.l2 else "", before, FLUSH]
    preparation = "\n".join(filter(None, lines))
    body = "\n".join(filter(None, [_rate(exported, train), _gradient(exported, train), _penalties(train), rule]))
    has_step = "step" in body or exported.steps < train.total_steps
    batches = ".split(BATCH_SIZE)" + ("[: STEPS - step]" if exported.steps < train.total_steps else "")
    first = "images, labels, step = images[:IMAGES], labels[:IMAGES], 0"
    if not has_step:
        first = "images, labels = images[:IMAGES], labels[:IMAGES]"
    counting = "\n            step += 1" if has_step else ""
    return Piece(
        "training",
        f'''\
def train(network, images, labels):
    """The whole training; yields, of each epoch, the loss of each image, just before the network learned from it."""
    {first}
    learned = [linear.weight for linear in network.linears] + [linear.bias for linear in network.linears]
    values = nn.utils.parameters_to_vector(learned).detach()  # all that the network learns, as one vector,
    nn.utils.vector_to_parameters(values, learned)  # where the network reads it from now on
{indent(preparation, " " * 4)}
    for epoch in range(EPOCHS):
        losses = []
        for chosen in torch.randperm(IMAGES, generator=lot(0, epoch)){batches}:
{indent(body, " " * 12)}{counting}
        yield torch.cat(losses)''',
    )


def _rate(exported: Exported, train: TrainConfig) -> str:
    """The learning rate of a step."""
    highest = "LEARNING_RATE"
    lines = []
    if exported.rate_changes:
        highest = "highest"
        lines.append("highest = [rate for first, rate in RATES if first <= step][-1]")
    if train.schedule == "constant":
        return "\n".join([*lines, f"rate = torch.tensor({highest})"])
    return "\n".join(
        [
            *lines,
            f"progress = step / {train.total_steps}  # 0 at first, just below 1 in the last step",
            SCHEDULES[train.schedule],
            f"rate = torch.tensor({highest} * factor)",
        ]
    )


def _gradient(exported: Exported, train: TrainConfig) -> str:
    """Forward, and back by torch's autograd from the gradient of the loss by the logits, which is written out."""
    images = "augment(images[chosen] / 255, lot(2, step))" if train.augmentation else "images[chosen]"
    dropout = ", lot(1, step)" if exported.config.dropout else ""
    return f"""\
logits, answers = network({images}{dropout}), labels[chosen]
losses.append(F.cross_entropy(logits, answers, reduction="none").detach())
errors = (logits.softmax(1) - F.one_hot(answers, 10)) / len(chosen)  # the loss's gradient by the logits
gradient = nn.utils.parameters_to_vector(torch.autograd.grad(logits, learned, errors))"""


def _penalties(train: TrainConfig) -> str:
    """What is done to the gradient, or with AdamW to the weights, before the step."""
    lines = []
    if train.l1:
        lines.append(f"gradient[:weights].add_(values[:weights].sign(), alpha={train.l1!r})  # L1: towards 0, evenly")
    if train.l2 and train.optimizer == "adamw":
        lines.append(f"values[:weights].mul_(1 - rate * {train.l2!r})  # weight decay")
    elif train.l2:
        lines.append(f"gradient[:weights].add_(values[:weights], alpha={train.l2!r})  # L2: towards 0, in proportion")
    if train.gradient_clip:
        length = "(torch.linalg.vector_norm(gradient) + 1e-6)"
        lines.append(f"gradient *= (1 / {length} * {train.gradient_clip!r}).clamp(max=1)  # no longer than that")
    return "\n".join(lines)
