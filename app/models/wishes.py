"""Wishes: the prompt, the generator and how it is to draw."""

import secrets
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from engine.document.project import OpenBox
from engine.values.params import SamplingParams
from engine.values.spec import GeneratorSpec

MAX_CANDIDATES = 9


def random_seed() -> int:
    """Nine digits at most, so that it can be read and told."""
    return secrets.randbelow(10**9)


class Wishes(QObject):
    """changed: prompt or generator. prompt_changed: its text. settings_changed: the rest."""

    changed = Signal()
    prompt_changed = Signal(str)
    settings_changed = Signal()

    def __init__(self, draw_seed: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._draw_seed = draw_seed
        self.prompt = ""
        self.params = SamplingParams()
        self.generators: tuple[GeneratorSpec, ...] = ()
        self.generator: GeneratorSpec | None = None
        self.candidates = 4
        self.seed_locked = False

    @property
    def vocabulary(self) -> tuple[str, ...]:
        return () if self.generator is None else self.generator.vocabulary

    def spec_of(self, key: str) -> GeneratorSpec | None:
        """The generator of this key; None when it is not ready here."""
        return next((spec for spec in self.generators if spec.key == key), None)

    def digests_of(self, key: str) -> dict[str, str]:
        """sha256 by file name of a generator's weights; empty when it is not here."""
        spec = self.spec_of(key)
        return {} if spec is None else dict(spec.digests)

    def set_prompt(self, prompt: str) -> None:
        if prompt != self.prompt:
            self.prompt = prompt
            self.prompt_changed.emit(prompt)
            self.changed.emit()

    def set_params(self, params: SamplingParams) -> None:
        if params != self.params:
            self.params = params
            self.settings_changed.emit()

    def set_seed_locked(self, locked: bool) -> None:
        self.seed_locked = locked
        self.settings_changed.emit()

    def set_candidates(self, count: int) -> None:
        self.candidates = min(max(count, 1), MAX_CANDIDATES)
        self.settings_changed.emit()

    def set_generators(self, generators: tuple[GeneratorSpec, ...]) -> None:
        """What is ready; the first one is chosen where none was."""
        self.generators = generators
        if self.generator is None and generators:
            self.set_generator(generators[0].key)
        self.changed.emit()

    def set_generator(self, key: str) -> None:
        """Choose one that is ready; its own settings come with it, seed and strength stay."""
        chosen = self.spec_of(key)
        if chosen is not None and chosen != self.generator:
            self.generator = chosen
            before = self.params
            self.params = replace(chosen.defaults, seed=before.seed, strength=before.strength)
            self.settings_changed.emit()
            self.changed.emit()

    def ask(self, box: OpenBox) -> None:
        """All that is asked for a box; a generator that is not ready is not chosen."""
        self.set_prompt(box.prompt)
        self.set_generator(box.generator)
        self.set_params(box.params)

    def roll_seed(self) -> None:
        self.set_params(replace(self.params, seed=self._draw_seed()))

    def next_params(self, *, fresh: bool = False) -> SamplingParams:
        """Settings of the next job: another seed, unless it is locked and may be used again."""
        if fresh or not self.seed_locked:
            self.roll_seed()
        return self.params
