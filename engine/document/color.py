"""From the colours of a profile to sRGB, for formats that carry none."""

import io

import numpy as np
from PIL import Image, ImageCms

from engine.values.jobs import Pixels


def to_srgb(pixels: Pixels, icc: bytes | None) -> Pixels:
    """(H, W, 3) uint8 as sRGB; unchanged without a profile, or when it is of no use."""
    if icc is None:
        return pixels
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        target = ImageCms.createProfile("sRGB")
        made = ImageCms.profileToProfile(Image.fromarray(pixels), source, target)
    except (ImageCms.PyCMSError, OSError):
        return pixels
    return pixels if made is None else np.asarray(made)
