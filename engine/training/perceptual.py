"""How different two pictures look to a trained image tower."""

import open_clip
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.text.clip import image_input


class PerceptualDistance:
    """Squared distance of unit-normalised features, after LPIPS (Zhang et al. 2018, equation 1),
    between the hidden states of the tower's layers and with equal weights for all channels."""

    def __init__(self, clip: open_clip.CLIP) -> None:
        self.clip = clip.requires_grad_(False).eval()

    def __call__(self, restored: Tensor, images: Tensor) -> Tensor:
        """(B, 3, S, S) in about 0..1 each -> scalar in 0..4: the mean over pictures, layers and
        tokens. Gradients reach `restored` alone."""
        with torch.no_grad():
            wanted = self._features(images)
        pairs = zip(self._features(restored), wanted, strict=True)
        return torch.stack([(a - b).square().sum(-1).mean() for a, b in pairs]).mean()

    def _features(self, images: Tensor) -> list[Tensor]:
        """A tensor a layer: a vector of length 1 for each token of each picture."""
        states: list[Tensor] = []
        hooks = [
            block.register_forward_hook(lambda _, __, state: states.append(state))
            for block in self.clip.visual.transformer.resblocks
        ]
        try:
            self.clip.encode_image(image_input(images, self.clip))
        finally:
            for hook in hooks:
                hook.remove()
        return [F.normalize(state.float(), dim=-1) for state in states]
