"""One step of unmasking as pure tensor functions: which drawn tokens stay.

Chang et al., "MaskGIT" (arXiv 2202.04200), section 3.3, with noise on the order as TiTok and
MaskGen publish it (arXiv 2406.07550, 2501.07730).
Axes: B candidates, N sites, K codebook.
"""

import torch
from torch import Tensor

LEAST = 1e-20


def gumbel(uniform: Tensor) -> Tensor:
    """Numbers in [0, 1) -> Gumbel noise of the same shape."""
    return -(-uniform.clamp_min(LEAST).log()).clamp_min(LEAST).log()


def confidence(logits: Tensor, drawn: Tensor, unknown: Tensor, noise: Tensor | float) -> Tensor:
    """(B, N): the raw logit (not a probability) of the drawn token plus noise; known tokens +inf.

    logits (B, N, K), drawn (B, N), unknown (B, N) bool, noise (B, N).
    """
    sure = logits.gather(-1, drawn[..., None])[..., 0] + noise
    return sure.masked_fill(~unknown, torch.inf)


def stays_masked(confidence: Tensor, counts: Tensor) -> Tensor:
    """(B, N) bool: the counts[i] least sure sites of row i, and those as unsure as the last.

    counts (B,) int64, each less than N.
    """
    ordered = confidence.sort(-1).values
    cut = ordered.gather(-1, (counts - 1).clamp_min(0)[:, None])
    return (confidence <= cut) & (counts > 0)[:, None]
