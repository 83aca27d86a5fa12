"""The text encoder that VQ-Diffusion reads: every position's state at length 1.

CLIP's own text tower (ViT-B/32 as published, arXiv 2111.14822), before its projection.
"""

from torch import Tensor
from torch.nn import functional as F

from engine.text.base import Conditioning
from engine.text.clip import OpenClipTextEncoder, text_features


class UnitStatesEncoder(OpenClipTextEncoder):
    """hidden (T, D) holds all positions, those after the end mark too, each L2-normalised."""

    def conditioning(self, ids: Tensor) -> Conditioning:
        pooled, hidden = text_features(self.clip, ids)
        return Conditioning(pooled[0], F.normalize(hidden[0], dim=-1))
