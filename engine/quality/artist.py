"""The generator as its users meet it: whole requests through the engine, pictures back."""

from dataclasses import replace
from typing import Protocol

from engine.runtime.worker import Runs
from engine.values.image import Picture
from engine.values.jobs import EditRequest, EngineEvent, Finished, Pixels
from engine.values.region import Region
from engine.values.spec import GeneratorSpec


class Draws(Protocol):
    """Prompts to pictures (S, S, 3) uint8."""

    def picture(self, prompt: str, number: int) -> Pixels:
        """The picture that a user would keep; `number` gives the seed."""
        ...

    def pictures(self, prompt: str, number: int, count: int) -> tuple[Pixels, ...]:
        """As many pictures of one prompt, each of a seed of its own, in no order."""
        ...

    def edited(self, image: Pixels, region: Region, prompt: str, number: int) -> Pixels:
        """The whole picture (H, W, 3) after the box was redrawn and applied."""
        ...


class Artist:
    """Draws what `ellbox generate` and `ellbox edit` draw with the generator's defaults.

    candidates: of which the best, as the engine ranks them, is kept. The i-th prompt's first seed
    is i times their number.
    """

    def __init__(self, engine: Runs, spec: GeneratorSpec, candidates: int = 1) -> None:
        self._engine = engine
        self._spec = spec
        self._candidates = candidates

    def picture(self, prompt: str, number: int) -> Pixels:
        request = self._request(prompt, number * self._candidates, self._candidates)
        return self._patches(request)[0]

    def pictures(self, prompt: str, number: int, count: int) -> tuple[Pixels, ...]:
        return self._patches(self._request(prompt, number * count, count))

    def edited(self, image: Pixels, region: Region, prompt: str, number: int) -> Pixels:
        request = self._request(prompt, number * self._candidates, self._candidates)
        patch = self._patches(replace(request, image=image, region=region))[0]
        return Picture(image).with_patch(region, patch).rgb8

    def _request(self, prompt: str, seed: int, candidates: int) -> EditRequest:
        params = replace(self._spec.defaults, seed=seed)
        return EditRequest(
            seed, self._spec.key, prompt, params, candidates=candidates, previews=False
        )

    def _patches(self, request: EditRequest) -> tuple[Pixels, ...]:
        """Best first."""
        events: list[EngineEvent] = []
        self._engine.run(request, events.append, lambda: False)
        finished = events[-1]
        assert isinstance(finished, Finished)  # nobody cancels, and failures are exceptions
        return tuple(candidate.patch for candidate in finished.candidates)
