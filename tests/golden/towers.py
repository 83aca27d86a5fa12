"""Text towers of golden cases, with random weights until a case's are loaded."""

from collections.abc import Mapping
from typing import Any

import open_clip

from engine.text.clip import build_clip, without_image_tower


def bare_tower(text: Mapping[str, Any], **beside: object) -> open_clip.CLIP:
    """A text tower alone. text: open_clip's text_cfg; beside: what stands beside it."""
    thrown_away = {
        "image_size": 16,
        "layers": 1,
        "width": 16,
        "head_width": 16,
        "patch_size": 16,
    }
    clip = build_clip({**beside, "vision_cfg": thrown_away, "text_cfg": text})
    return without_image_tower(clip).eval()
