"""Choices in decoding, one at a time against the defaults, with the same seeds: what each is worth.

Every picture counts by the place at which a scorer ranks the thing that was asked for.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.decoding.compositing import pasted
from engine.decoding.ranking import Fit, Ranking, fit
from engine.decoding.region_edit import PLACEMENT
from engine.quality import drawing
from engine.quality.cases import Asked, AskedBox
from engine.quality.drawing import Drawn, Setting
from engine.quality.intervals import Estimate, mean, share
from engine.quality.scorer import Scorer, places
from engine.quality.seams import seam
from engine.runtime.model_pool import LoadedModel
from engine.values.jobs import Pixels
from engine.values.params import SamplingParams
from engine.values.region import Region

Values = NDArray[np.float64]

DRAWS = 2
"""Seeds a prompt: two, so that their difference tells how varied the pictures are."""
CANDIDATES = 8
BOX_CANDIDATES = 4
RANKINGS: tuple[Ranking, ...] = ("likelihood", "similarity", "both")
PLACEMENTS: dict[str, tuple[float, bool]] = {
    "in the middle": (1 / 2, False),
    "in the middle, mirrored": (1 / 2, True),
    "three quarters lower right": (3 / 4, False),
    "lower right": (1.0, False),
    "lower right, mirrored": (1.0, True),
    "upper left": (0.0, False),
}
"""Name -> placement (see decoding.region_edit) and whether the picture is mirrored first."""
THUMBNAIL_PX = 32


@dataclass(frozen=True, slots=True)
class Row:
    """One choice of a study. figures: by name, with intervals (see the studies for what they are).

    `change` in figures is against the study's first row, case by case.
    """

    study: str
    choice: str
    figures: dict[str, Estimate]

    @property
    def line(self) -> str:
        """For the terminal and the model card: figure, interval, n."""
        told = [
            f"{name} {figure.value:.3g} [{figure.low:.3g}, {figure.high:.3g}] n={figure.samples}"
            for name, figure in self.figures.items()
        ]
        return f"{self.study}: {self.choice}: {'; '.join(told)}"

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True, eq=False)
class Setup:
    """What every study needs: who draws, who judges, and what is asked for."""

    model: LoadedModel
    scorer: Scorer
    pictures: Sequence[Asked]
    boxes: Sequence[AskedBox]

    @property
    def usual(self) -> Setting:
        return Setting.steady(self.model.spec.defaults)

    def found(self, pictures: Sequence[Pixels], asked: Asked) -> Values:
        """(n,) one over the asked thing's place: 1 where nothing else is likelier."""
        number = self.scorer.concepts.index(asked.concept)
        return 1 / places(self.scorer.ranked(pictures), number)


def settings(defaults: SamplingParams) -> Iterator[tuple[str, Setting]]:
    """(name, setting), the generator's own defaults first."""
    yield "default", Setting.steady(defaults)
    yield "latent at its mean", replace(Setting.steady(defaults), latent=False)
    for guidance in (1.0, 1.5, 3.0, 4.0):
        yield f"guidance {guidance:g}", Setting.steady(replace(defaults, guidance_scale=guidance))
    for temperature in (0.3, 0.5, 0.7, 1.0):
        params = replace(defaults, temperature=temperature)
        yield f"temperature {temperature:g}", Setting.steady(params)
    for top_k in (8, 16, 256):
        yield f"top-k {top_k}", Setting.steady(replace(defaults, top_k=top_k))
    for top_p in (0.8, 0.9):
        yield f"top-p {top_p:g}", Setting.steady(replace(defaults, top_p=top_p))
    for start, end in ((1.0, 0.3), (0.3, 1.0), (0.7, 0.3)):
        first, last = (replace(defaults, temperature=value) for value in (start, end))
        yield f"temperature {start:g} to {end:g}", Setting(first, last)
    for start_k, end_k in ((128, 8), (8, 128)):
        first, last = (replace(defaults, top_k=value) for value in (start_k, end_k))
        yield f"top-k {start_k} to {end_k}", Setting(first, last)


def sampling_study(setup: Setup) -> Iterator[Row]:
    """Whole pictures. right: share whose asked thing comes first. place: mean of one over its
    place. variety: mean absolute difference of two seeds' thumbnails, levels.
    """
    usual: Values | None = None
    for name, setting in settings(setup.model.spec.defaults):
        count = len(setup.pictures)
        found, variety = np.empty((count, DRAWS)), np.empty(count)
        for row, asked in enumerate(setup.pictures):
            seeds = tuple(range(asked.seed, asked.seed + DRAWS))
            squares = drawing.whole_picture(setup.model, asked.prompt, setting, seeds).squares
            found[row], variety[row] = setup.found(list(squares), asked), _difference(squares)
        usual = found if usual is None else usual
        yield Row("sampling", name, {**_right(found, usual), "variety": mean(variety)})


