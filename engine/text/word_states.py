"""The text encoder published with STAR: states of the words, and the last of them.

OpenCLIP's ViT-H-14 tower cut to its first 23 of 24 blocks, as stable-diffusion-2 cuts it.
"""

import open_clip
from torch import Tensor

from engine.text.base import Conditioning
from engine.text.clip import OpenClipTextEncoder, text_features


class WordStatesEncoder(OpenClipTextEncoder):
    """hidden ends with the end mark; pooled is the state there, neither projected nor normalised.

    The tower's configuration says {"text_cfg": {"proj_type": "none"}}.
    """

    def conditioning(self, ids: Tensor) -> Conditioning:
        return word_states(self.clip, ids)


def word_states(clip: open_clip.CLIP, ids: Tensor) -> Conditioning:
    """(1, T) ids -> features of one prompt; the end mark is the highest id."""
    _, hidden = text_features(clip, ids)
    end = int(ids[0].argmax())
    return Conditioning(hidden[0, end], hidden[0, : end + 1])
