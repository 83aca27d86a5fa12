"""The text encoder that VQ-Diffusion reads: every position's state at length 1.

CLIP's own text tower (ViT-B/32 as published, arXiv 2111.14822), before its projection.
"""

from torch import Tensor
from torch.nn import functional as F

from engine.text.clip import OpenClipTextEncoder, text_features


class UnitStatesEncoder(OpenClipTextEncoder):
    """hidden (T, D) holds all positions, those after the end mark too, each L2-normalised."""

    def features(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        pooled, hidden = text_features(self.clip, ids)
        return pooled, F.normalize(hidden, dim=-1)
