"""Rotary positions on square grids of different sides.

Su et al., "RoFormer" (arXiv 2104.09864), section 3.2, on two axes: half the channel pairs turn with
the column, half with the row.
"""

import torch
from torch import Tensor


def axial_angles(side: int, head_width: int, *, theta: float, extent: float) -> Tensor:
    """(side * side, head_width / 2) float32 angles of a grid's sites, columns first.

    Coordinates run from 0 to `extent` whatever the side, so that places agree between grids; the
    only site of a grid of side 1 lies at 0. theta: base of the geometric row of frequencies.
    """
    if head_width % 4:
        raise ValueError(f"heads of width {head_width} do not split into two axes of pairs")
    frequencies = theta ** (-torch.arange(0, head_width, 4, dtype=torch.float32) / head_width)
    index = torch.arange(side * side)
    stretch = extent / max(side - 1, 1)
    columns, rows = (index % side) * stretch, (index // side) * stretch
    return torch.cat([torch.outer(columns, frequencies), torch.outer(rows, frequencies)], 1)


def rotated(x: Tensor, angles: Tensor) -> Tensor:
    """x (B, H, L, d), neighbouring channels forming pairs, turned by angles (L, d / 2)."""
    cos, sin = angles.cos(), angles.sin()
    even, odd = x.float().view(*x.shape[:-1], -1, 2).unbind(-1)  # B H L d/2 each
    turned = torch.stack([even * cos - odd * sin, even * sin + odd * cos], -1)
    return turned.flatten(-2).to(x.dtype)