def ranking_study(setup: Setup) -> Iterator[Row]:
    """Which of some candidates is shown first. drawn: any of them, which is what to expect of one.

    right, place: as in the sampling study. best: the highest place among them, what no ranking
    can exceed.
    """
    found, fits = np.empty((len(setup.pictures), CANDIDATES)), []
    for row, asked in enumerate(setup.pictures):
        seeds = tuple(range(asked.seed, asked.seed + CANDIDATES))
        drawn = drawing.whole_picture(setup.model, asked.prompt, setup.usual, seeds)
        found[row] = setup.found(list(drawn.squares), asked)
        fits.append(_fit(setup.model, drawn))
    yield Row("ranking", f"any of {CANDIDATES}", _right(found, found))
    for ranking in RANKINGS:
        chosen = _first(found, fits, ranking)
        yield Row("ranking", ranking, _right(chosen, found))
    yield Row("ranking", "best of them", _right(found.max(1, keepdims=True), found))


def placement_study(setup: Setup) -> Iterator[Row]:
    """Where a box lies in its context. right, place: of the box alone. seam: levels."""
    usual: tuple[Values, Values] | None = None
    for name, (placement, mirrors) in PLACEMENTS.items():
        shape = (len(setup.boxes), DRAWS)
        found, seams = np.empty(shape), np.empty(shape)
        for row, case in enumerate(setup.boxes):
            view = mirrored(case) if mirrors else case
            _, patches = _drawn_box(setup, view, DRAWS, placement)
            found[row], seams[row] = _box_values(setup, view, patches)
        usual = (found, seams) if usual is None else usual
        yield Row("placement", name, _box_figures((found, seams), usual))


def box_ranking_study(setup: Setup) -> Iterator[Row]:
    """Which of some candidates for a box is shown first; figures as in the placement study."""
    shape = (len(setup.boxes), BOX_CANDIDATES)
    found, seams, fits = np.empty(shape), np.empty(shape), []
    for row, case in enumerate(setup.boxes):
        drawn, patches = _drawn_box(setup, case, BOX_CANDIDATES, PLACEMENT)
        found[row], seams[row] = _box_values(setup, case, patches)
        fits.append(_fit(setup.model, drawn))
    usual = (found, seams)
    yield Row("box ranking", f"any of {BOX_CANDIDATES}", _box_figures(usual, usual))
    for ranking in RANKINGS:
        chosen = (_first(found, fits, ranking), _first(seams, fits, ranking))
        yield Row("box ranking", ranking, _box_figures(chosen, usual))


STUDIES: dict[str, Callable[[Setup], Iterator[Row]]] = {
    "sampling": sampling_study,
    "ranking": ranking_study,
    "placement": placement_study,
    "box-ranking": box_ranking_study,
}


def mirrored(case: AskedBox) -> AskedBox:
    """Left to right, if that brings more of the picture to the left of the box, where it is seen.

    Never top to bottom: what is drawn would stand on its head.
    """
    width = case.image.shape[1]
    box = case.region
    if box.left >= width - box.right:
        return case
    region = Region(width - box.right, box.top, width - box.left, box.bottom)
    return replace(case, image=np.ascontiguousarray(case.image[:, ::-1]), region=region)


def _drawn_box(
    setup: Setup, case: AskedBox, draws: int, placement: float
) -> tuple[Drawn, tuple[Pixels, ...]]:
    return drawing.box(
        setup.model,
        case.asked.prompt,
        setup.usual,
        tuple(range(case.asked.seed, case.asked.seed + draws)),
        image=case.image,
        region=case.region,
        placement=placement,
    )


def _fit(model: LoadedModel, drawn: Drawn) -> Fit:
    return fit(
        model.generator,
        model.text,
        by="both",
        states=drawn.states,
        inputs=drawn.inputs,
        squares=drawn.squares,
    )


def _first(values: Values, fits: Sequence[Fit], ranking: Ranking) -> Values:
    """(cases, n) -> (cases, 1): the value of the candidate that the ranking puts first."""
    chosen = [int(fit.by(ranking).scores.argmax()) for fit in fits]
    return np.take_along_axis(values, np.array(chosen)[:, None], axis=1)


def _right(found: Values, usual: Values) -> dict[str, Estimate]:
    """found, usual (cases, draws): `right` is a share of pictures, the others means over cases."""
    return {
        "right": share((found == 1).reshape(-1)),
        "place": mean(found.mean(1)),
        "change": mean(found.mean(1) - usual.mean(1)),
    }


def _box_figures(
    values: tuple[Values, Values], usual: tuple[Values, Values]
) -> dict[str, Estimate]:
    (found, seams), (usual_found, usual_seams) = values, usual
    return {
        **_right(found, usual_found),
        "seam": mean(seams.mean(1)),
        "seam change": mean(seams.mean(1) - usual_seams.mean(1)),
    }


def _box_values(setup: Setup, case: AskedBox, patches: Sequence[Pixels]) -> tuple[Values, Values]:
    seams = [
        seam(case.image, pasted(case.image, case.region, patch), case.region) for patch in patches
    ]
    return setup.found(patches, case.asked), np.array(seams)


def _difference(squares: NDArray[np.uint8]) -> float:
    """Of the first two, (n, S, S, 3)."""
    size = (THUMBNAIL_PX, THUMBNAIL_PX)
    small = [np.asarray(Image.fromarray(square).resize(size), float) for square in squares]
    return float(np.abs(small[0] - small[1]).mean())
