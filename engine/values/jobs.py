"""What crosses the border between window and engine: frozen, numpy and scalars only, picklable."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.values.computing import Computing, DeviceName
from engine.values.lens import TokenLens
from engine.values.params import SamplingParams
from engine.values.prompts import PromptLength
from engine.values.region import Region
from engine.values.spec import GeneratorSpec
from engine.values.state import DecodeState
from engine.values.timeline import Run, Timeline
from engine.values.tokens import TokenMap

Pixels = NDArray[np.uint8]
"""(H, W, 3) uint8 RGB."""


@dataclass(frozen=True, slots=True, eq=False)
class EditRequest:
    """Decode `candidates` pictures for a prompt.

    image None: a whole picture is generated (region must be None).
    image and region: the box is redrawn. `start`: go on from this state instead of the first step,
    with `timeline` the tree that it belongs to (its head is the start).

    kept: sites of the head are opened again: the known tokens stay bit for bit, the unknown ones
    are drawn as a new branch, which leaves the head's path where the first of them is drawn. With
    none unknown nothing is drawn, and they are the step after the head. Without a timeline they are
    what a decode begins with.

    carried: a step of another box on this picture, the head: its tokens go along into `region` and
    are what a decode begins with, as `kept`.

    previews: whether anybody sees the steps while they are made; it changes no token.
    """

    job: int
    generator: str
    prompt: str
    params: SamplingParams
    image: Pixels | None = None
    region: Region | None = None
    candidates: int = 1
    timeline: Timeline | None = None
    kept: TokenMap | None = None
    carried: Timeline | None = None
    previews: bool = True

    @property
    def start(self) -> DecodeState | None:
        return None if self.timeline is None else self.timeline.head_snapshot.state


@dataclass(frozen=True, slots=True, eq=False)
class PreviewRequest:
    """Draw states as pictures (scrubbing, thumbnails). Same context as the edit they belong to.

    prompt: what they were decoded for; some tokenizers draw with it at hand. own: see Run.own.
    """

    job: int
    generator: str
    states: tuple[DecodeState, ...]
    image: Pixels | None = None
    region: Region | None = None
    prompt: str = ""
    own: TokenMap | None = None

    @classmethod
    def of(
        cls, job: int, run: Run, states: tuple[DecodeState, ...], image: Pixels | None
    ) -> "PreviewRequest":
        """Of the run that made the states; image: what its box was drawn on."""
        return cls(job, run.generator, states, image, run.region, run.prompt, run.own)


@dataclass(frozen=True, slots=True)
class DescribeRequest:
    """Ask for the engine's device sentence and the generators that are ready.

    computing: work so from now on; None leaves it as it is.
    """

    job: int
    computing: Computing | None = None


@dataclass(frozen=True, slots=True)
class MeasureRequest:
    """Ask how many text tokens a prompt has for a generator."""

    job: int
    generator: str
    prompt: str


@dataclass(frozen=True, slots=True, eq=False)
class LensRequest:
    """Ask how sure the generator is of the tokens of the timeline's head. Same context as the edit
    that it belongs to."""

    job: int
    timeline: Timeline
    image: Pixels | None = None
    region: Region | None = None

    @property
    def generator(self) -> str:
        return self.timeline.head_run.generator


@dataclass(frozen=True, slots=True)
class ReachRequest:
    """Ask what strength 1 comes to for a box in a picture of size (width, height)."""

    job: int
    generator: str
    size: tuple[int, int]
    region: Region
    steps: int = 0


Request = (
    EditRequest | PreviewRequest | DescribeRequest | MeasureRequest | LensRequest | ReachRequest
)


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One finished decode. patch: the box's pixels (or the whole picture). Higher score is better.

    For a box edit `patch` has the size of the region and is already feathered into the picture.
    """

    timeline: Timeline
    patch: Pixels
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class StepDone:
    """step of steps is done; previews: one picture a candidate, like Candidate.patch, or empty
    when previews are produced less often than steps."""

    job: int
    step: int
    steps: int
    previews: tuple[Pixels, ...]


@dataclass(frozen=True, slots=True)
class Retrying:
    """Memory was too small, and the job begins anew as the sentence says; closes nothing."""

    job: int
    sentence: str


@dataclass(frozen=True, slots=True, eq=False)
class Finished:
    """Candidates, best first. Closes the job of an EditRequest.

    seconds: of decoding, without loading the model. peak_bytes: the model's weights and the most
    memory that decoding took; 0 where not told.
    """

    job: int
    candidates: tuple[Candidate, ...]
    seconds: float
    notice: str = ""
    peak_bytes: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Previewed:
    """Closes the job of a PreviewRequest: one picture a state, in order."""

    job: int
    pictures: tuple[Pixels, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """Closes the job of a DescribeRequest.

    device: what computes, why: the reason in plain words. devices: those that this machine has.
    cores: of the processor that this process may use.
    """

    job: int
    device: str
    generators: tuple[GeneratorSpec, ...]
    why: str = ""
    devices: tuple[DeviceName, ...] = ()
    cores: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """Closes the job of a MeasureRequest."""

    job: int
    length: PromptLength


@dataclass(frozen=True, slots=True, eq=False)
class Lensed:
    """Closes the job of a LensRequest."""

    job: int
    lens: TokenLens


@dataclass(frozen=True, slots=True)
class Reached:
    """Closes the job of a ReachRequest. whole: sites, tokens, scales or steps, as its steps are."""

    job: int
    whole: int


@dataclass(frozen=True, slots=True)
class Failed:
    """Closes a job that failed. `details` is a traceback to copy."""

    job: int
    sentence: str
    remedy: str
    details: str


@dataclass(frozen=True, slots=True, eq=False)
class WasCancelled:
    """Closes a cancelled job; the timelines hold the steps done so far."""

    job: int
    timelines: tuple[Timeline, ...]


ClosingEvent = (
    Finished | Previewed | Described | Measured | Lensed | Reached | Failed | WasCancelled
)
EngineEvent = StepDone | Retrying | ClosingEvent
