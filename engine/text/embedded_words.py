"""The text encoder of the built-in models: the words as they enter the tower, and what it says.

A small tower trained for minutes puts into every state what its contrast asked for most: the thing
and the ground. The state of "top" was nearer to that of the noun before it than to "left". A
generator that reads the embedded words too need not find them there (docs/training.md).
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.text.base import Conditioning
from engine.text.clip import OpenClipTextEncoder, text_features


class EmbeddedWordsEncoder(OpenClipTextEncoder):
    """hidden (2T, D): words and positions as embedded, each normed, then the states after the last
    norm. last (T, D): those states alone, which tokenizers draw with."""

    def conditioning(self, ids: Tensor) -> Conditioning:
        pooled, hidden = self.features(ids)
        return Conditioning(pooled[0], hidden[0], hidden[0, ids.shape[1] :])

    @torch.no_grad()
    def features(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        """(B, T) ids -> pooled (B, F), L2-normalised, and hidden (B, 2T, D)."""
        pooled, last = text_features(self.clip, ids)
        embedded = self.clip.token_embedding(ids) + self.clip.positional_embedding
        words = F.layer_norm(embedded.float(), embedded.shape[-1:]).to(last.dtype)
        return pooled, torch.cat([words, last], 1)
