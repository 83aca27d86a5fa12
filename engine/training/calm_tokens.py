"""Tokens without noise: of codes that serve nearly as well, the one that stands beside.

Nearest codes of a plain ground come out as a mixture of two or three that lie close together, which
says nothing of the picture and which a generator would have to learn as entropy. So tokens that
generators train on trade a little distortion for a lower rate, as in entropy-constrained vector
quantisation (Chou, Lookabaugh and Gray 1989), with a fixed preference for a neighbour's code
instead of a measured length. A user's picture is never encoded so.
"""

import torch
from torch import Tensor

SITES_AT_ONCE = 32_768
"""Whose distances to all codes are held in memory."""


def calm_indices(z: Tensor, codebook: Tensor, tolerance: float, slack: float = 0.0) -> Tensor:
    """z (B, D, h, w), codebook (K, D) -> (B, h, w) int64.

    In raster order a site takes its left or its upper neighbour's code, the better of the two, if
    the code's squared distance to z is at most (1 + tolerance) x the least one + slack x the
    codebook's `spacing`; else the nearest code. Both are 0 or more; both 0 gives the nearest codes,
    but for exact ties.
    """
    nearest, least = _nearest(z, codebook)
    allowed = (1 + tolerance) * least + slack * spacing(codebook)
    calm = nearest.clone()
    vectors = z.float().permute(0, 2, 3, 1)
    for row in range(z.shape[2]):
        for column in range(z.shape[3]):
            here = vectors[:, row, column]
            best, code = allowed[:, row, column], nearest[:, row, column]
            for above, before in ((row, column - 1), (row - 1, column)):
                if above < 0 or before < 0:
                    continue
                neighbour = calm[:, above, before]
                distance = (codebook[neighbour].float() - here).square().sum(1)
                code = torch.where(distance <= best, neighbour, code)
                best = torch.minimum(distance, best)
            calm[:, row, column] = code
    return calm


def spacing(codebook: Tensor) -> float:
    """Median squared distance from a code (K, D) to its nearest other.

    Not the mean: a code that no picture uses may lie anywhere.
    """
    codes = codebook.float()
    return float(torch.cdist(codes, codes).fill_diagonal_(torch.inf).amin(1).square().median())


def _nearest(z: Tensor, codebook: Tensor) -> tuple[Tensor, Tensor]:
    """The nearest code's number and squared distance at each site, (B, h, w) each."""
    flat, codes = z.float().permute(0, 2, 3, 1).flatten(0, 2), codebook.float()
    parts = [
        torch.cdist(
            flat[start : start + SITES_AT_ONCE], codes, compute_mode="donot_use_mm_for_euclid_dist"
        ).min(1)
        for start in range(0, len(flat), SITES_AT_ONCE)
    ]
    shape = (z.shape[0], *z.shape[2:])
    indices = torch.cat([part.indices for part in parts]).view(shape)
    return indices, torch.cat([part.values for part in parts]).square().view(shape)
