"""Vector quantisation: nearest codeword, lookup and the training loss."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class NearestQuantizer(nn.Module):
    """codebook: `embedding.weight` (K, D)."""

    def __init__(self, codebook_size: int, dim: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(codebook_size, dim)
        nn.init.uniform_(self.embedding.weight, -1.0 / codebook_size, 1.0 / codebook_size)

    def indices(self, z: Tensor) -> Tensor:
        """(B, D, h, w) -> (B, h, w) int64: the codeword with the least squared distance."""
        flat = z.permute(0, 2, 3, 1).reshape(-1, z.shape[1]).float()  # (B*h*w, D)
        codes = self.embedding.weight.float()
        # |z|^2 is the same for every codeword and left out.
        distances = codes.square().sum(1) - 2 * flat @ codes.t()
        return distances.argmin(1).view(z.shape[0], z.shape[2], z.shape[3])

    def lookup(self, indices: Tensor) -> Tensor:
        """(B, h, w) -> (B, D, h, w)."""
        vectors: Tensor = self.embedding(indices)
        return vectors.permute(0, 3, 1, 2).contiguous()

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(B, D, h, w) -> straight-through quantised, indices (B, h, w), codebook loss.

        The loss is taming's "legacy" form: (sg[z_q] - z)^2 + 0.25 (z_q - sg[z])^2.
        """
        indices = self.indices(z)
        quantised = self.lookup(indices)
        loss = F.mse_loss(quantised.detach(), z) + 0.25 * F.mse_loss(quantised, z.detach())
        return z + (quantised - z).detach(), indices, loss


class UnitQuantizer(NearestQuantizer):
    """Latents and codewords are scaled to length 1 before they meet, and the codeword stays so."""

    def indices(self, z: Tensor) -> Tensor:
        flat = F.normalize(z.float(), dim=1).permute(0, 2, 3, 1).flatten(0, 2)  # (B*h*w, D)
        codes = F.normalize(self.embedding.weight.float(), dim=1)
        nearest = (flat @ codes.t()).argmax(1)  # of unit length: the least distance
        return nearest.view(z.shape[0], z.shape[2], z.shape[3])

    def lookup(self, indices: Tensor) -> Tensor:
        return F.normalize(super().lookup(indices), dim=1)

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """As NearestQuantizer's, on the unit sphere: gradients pass through the scaling of z."""
        return super().forward(F.normalize(z, dim=1))


class GumbelQuantizer(nn.Module):
    """Codes by a learned projection: `proj` (K logits), `embed` (K, D). Encodes without noise."""

    def __init__(self, codebook_size: int, in_channels: int, dim: int) -> None:
        super().__init__()
        self.proj = nn.Conv2d(in_channels, codebook_size, 1)
        self.embed = nn.Embedding(codebook_size, dim)

    def indices(self, z: Tensor) -> Tensor:
        """(B, C, h, w) -> (B, h, w) int64: the likeliest code.

        The reference draws Gumbel noise here even when it does not train; a user's picture must
        not change from one encoding to the next, so the noise is left out.
        """
        return torch.argmax(self.proj(z), dim=1)

    def lookup(self, indices: Tensor) -> Tensor:
        """(B, h, w) -> (B, D, h, w)."""
        vectors: Tensor = self.embed(indices)
        return vectors.permute(0, 3, 1, 2).contiguous()
