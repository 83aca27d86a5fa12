"""Lformer as a Generator: a step draws one L-block of every candidate."""

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.generators import sampling
from engine.generators.base import DecodeInputs, check_fit, first_tokens, same_texts
from engine.generators.lformer import order
from engine.generators.lformer.network import Lformer, TextKeysValues
from engine.nn.kv_cache import KVCache
from engine.text.base import Conditioning
from engine.values.layout import Raster
from engine.values.lens import TokenLens
from engine.values.spec import GeneratorSpec
from engine.values.state import DecodeState
from engine.values.strength import first_sites, with_neighbours
from engine.values.tokens import UNKNOWN, TokenMap

Tokens = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class _Prompt:
    """What the network makes of the text: once per prompt, whatever the candidates.

    texts: the condition and, if guided, the null prompt; P of them.
    """

    texts: tuple[Conditioning, ...]
    pooled: Tensor  # P F
    keys_values: TextKeysValues

    def first(self) -> "_Prompt":
        """The condition alone."""
        keys_values = tuple((keys[:1], values[:1]) for keys, values in self.keys_values)
        return _Prompt(self.texts[:1], self.pooled[:1], keys_values)


@dataclass(frozen=True, slots=True, eq=False)
class _Prefix:
    """A cache and all that it was made from. Rows: candidates of the first text, then the next."""

    prompt: _Prompt
    latents: NDArray[np.float32] | None  # n F
    tokens: Tokens  # n N, L-order; those of the cached blocks were fed
    cache: KVCache


