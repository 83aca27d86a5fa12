"""How well a tokenizer gives pictures back, and how many of its codes it uses for them."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.quality import intervals
from engine.quality.bench import Bench, Chapter
from engine.quality.figures import Aim, Figure
from engine.quality.intervals import Estimate
from engine.quality.similarity import psnr, ssim
from engine.training.scenes import SceneConfig, compose
from engine.training.splits import TEST_SEEDS
from engine.values.errors import BadInput

ENCODED_AT_ONCE = 32


@dataclass(frozen=True, slots=True, eq=False)
class Restored:
    """PSNR in dB and SSIM (n,) against the pictures themselves and, `strange`, against others;
    used (K,) bool: codes that were used."""

    psnr: NDArray[np.float64]
    ssim: NDArray[np.float64]
    strange_psnr: NDArray[np.float64]
    strange_ssim: NDArray[np.float64]
    used: NDArray[np.bool_]


def tokenizer_chapter(bench: Bench) -> Chapter:
    """Held-out scenes, which have the aims, and wide ones."""
    scenes = restored(bench, replace(bench.scenes, wide=0.0), bench.counts.restored)
    wide = restored(bench, replace(bench.scenes, wide=1.0), bench.counts.wide)
    return Chapter(
        (
            Figure(
                "tokenizer: PSNR, dB",
                intervals.mean(scenes.psnr),
                Aim(25, 28),
                floor=float(scenes.strange_psnr.mean()),
            ),
            Figure(
                "tokenizer: SSIM",
                intervals.mean(scenes.ssim),
                Aim(0.85, 0.92),
                ceiling=1.0,
                floor=float(scenes.strange_ssim.mean()),
            ),
            _codes("tokenizer: codes used", scenes, Aim(0.9, 0.95)),
            Figure("wide scenes: PSNR, dB", intervals.mean(wide.psnr)),
            Figure("wide scenes: SSIM", intervals.mean(wide.ssim), ceiling=1.0),
            _codes("wide scenes: codes used", wide),
        )
    )


def restored(bench: Bench, scenes: SceneConfig, count: int) -> Restored:
    """Test scenes of the configuration through the tokenizer and back; BadInput if unfit."""
    tokenizer = bench.tokenizer
    if tokenizer.image_side != scenes.side:
        raise BadInput(
            f"The tokenizer takes {tokenizer.image_side} px, but scenes have {scenes.side} px.",
            "Name a configuration with scenes of that side.",
        )
    used = np.zeros(tokenizer.codebook_size, bool)
    rows = []
    for start in range(0, count, ENCODED_AT_ONCE):
        seeds = range(TEST_SEEDS + start, TEST_SEEDS + min(start + ENCODED_AT_ONCE, count))
        pictures = np.stack([compose(scenes, bench.bank, seed, "seen").pixels for seed in seeds])
        ids = tokenizer.encode(pictures)
        used[ids] = True
        given, others = tokenizer.decode(ids), np.roll(pictures, 1, axis=0)
        measures = (psnr(given, pictures), ssim(given, pictures))
        rows.append((*measures, psnr(given, others), ssim(given, others)))
    own_psnr, own_ssim, other_psnr, other_ssim = (
        np.concatenate(column) for column in zip(*rows, strict=True)
    )
    return Restored(own_psnr, own_ssim, other_psnr, other_ssim, used)


def _codes(name: str, restored: Restored, aim: Aim | None = None) -> Figure:
    # How many codes a set of pictures uses is no mean over pictures: it has no interval.
    share = float(restored.used.mean())
    note = f"of {len(restored.used):,} codes"
    return Figure(name, Estimate(share, share, share, len(restored.psnr)), aim, note=note)
