"""STAR as a Generator: a step draws one scale of every candidate."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.generators import sampling
from engine.generators.base import DecodeInputs, first_tokens, same_texts
from engine.generators.star.network import Star, Text
from engine.generators.star.refining import RefinedStar, Scale, refined_ids
from engine.generators.star.scales import guidance_at, scale_of_sites, scale_slice
from engine.nn.kv_cache import KVCache
from engine.text.base import Conditioning
from engine.tokenizers.multiscale_vqvae import ResidualQuantizer
from engine.values.errors import BadInput
from engine.values.lens import TokenLens
from engine.values.params import SamplingParams
from engine.values.spec import GeneratorSpec
from engine.values.state import DecodeState
from engine.values.strength import share
from engine.values.tokens import UNKNOWN, TokenMap

Tokens = NDArray[np.int64]
DrawsOf = Callable[[Sequence[int], int], sampling.StepDraws]
"""Seeds and step -> the draws of that step."""


@dataclass(frozen=True, slots=True, eq=False)
class Prompt:
    """What the network makes of the texts: the condition and, if guided, the null prompt; P."""

    texts: tuple[Conditioning, ...]
    pooled: Tensor  # P F
    text: Text


@dataclass(frozen=True, slots=True, eq=False)
class _Prefix:
    """A cache and all that it was made from. Rows: candidates of the first text, then the next."""

    prompt: Prompt
    tokens: Tokens  # n L; those of the scales before the last cached one were fed
    cache: KVCache


class StarGenerator:
    """Steps are scales. Keeps the cache of the last call, trusted only as far as it fits.

    quantizer: of the tokenizer that the tokens belong to; the network is fed sums of codewords.
    """

    def __init__(
        self,
        spec: GeneratorSpec,
        network: Star,
        quantizer: ResidualQuantizer,
        draws: DrawsOf = sampling.StepDraws,
    ) -> None:
        config = network.config
        if not spec.layout == config.layout == quantizer.layout:
            raise ValueError(f"{spec.layout}, {config.layout} and {quantizer.layout} differ")
        known = (spec.codebook_size, config.codebook_size, quantizer.embedding.num_embeddings)
        if len(set(known)) > 1:
            raise ValueError(f"spec, network and tokenizer know {known} tokens")
        self.spec = spec
        self._network = network.eval()
        self._quantizer = quantizer
        self._draws = draws
        self._sides = config.sides
        self._prompt: Prompt | None = None
        self._prefix: _Prefix | None = None

    def steps(self, inputs: DecodeInputs) -> range:
        """All scales, or those from the first to the last with an editable site."""
        if inputs.editable is None:
            return range(len(self._sides))
        touched = scale_of_sites(self._sides)[inputs.editable]
        return range(int(touched.min()), int(touched.max()) + 1)

    def begin(self, inputs: DecodeInputs) -> tuple[DecodeState, ...]:
        """Nothing known, or the source without its editable sites."""
        tokens = first_tokens(self.spec, inputs)
        start = self.steps(inputs).start
        return tuple(DecodeState(start, tokens) for _ in inputs.seeds)

    @torch.inference_mode()
    def step(
        self, states: tuple[DecodeState, ...], inputs: DecodeInputs
    ) -> tuple[DecodeState, ...]:
        """Draws scale state.step of every candidate."""
        scale = self._scale_of(states, inputs)
        tokens = self._tokens(states, scale)
        prompt = self.prompt_for(inputs)
        outputs = self._scale_outputs(prompt, tokens, scale)
        ids = self._drawn(prompt, outputs, scale, inputs).cpu().numpy()
        return tuple(
            DecodeState(scale + 1, self._with_scale(state.tokens, scale, row, inputs))
            for state, row in zip(states, ids, strict=True)
        )

    @torch.inference_mode()
    def kept_log_likelihood(
        self, states: tuple[DecodeState, ...], inputs: DecodeInputs
    ) -> tuple[float, ...]:
        """Of the kept tokens in scales after the box's first: nothing earlier looks at the box."""
        judged = self._judged_sites(inputs)
        tokens = self._tokens(states, len(self._sides))
        prompt = self._made_of((inputs.condition,))
        cache = self._network.new_cache(len(tokens))
        likelihoods = [
            self._network.logits(outputs).float().log_softmax(-1)
            for outputs in self._outputs(prompt, tokens, range(len(self._sides)), cache)
        ]
        chosen = self._on_device(tokens)[..., None]
        likelihood = torch.cat(likelihoods, 1).gather(-1, chosen)[..., 0]  # n L
        mean = likelihood[:, torch.from_numpy(judged).to(likelihood.device)].mean(-1)
        return tuple(mean.tolist())

    def opened(self, inputs: DecodeInputs) -> NDArray[np.bool_]:
        """The sites of the last scales; the coarser ones stay, and with them what is where."""
        assert inputs.editable is not None
        scales = self.steps(inputs)
        first = scales.stop - share(inputs.params.strength, len(scales))
        return inputs.editable & (scale_of_sites(self._sides) >= first)

    @torch.inference_mode()
    def lens(self, state: DecodeState, inputs: DecodeInputs, alternatives: int) -> TokenLens:
        """One pass over the finished tokens, of all scales before the first unknown one.

        BadInput for networks that refine: their last scales are drawn in rounds.
        """
        if isinstance(self._network, RefinedStar):
            raise BadInput(f"{self.spec.title} cannot say how sure it is of single sites.")
        of_sites = scale_of_sites(self._sides)
        unknown = of_sites[~state.tokens.known]
        scales = int(unknown.min()) if len(unknown) else len(self._sides)
        if not scales:
            return TokenLens.blank(self.spec.layout.length, alternatives)
        prompt, tokens = self.prompt_for(inputs), self._tokens((state,), scales)
        cache = self._network.new_cache(len(prompt.texts))
        outputs = self._outputs(prompt, tokens, range(scales), cache)
        logits = [
            self.guided_logits(prompt, each, scale, inputs.params)[0]
            for scale, each in enumerate(outputs)
        ]
        judged = of_sites < scales
        own = self._on_device(tokens)[0, : int(judged.sum())]
        found = sampling.lens_of(torch.cat(logits), own, inputs.params, alternatives)
        return found.spread(judged)

    def drop_cache(self) -> None:
        """Free the memory of keys and values; the next step makes its own."""
        self._prompt = None
        self._prefix = None

    def prompt_for(self, inputs: DecodeInputs) -> Prompt:
        """The prompt and, if guidance asks for it, the null prompt; remembered."""
        guided = sampling.is_guided(inputs.params)
        texts = (inputs.condition, inputs.unconditional) if guided else (inputs.condition,)
        if self._prompt is None or not same_texts(self._prompt.texts, texts):
            self._prompt = self._made_of(texts)
        return self._prompt

    def guided_logits(
        self, prompt: Prompt, outputs: Tensor, scale: int, params: SamplingParams
    ) -> Tensor:
        """Outputs (P n, p * p, D) of a scale -> logits (n, p * p, K)."""
        logits = self._network.logits(outputs).float()
        if len(prompt.texts) == 1:
            return logits
        strength = guidance_at(scale, len(self._sides), params.guidance_scale)
        conditional, unconditional = logits.chunk(2)
        return sampling.guided(conditional, unconditional, strength)

    def _made_of(self, texts: tuple[Conditioning, ...]) -> Prompt:
        like = self._network.pos_start
        pooled = torch.stack([text.pooled for text in texts]).to(like)
        if self._network.config.text_scope == "prompt":
            hidden = texts[0].hidden[None].to(like)
            return Prompt(texts, pooled, self._network.text(hidden, copies=len(texts)))
        lengths = torch.tensor([len(text.hidden) for text in texts], device=like.device)
        hidden = torch.nn.utils.rnn.pad_sequence([text.hidden.to(like) for text in texts], True)
        mask = torch.arange(hidden.shape[1], device=like.device) < lengths[:, None]
        return Prompt(texts, pooled, self._network.text(hidden, None if mask.all() else mask))

    def _scale_of(self, states: tuple[DecodeState, ...], inputs: DecodeInputs) -> int:
        scale = states[0].step
        if any(state.step != scale for state in states) or len(states) != len(inputs.seeds):
            raise ValueError("states must stand at one step and match the seeds")
        if not scale < len(self._sides):
            raise ValueError(f"there is no scale {scale} in {self.spec.layout}")
        return scale

    def _tokens(self, states: tuple[DecodeState, ...], scale: int) -> Tokens:
        """(n, L), of which those before the scale must be known."""
        tokens = np.stack([state.tokens.ids for state in states]).astype(np.int64)
        if (tokens[:, scale_of_sites(self._sides) < scale] == UNKNOWN).any():
            raise ValueError(f"tokens of the first {scale} scales must be known")
        return tokens

    def _with_scale(
        self, tokens: TokenMap, scale: int, drawn: Tokens, inputs: DecodeInputs
    ) -> TokenMap:
        """The scale's drawn ids (p * p,); sites that are not editable keep theirs."""
        part, ids = scale_slice(self._sides, scale), tokens.ids.copy()
        writable = slice(None) if inputs.editable is None else inputs.editable[part]
        ids[part][writable] = drawn[writable]
        return replace(tokens, ids=ids)

    def _judged_sites(self, inputs: DecodeInputs) -> NDArray[np.bool_]:
        """(L,) bool: the kept tokens in scales that see what was drawn, else all."""
        everything = np.ones(self.spec.layout.length, bool)
        if inputs.editable is None:
            return everything
        judged = ~inputs.editable & (scale_of_sites(self._sides) > self.steps(inputs).start)
        return judged if judged.any() else everything

    def _drawn(self, prompt: Prompt, outputs: Tensor, scale: int, inputs: DecodeInputs) -> Tensor:
        """Outputs (P n, p * p, D) of a scale -> its ids (n, p * p)."""
        params, network = inputs.params, self._network
        logits = self.guided_logits(prompt, outputs, scale, params)
        draws = self._draws(inputs.seeds, scale)
        if isinstance(network, RefinedStar) and scale >= (network.config.refined_from or 0):
            pooled = prompt.pooled.repeat_interleave(len(inputs.seeds), 0)
            codebook = self._quantizer.embedding.weight
            return refined_ids(
                network, Scale(scale, pooled, outputs, logits, codebook), params, draws
            )
        if params.temperature == 0:
            return logits.argmax(-1)
        return draws.ids(sampling.token_weights(logits, params, sampling.covering_top_p))

    def _scale_outputs(self, prompt: Prompt, tokens: Tokens, scale: int) -> Tensor:
        """Outputs (P n, p * p, D) of one scale; leaves the cache for the next.

        Scales that the cache lacks run one by one as they did at first, so that a resumed decode
        rounds as the first one did.
        """
        cached, cache = self._cache_for(prompt, tokens, scale)
        *_, outputs = self._outputs(prompt, tokens, range(cached, scale + 1), cache)
        self._prefix = _Prefix(prompt, tokens, cache)
        return outputs

    def _outputs(
        self, prompt: Prompt, tokens: Tokens, scales: range, cache: KVCache
    ) -> list[Tensor]:
        """Outputs (P n, p * p, D) of each scale, given the tokens (n, L) of those before."""
        quantizer, network, texts = self._quantizer, self._network, len(prompt.pooled)
        maps = quantizer.split(self._on_device(tokens))[: scales.stop - 1]
        latents = quantizer.latents(maps)
        outputs = []
        for scale in scales:
            if scale == 0:
                x = network.start(prompt.pooled).repeat_interleave(len(tokens), 0)
            else:
                shrunk = quantizer.shrunk(latents[scale - 1], self._sides[scale])
                x = network.later(shrunk.flatten(2).transpose(1, 2), scale).repeat(texts, 1, 1)
            outputs.append(network.outputs(x, network.angles(scale), prompt.text, cache=cache))
        return outputs

    def _cache_for(self, prompt: Prompt, tokens: Tokens, scale: int) -> tuple[int, KVCache]:
        """How many scales before `scale` are kept from the last call, and a cache of just those."""
        # Forgotten until the call is through, which may end in an error and leave it half filled.
        prefix, self._prefix = self._prefix, None
        if prefix is not None and prefix.prompt is prompt and len(prefix.tokens) == len(tokens):
            scales = min(scale, self._fitting_scales(prefix, tokens))
            prefix.cache.truncate(scale_slice(self._sides, scales).start)
            return scales, prefix.cache
        return 0, self._network.new_cache(len(prompt.texts) * len(tokens))

    def _fitting_scales(self, prefix: _Prefix, tokens: Tokens) -> int:
        """How many cached scales the candidates could have made."""
        of_sites = scale_of_sites(self._sides)
        cached = int(of_sites[prefix.cache.length - 1]) + 1
        differing = np.flatnonzero((prefix.tokens != tokens).any(0))
        # A token of scale d is fed to scale d + 1, so scales 0..d still hold.
        return min(cached, int(of_sites[differing[0]]) + 1) if len(differing) else cached

    def _on_device(self, tokens: Tokens) -> Tensor:
        return torch.from_numpy(tokens).to(self._network.pos_start.device)