class LformerGenerator:
    """Steps are L-blocks. Keeps the cache of the last call, trusted only as far as it fits."""

    def __init__(self, spec: GeneratorSpec, network: Lformer) -> None:
        config = network.config
        check_fit(spec, Raster(config.side, config.side), config.codebook_size)
        self.spec = spec
        self._network = network.eval()
        self._side = config.side
        self._prompt: _Prompt | None = None
        self._prefix: _Prefix | None = None

    def steps(self, inputs: DecodeInputs) -> range:
        """All blocks, or those from the first to the last that the box touches."""
        if inputs.editable is None:
            return range(self._side)
        touched = order.block_of_sites(self._side)[inputs.editable]
        return range(int(touched.min()), int(touched.max()) + 1)

    def begin(self, inputs: DecodeInputs) -> tuple[DecodeState, ...]:
        """Nothing known, or the source without its editable sites; a latent drawn per seed."""
        tokens = first_tokens(self.spec, inputs)
        start = self.steps(inputs).start
        return tuple(DecodeState(start, tokens, self._latent(seed)) for seed in inputs.seeds)

    @torch.inference_mode()
    def step(
        self, states: tuple[DecodeState, ...], inputs: DecodeInputs
    ) -> tuple[DecodeState, ...]:
        """Draws block state.step of every candidate."""
        block = self._block_of(states, inputs)
        tokens = self._l_tokens(states, known=block * block)
        logits = self._logits(tokens, self._latents(states), block, inputs)
        ids = sampling.drawn(logits, inputs.params, inputs.seeds, block).cpu().numpy()
        return tuple(
            DecodeState(block + 1, self._with_block(state.tokens, block, row, inputs), state.latent)
            for state, row in zip(states, ids, strict=True)
        )

    @torch.inference_mode()
    def kept_log_likelihood(
        self, states: tuple[DecodeState, ...], inputs: DecodeInputs
    ) -> tuple[float, ...]:
        """Of the kept tokens from the box's first block on: nothing earlier looks at the box."""
        kept = self._judged_positions(inputs)
        first = int(order.block_of_positions(self._side)[kept].min())
        tokens, latents = self._l_tokens(states, known=self._side**2), self._latents(states)
        prompt = self._prompt_for(_texts(inputs))
        cache = self._first_text_cache(prompt, latents, tokens, first)
        prompt = prompt.first()
        outputs = self._network.outputs(
            self._on_device(tokens),
            self._contexts(prompt, latents, len(states)),
            prompt.keys_values,
            self._side,
            cache,
        )
        start = first * first
        logits = self._network.transformer.head(outputs[:, start - self._side**2 :]).float()
        chosen = self._on_device(tokens[:, start:, None])
        likelihood = logits.log_softmax(-1).gather(-1, chosen)[..., 0]  # n N-start
        mean = likelihood[:, torch.from_numpy(kept[start:]).to(likelihood.device)].mean(-1)
        return tuple(mean.tolist())

    def opened(self, inputs: DecodeInputs) -> NDArray[np.bool_]:
        """The sites that, with their neighbours, fit the prompt least: one pass over the source.

        Neighbours, because single sites among kept ones cannot become another thing.
        """
        assert inputs.source is not None and inputs.editable is not None
        width = self._network.config.condition_width
        mean_of_prior = np.zeros(width, np.float32) if self._network.config.latent else None
        state = DecodeState(self._side, inputs.source, mean_of_prior)
        chances = self.lens(state, inputs, alternatives=1).confidence
        fit = np.log(chances.clip(1e-12)).reshape(self._side, self._side)
        order_by = with_neighbours(fit).reshape(-1)
        return first_sites(order_by, inputs.editable, inputs.params.strength)

    @torch.inference_mode()
    def lens(self, state: DecodeState, inputs: DecodeInputs, alternatives: int) -> TokenLens:
        """One pass over the finished tokens, of all blocks before the first unknown one."""
        to_raster = order.l_to_raster(self._side)
        unknown = np.flatnonzero(~state.tokens.known[to_raster])
        blocks = int(unknown[0] ** 0.5) if len(unknown) else self._side
        if not blocks:
            return TokenLens.blank(self.spec.layout.length, alternatives)
        prompt, latents = self._prompt_for(_texts(inputs)), self._latents((state,))
        tokens = self._on_device(self._l_tokens((state,), known=blocks * blocks))
        outputs = self._network.outputs(
            tokens.repeat(len(prompt.texts), 1),
            self._contexts(prompt, latents, 1),
            prompt.keys_values,
            blocks,
        )
        logits = self._network.transformer.head(outputs).float()
        if len(prompt.texts) > 1:
            conditional, unconditional = logits.chunk(2)
            logits = sampling.guided(conditional, unconditional, inputs.params.guidance_scale)
        # Rows of a lens are in raster order.
        sites = to_raster[: blocks * blocks]
        rows = torch.from_numpy(np.argsort(sites)).to(logits.device)
        judged = np.zeros(self.spec.layout.length, bool)
        judged[sites] = True
        return sampling.lens_of(
            logits[0, rows], tokens[0, rows], inputs.params, alternatives
        ).spread(judged)

    def drop_cache(self) -> None:
        """Free the memory of keys and values; the next step makes its own."""
        self._prompt = None
        self._prefix = None

    def _block_of(self, states: tuple[DecodeState, ...], inputs: DecodeInputs) -> int:
        block = states[0].step
        if any(state.step != block for state in states) or len(states) != len(inputs.seeds):
            raise ValueError("states must stand at one step and match the seeds")
        if not block < self._side:
            raise ValueError(f"there is no block {block} in a grid of side {self._side}")
        return block

    def _latent(self, seed: int) -> NDArray[np.float32] | None:
        """(F,) the latent's noise."""
        if not self._network.config.latent:
            return None
        random = sampling.step_random(seed, sampling.BEFORE_FIRST_STEP)
        noise = torch.randn(self._network.config.condition_width, generator=random)
        return noise.numpy()

    def _latents(self, states: tuple[DecodeState, ...]) -> NDArray[np.float32] | None:
        """(n, F), or None for networks without a latent."""
        latents = [state.latent for state in states if state.latent is not None]
        if len(latents) != (len(states) if self._network.config.latent else 0):
            raise ValueError("states carry a latent exactly if the network has one")
        return np.stack(latents) if latents else None

    def _l_tokens(self, states: tuple[DecodeState, ...], known: int) -> Tokens:
        """(n, N) in L-order, of which the first `known` are; the others are 0 and not looked at."""
        raster = np.stack([state.tokens.ids for state in states]).astype(np.int64)
        tokens = raster[:, order.l_to_raster(self._side)]
        if (tokens[:, :known] == UNKNOWN).any():
            raise ValueError(f"the first {known} tokens in L-order must be known")
        tokens[:, known:] = np.maximum(tokens[:, known:], 0)
        return tokens

    def _with_block(
        self, tokens: TokenMap, block: int, drawn: Tokens, inputs: DecodeInputs
    ) -> TokenMap:
        """The block's drawn ids (S,) at its sites; sites that are not editable keep theirs."""
        sites = order.l_to_raster(self._side)[order.block_slice(block)]
        writable = np.ones(len(sites), bool) if inputs.editable is None else inputs.editable[sites]
        ids = tokens.ids.copy()
        ids[sites[writable]] = drawn[writable]
        return replace(tokens, ids=ids)

    def _judged_positions(self, inputs: DecodeInputs) -> NDArray[np.bool_]:
        """(N,) bool by L position: the kept tokens in and after the box's blocks, else all."""
        everything = np.ones(self._side * self._side, bool)
        if inputs.editable is None:
            return everything
        judged = ~inputs.editable[order.l_to_raster(self._side)]
        judged[: self.steps(inputs).start ** 2] = False
        return judged if judged.any() else everything

    def _logits(
        self,
        tokens: Tokens,
        latents: NDArray[np.float32] | None,
        block: int,
        inputs: DecodeInputs,
    ) -> Tensor:
        """(n, 2 * block + 1, K) guided logits; leaves the cache for the next block."""
        prompt = self._prompt_for(_texts(inputs))
        cache = self._cache_for(prompt, latents, tokens, block)
        context = self._contexts(prompt, latents, len(tokens)) if cache.length == 0 else None
        logits = self._network.block_logits(
            self._on_device(np.tile(tokens, (len(prompt.texts), 1))),
            context,
            prompt.keys_values,
            block,
            cache,
        ).float()
        self._prefix = _Prefix(prompt, latents, tokens, cache)
        if len(prompt.texts) == 1:
            return logits
        conditional, unconditional = logits.chunk(2)
        return sampling.guided(conditional, unconditional, inputs.params.guidance_scale)

    def _prompt_for(self, texts: tuple[Conditioning, ...]) -> _Prompt:
        if self._prompt is None or not same_texts(self._prompt.texts, texts):
            like = self._network.linear_ctx.weight
            pooled = torch.stack([text.pooled for text in texts]).to(like)
            hidden = torch.stack([text.hidden for text in texts]).to(like)
            self._prompt = _Prompt(texts, pooled, self._network.text_keys_values(hidden))
        return self._prompt

    def _contexts(
        self, prompt: _Prompt, latents: NDArray[np.float32] | None, candidates: int
    ) -> Tensor:
        """(P * n, D): candidates of the first text, then of the null prompt, same latents."""
        pooled = prompt.pooled.repeat_interleave(candidates, 0)
        if latents is None:
            return self._network.context(pooled)
        noise = torch.from_numpy(latents).to(pooled)
        z = self._network.prior_mean(prompt.pooled[:1]) + noise
        return self._network.context(pooled, z.repeat(len(prompt.texts), 1))

    def _cache_for(
        self,
        prompt: _Prompt,
        latents: NDArray[np.float32] | None,
        tokens: Tokens,
        block: int,
    ) -> KVCache:
        """A cache of whole blocks before `block`: as many as the last call left that still fit."""
        prefix, candidates = self._prefix, len(tokens)
        if prefix is not None and prefix.prompt is prompt:
            blocks, rows = _fitting(prefix, latents, tokens, block)
            if rows == list(range(len(prefix.tokens))):
                prefix.cache.truncate(blocks**2)
                return prefix.cache
            if blocks:
                texts = range(len(prompt.texts))
                chosen = [text * len(prefix.tokens) + row for text in texts for row in rows]
                return prefix.cache.selected(chosen, blocks**2)
        return self._network.new_cache(len(prompt.texts) * candidates)

    def _first_text_cache(
        self,
        prompt: _Prompt,
        latents: NDArray[np.float32] | None,
        tokens: Tokens,
        block: int,
    ) -> KVCache:
        """As _cache_for, but a copy, and of the rows of the condition only."""
        prefix = self._prefix
        if prefix is None or prefix.prompt is not prompt:
            return self._network.new_cache(len(tokens))
        blocks, rows = _fitting(prefix, latents, tokens, block)
        return prefix.cache.selected(rows, blocks**2)

    def _on_device(self, tokens: Tokens) -> Tensor:
        return torch.from_numpy(tokens).to(self._network.linear_ctx.weight.device)


