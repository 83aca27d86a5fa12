"""The text encoder that MaskGen and TA-TiTok read: three outputs of CLIP's ViT-L/14-336 tower.

Kim et al., arXiv 2501.07730, section 3.
"""

from torch import Tensor

from engine.text.base import Conditioning
from engine.text.clip import OpenClipTextEncoder, text_states


class PenultimateStatesEncoder(OpenClipTextEncoder):
    """hidden: states before the last block, not normed. pooled: projected, of whatever length.

    last: states after the last norm, which the tokenizer draws with.
    """

    def conditioning(self, ids: Tensor) -> Conditioning:
        states = text_states(self.clip, ids)
        return Conditioning(states.pooled[0], states.penultimate[0], states.last[0])
