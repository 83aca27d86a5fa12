"""A patch discriminator, and how it learns beside the network that it judges."""

import itertools

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.hardware import autocast
from engine.training.checkpoints import optimizer_tensors, restore_optimizers

LARGEST_WEIGHT = 1e4


class PatchDiscriminator(nn.Module):
    """(B, 3, S, S) in 0..1 -> (B, 1, S/4 - 2, S/4 - 2): above 0 where a patch looks real.

    Convolutions of 4x4 (Isola et al. 2017, section 6.1.2) that look at 34 x 34 px each, with group
    norm for batch norm since batches are small.
    """

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        widths = [width, 2 * width, 4 * width]
        layers: list[nn.Module] = [nn.Conv2d(3, width, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        for (inner, outer), stride in zip(itertools.pairwise(widths), (2, 1), strict=True):
            layers += [
                nn.Conv2d(inner, outer, 4, stride=stride, padding=1, bias=False),
                nn.GroupNorm(8, outer),
                nn.LeakyReLU(0.2),
            ]
        layers.append(nn.Conv2d(widths[-1], 1, 4, padding=1))
        self.layers = nn.Sequential(*layers)

    def forward(self, images: Tensor) -> Tensor:
        verdicts: Tensor = self.layers(images * 2 - 1)
        return verdicts


class Adversary:
    """A discriminator and its optimiser; gradients reach its weights in `learn` alone."""

    def __init__(self, width: int = 32, lr: float = 5e-4) -> None:
        self.network = PatchDiscriminator(width).requires_grad_(False)
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), lr, betas=(0.5, 0.9), weight_decay=0.0
        )

    def blame(self, restored: Tensor) -> Tensor:
        """Scalar, the lower the more real the pictures (B, 3, S, S) look."""
        verdicts: Tensor = self.network.to(restored.device)(restored)
        return -verdicts.float().mean()

    def learn(self, images: Tensor, restored: Tensor) -> Tensor:
        """One step on real and restored pictures; the hinge loss before it."""
        self.network.to(images.device).requires_grad_(True)
        with torch.enable_grad(), autocast(images.device):
            both = self.network(torch.cat([images, restored.detach()])).float()
        loss = hinge_loss(*both.chunk(2))
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.network.requires_grad_(False)
        return loss.detach()

    def state_dict(self) -> dict[str, Tensor]:
        """Weights and moments, by names of their own."""
        moments = optimizer_tensors([self.optimizer])
        return {
            **{f"network.{name}": value for name, value in self.network.state_dict().items()},
            **{f"optimizer.{name}": value for name, value in moments.items()},
        }

    def load_state_dict(self, state: dict[str, Tensor], device: torch.device) -> None:
        """Go on with a saved state on that device, where the moments then stay."""
        self.network.to(device).load_state_dict(within(state, "network."))
        restore_optimizers(within(state, "optimizer."), [self.optimizer])


def within(state: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """What is named so, under the rest of its name."""
    return {
        name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)
    }


def hinge_loss(real: Tensor, restored: Tensor) -> Tensor:
    """Mean distance of the verdicts from being above 1 on real and below -1 on restored patches."""
    return (F.relu(1 - real).mean() + F.relu(1 + restored).mean()) / 2


def balance(faithful: Tensor, blame: Tensor, last: Tensor) -> Tensor:
    """Factor on the blame with which both losses pull alike at the last layer's weights
    (Esser et al. 2021, section 3.1, equation 7)."""
    (pull,) = torch.autograd.grad(faithful, last, retain_graph=True)
    (push,) = torch.autograd.grad(blame, last, retain_graph=True)
    factor: Tensor = pull.norm() / (push.norm() + 1e-6)
    return factor.clamp(max=LARGEST_WEIGHT).detach()
