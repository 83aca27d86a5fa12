"""Sample sheets: pictures of fixed prompts, drawn as `ellbox generate` draws them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.generators.base import DecodeInputs, Generator
from engine.generators.lformer.generator import LformerGenerator
from engine.generators.lformer.network import Lformer
from engine.text.base import Conditioning, TextEncoder
from engine.tokenizers.base import ImageTokenizer, ReadsText
from engine.training.card import captioned_sheet
from engine.values.spec import GeneratorSpec

SHEET_PROMPTS = (
    "a red apple on a blue background",
    "a cat on yellow",
    "a green car on a white background",
    "a purple balloon on light blue",
    "a big sunflower on pink",
    "a snowman on a blue background",
    "a small star at the top on black",
    "a panda on a green background",
    "a rocket on purple",
    "a flat drawing of a house on light blue",
    "an orange heart on white",
    "a blue umbrella on yellow",
    "a fox next to a tree on light blue",
    "a pizza on a brown background",
    "a robot on grey",
    "a ghost on a purple background",
)


@dataclass(frozen=True, slots=True, eq=False)
class SampleSheet:
    """SHEET_PROMPTS in words that a spec's model was taught, drawn with its own sampling, seed 0.

    null_prompt: None for the word piece that stands for it in an Lformer. unconditional: features
    that a network learned in its place.
    """

    spec: GeneratorSpec
    encoder: TextEncoder
    tokenizer: ImageTokenizer
    null_prompt: str | None = None
    unconditional: Conditioning | None = None

    @property
    def prompts(self) -> tuple[str, ...]:
        taught = set(self.spec.vocabulary)
        known = tuple(prompt for prompt in SHEET_PROMPTS if taught.issuperset(prompt.split()))
        # A model of none of these words shows at least what it makes of them.
        return known or SHEET_PROMPTS

    def write(self, generator: Generator, path: Path) -> None:
        captioned_sheet(self.drawn(generator), self.prompts).save(path)

    def drawn(self, generator: Generator) -> list[NDArray[np.uint8]]:
        """One picture (S, S, 3) a prompt."""
        ids = np.stack([self._ids(generator, prompt) for prompt in self.prompts])
        if not isinstance(self.tokenizer, ReadsText):
            return list(self.tokenizer.decode(ids))
        texts = [self.encoder.encode(prompt).for_pictures for prompt in self.prompts]
        return [
            self.tokenizer.with_text(text).decode(row[None])[0]
            for text, row in zip(texts, ids, strict=True)
        ]

    def generator_of(self, network: Lformer) -> LformerGenerator:
        return LformerGenerator(self.spec, network)

    @property
    def _unconditional(self) -> Conditioning:
        if self.unconditional is not None:
            return self.unconditional
        if self.null_prompt is None:
            return self.encoder.null(self.spec.codebook_size)
        return self.encoder.encode(self.null_prompt)

    @torch.inference_mode()
    def _ids(self, generator: Generator, prompt: str) -> NDArray[np.int32]:
        """(L,) of one finished decode."""
        inputs = DecodeInputs(
            condition=self.encoder.encode(prompt),
            unconditional=self._unconditional,
            params=self.spec.defaults,
            seeds=(self.spec.defaults.seed,),
        )
        states = generator.begin(inputs)
        for _ in generator.steps(inputs):
            states = generator.step(states, inputs)
        return states[0].tokens.ids
