"""A wider network that computes what a trained one does, and has room to learn more.

Each of its neurons is a copy of one of the trained network: the same weights and bias lead into it. What that neuron
sent on is divided among its copies, so that every sum behind them stays what it was. Equal shares would give copies
equal gradients, and they would remain copies for ever; so the shares are drawn by lot.

Read next: ``record``, which trains such a network on. Source: Chen, Goodfellow and Shlens 2016, Net2Net.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from nnlab.model import MLP

LEAST_SHARE, SHARES = 0.2, 0.6  # shares are even from 0.2 to 0.8 before they are divided by their sum


@torch.no_grad()
def widened(network: MLP, hidden_sizes: Sequence[int], seed: int = 0) -> MLP:
    """A network of these sizes with the same outputs, up to rounding; without dropout.

    Args:
        network: trained; not changed.
        hidden_sizes: as many as it has, none of them smaller.
        seed: of the shares.

    Raises:
        ValueError: if a layer would become narrower, or their number another.
    """
    sizes = network.config.hidden_sizes
    if len(hidden_sizes) != len(sizes) or any(new < old for new, old in zip(hidden_sizes, sizes, strict=True)):
        raise ValueError(f"hidden layers of {sizes} neurons cannot be widened to {tuple(hidden_sizes)}")
    generator = torch.Generator().manual_seed(seed)
    weights: list[Tensor] = [linear.weight for linear in network.linears]  # (out, in) each
    biases: list[Tensor] = [linear.bias for linear in network.linears]
    for layer, width in enumerate(hidden_sizes):
        neurons, following = len(biases[layer]), len(biases[layer + 1])
        copies = torch.arange(width) % neurons  # whose copy each neuron is
        shares = SHARES * torch.rand(following, width, generator=generator) + LEAST_SHARE
        sums = torch.zeros(following, neurons).index_add_(1, copies, shares)
        weights[layer], biases[layer] = weights[layer][copies], biases[layer][copies]
        weights[layer + 1] = weights[layer + 1][:, copies] * shares / sums[:, copies]
    wide = MLP(replace(network.config, hidden_sizes=tuple(hidden_sizes), dropout=0.0))
    for linear, weight, bias in zip(wide.linears, weights, biases, strict=True):
        linear.weight.copy_(weight)
        linear.bias.copy_(bias)
    return wide.eval()
