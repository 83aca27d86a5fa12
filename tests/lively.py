"""Random weights that make a difference, for tiny networks."""

from typing import TypeVar

import torch
from torch import nn

Network = TypeVar("Network", bound=nn.Module)


def lively(network: Network, *, seed: int = 0, spread: float = 0.3) -> Network:
    """Weights large enough that tokens, prompts and pictures matter; biases and norms stay."""
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.dim() > 1:
                parameter.normal_(std=spread, generator=random)
    return network.eval()


def unbiased(network: Network) -> Network:
    """Its biases are 0, those of norms too."""
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if parameter.dim() == 1 and name.endswith("bias"):
                parameter.zero_()
    return network