def _texts(inputs: DecodeInputs) -> tuple[Conditioning, ...]:
    """The prompt and, if guidance asks for it, the null prompt."""
    guided = sampling.is_guided(inputs.params)
    return (inputs.condition, inputs.unconditional) if guided else (inputs.condition,)


def _fitting(
    prefix: _Prefix, latents: NDArray[np.float32] | None, tokens: Tokens, block: int
) -> tuple[int, list[int]]:
    """For candidates' tokens (n, N): cached blocks before `block` that fit all, and their rows."""
    fits = [
        _fitting_row(prefix, tokens[row], None if latents is None else latents[row], row)
        for row in range(len(tokens))
    ]
    return min(block, *(blocks for blocks, _ in fits)), [row for _, row in fits]


def _fitting_row(
    prefix: _Prefix, tokens: Tokens, latent: NDArray[np.float32] | None, row: int
) -> tuple[int, int]:
    """The cached row that serves a candidate (tokens (N,)) best: blocks of it that fit, its number.

    Among equals the candidate's own row, which spares a copy.
    """
    counts = [_fitting_blocks(prefix, other, tokens, latent) for other in range(len(prefix.tokens))]
    best = max(counts)
    own = row < len(counts) and counts[row] == best
    return best, row if own else counts.index(best)


def _fitting_blocks(
    prefix: _Prefix, row: int, tokens: Tokens, latent: NDArray[np.float32] | None
) -> int:
    """How many cached blocks of a row a candidate could have made.

    Block b was fed the tokens of block b - 1 and saw those before.
    """
    other = prefix.latents
    if other is not None and latent is not None and not np.array_equal(other[row], latent):
        return 0
    cached = int(prefix.cache.length**0.5 + 0.5)
    fed = max(cached - 1, 0) ** 2
    differing = np.flatnonzero(prefix.tokens[row, :fed] != tokens[:fed])
    if not len(differing):
        return cached
    # A token of block d is fed to block d + 1, so blocks 0..d still hold.
    return int(differing[0] ** 0.5) + 1
