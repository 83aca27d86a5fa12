"""MaskGen and TiTok's generators as Generators: a step keeps the tokens it is surest of."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.generators import sampling
from engine.generators.base import DecodeInputs, Surroundings, check_fit, first_tokens
from engine.generators.maskgen import blending, unmasking
from engine.generators.maskgen.class_networks import ClassBert, ClassUViT
from engine.generators.maskgen.network import MaskGen
from engine.generators.maskgen.schedule import Schedule, still_masked
from engine.text.base import Conditioning
from engine.tokenizers.titok_tokenizer import TiTokTokenizer
from engine.values.layout import Sequence1D
from engine.values.params import SamplingParams
from engine.values.spec import GeneratorSpec
from engine.values.state import DecodeState
from engine.values.strength import first_sites
from engine.values.tokens import UNKNOWN

Network = MaskGen | ClassBert | ClassUViT
Logits = Callable[[Tensor], Tensor]
"""ids (B, N), the network's mask id where unknown -> logits (B, N, K)."""


class MaskGenGenerator:
    """Steps are rounds of unmasking. Keeps nothing between calls.

    tokenizer: for box edits, which read kept tokens anew as they go; without it a box redraws
    what it is told to and keeps the rest.
    """

    def __init__(
        self,
        spec: GeneratorSpec,
        network: Network,
        schedule: Schedule,
        *,
        tokenizer: TiTokTokenizer | None = None,
        policy: blending.BlendPolicy | None = None,
    ) -> None:
        config = network.config
        check_fit(spec, Sequence1D(config.tokens), config.codebook_size)
        self.spec = spec
        self._network = network.eval()
        self._schedule = schedule
        self._tokenizer = tokenizer
        self._policy = policy or blending.BlendPolicy()

    def steps(self, inputs: DecodeInputs) -> range:
        """As many as asked for, at most one a token to be drawn."""
        asked = inputs.params.steps or self._schedule.steps
        return range(min(asked, self._drawn_sites(inputs)))

    def sites_for(self, surroundings: Surroundings) -> NDArray[np.bool_]:
        """(L,) bool: which tokens a box means; all where that cannot be told."""
        if self._tokenizer is None:
            return np.ones(self.spec.layout.length, bool)
        return blending.relevant_sites(self._tokenizer, surroundings, self._policy.strength)

    @torch.inference_mode()
    def opened(self, inputs: DecodeInputs) -> NDArray[np.bool_]:
        """Those that speak most of the box, or if that cannot be told fit the prompt least."""
        assert inputs.source is not None and inputs.editable is not None
        around, tokenizer = inputs.surroundings, self._tokenizer
        if around is not None and tokenizer is not None and tokenizer.knows_places:
            order = -tokenizer.relevance(around.picture, around.shown)
        else:
            source = (DecodeState(0, inputs.source),)
            (order,) = self._log_likelihoods(source, inputs.editable, inputs)
        return first_sites(order, inputs.editable, inputs.params.strength)

    def begin(self, inputs: DecodeInputs) -> tuple[DecodeState, ...]:
        """Nothing known, or the source without its editable sites."""
        tokens = first_tokens(self.spec, inputs)
        return tuple(DecodeState(0, tokens) for _ in inputs.seeds)

    @torch.inference_mode()
    def step(
        self, states: tuple[DecodeState, ...], inputs: DecodeInputs
    ) -> tuple[DecodeState, ...]:
        """Draws every unknown token and keeps the surest of them."""
        step, steps = states[0].step, self.steps(inputs).stop
        if any(state.step != step for state in states) or len(states) != len(inputs.seeds):
            raise ValueError("states must stand at one step and match the seeds")
        if not step < steps:
            raise ValueError(f"there is no step {step} of {steps}")
        ids = self._network_ids(states)
        unknown = ids == self._network.mask_id
        logits = self._guided(ids, inputs, step, steps) / self._schedule.softening(step, steps)
        noise = self._schedule.noise(step, steps, inputs.params.temperature)
        draws = sampling.StepDraws(inputs.seeds, step)
        drawn = _drawn(logits, inputs.params, noise, draws).where(unknown, ids)
        luck = unmasking.gumbel(draws.chances(ids.shape[1])).to(logits.device)
        order_noise = noise * luck if self._schedule.noisy_order else 0.0
        sure = unmasking.confidence(logits, drawn, unknown, order_noise)
        counts = [
            still_masked(int(count), step, steps, self._drawn_sites(inputs))
            for count in unknown.sum(1)
        ]
        masked = unmasking.stays_masked(sure, torch.tensor(counts, device=ids.device)) & unknown
        guesses = drawn.cpu().numpy().astype(np.int32)
        kept = np.where(masked.cpu().numpy(), UNKNOWN, guesses)
        if self._policy.is_due(step, steps):
            kept = self._reread(kept, guesses, inputs)
        return tuple(
            DecodeState(step + 1, replace(state.tokens, ids=row), draft=guess)
            for state, row, guess in zip(states, kept, guesses, strict=True)
        )

    @torch.inference_mode()
    def kept_log_likelihood(
        self, states: tuple[DecodeState, ...], inputs: DecodeInputs
    ) -> tuple[float, ...]:
        """Pseudo-likelihood: each half of the judged tokens, given all others.

        Judged are the kept tokens, or all where none is kept.
        """
        judged = np.ones(self.spec.layout.length, bool)
        if inputs.editable is not None and not inputs.editable.all():
            judged = ~inputs.editable
        return tuple(self._log_likelihoods(states, judged, inputs)[:, judged].mean(1).tolist())

    def drop_cache(self) -> None:
        """Nothing is kept."""

    def _log_likelihoods(
        self, states: tuple[DecodeState, ...], judged: NDArray[np.bool_], inputs: DecodeInputs
    ) -> NDArray[np.float32]:
        """(n, N): of each judged token, given all others and the prompt; 0 elsewhere."""
        ids = self._network_ids(states)
        places = torch.from_numpy(np.flatnonzero(judged)).to(ids.device)
        logits_of = _conditioned(self._network, (inputs.condition,), len(states))
        found = torch.zeros(ids.shape, device=ids.device)
        for half in (places[::2], places[1::2]):
            if not len(half):
                continue
            hidden = ids.index_fill(1, half, self._network.mask_id)
            likelihood = logits_of(hidden)[:, half].float().log_softmax(-1)
            found[:, half] = likelihood.gather(-1, ids[:, half, None])[..., 0]
        return found.cpu().numpy()

    def _drawn_sites(self, inputs: DecodeInputs) -> int:
        if inputs.editable is None:
            return self.spec.layout.length
        return int(inputs.editable.sum())

    def _network_ids(self, states: tuple[DecodeState, ...]) -> Tensor:
        """(n, N) int64, the network's mask id where unknown."""
        ids = torch.from_numpy(np.stack([state.tokens.ids for state in states]).astype(np.int64))
        ids = ids.masked_fill(ids == UNKNOWN, self._network.mask_id)
        return ids.to(next(self._network.parameters()).device)

    def _guided(self, ids: Tensor, inputs: DecodeInputs, step: int, steps: int) -> Tensor:
        """(n, N, K) float32."""
        asked = inputs.params.guidance_scale
        scale = self._schedule.guidance_scale(step, steps, asked)
        if not sampling.is_guided(inputs.params) or scale == 1:
            return _conditioned(self._network, (inputs.condition,), len(ids))(ids).float()
        texts = (inputs.condition, inputs.unconditional)
        both = _conditioned(self._network, texts, len(ids))(ids.repeat(2, 1)).float()
        given, free = both.chunk(2)
        return sampling.guided(given, free, scale)

    def _reread(
        self, kept: NDArray[np.int32], guesses: NDArray[np.int32], inputs: DecodeInputs
    ) -> NDArray[np.int32]:
        """`kept` (n, N) with the source's tokens read anew, in edits where some of it is kept."""
        around, editable = inputs.surroundings, inputs.editable
        if around is None or editable is None or editable.all() or self._tokenizer is None:
            return kept
        fresh = blending.reread(self._tokenizer, guesses, around, inputs.condition)
        return np.where(editable, kept, fresh)


def _conditioned(network: Network, texts: tuple[Conditioning, ...], rows: int) -> Logits:
    """The network bound to P texts: takes ids (P * rows, N), those of the first text first.

    Class networks take the class from the text's pooled feature, of width 1.
    """
    if isinstance(network, MaskGen):
        like = network.text_embed_proj.weight
        hidden = torch.stack([text.hidden for text in texts]).to(like)
        pooled = torch.stack([text.pooled for text in texts]).to(like)
        inputs = network.text_inputs(hidden, pooled).repeated(rows)
        return lambda ids: network(ids, inputs)
    device = next(network.parameters()).device
    labels = torch.cat([text.pooled for text in texts]).long().to(device).repeat_interleave(rows)
    return lambda ids: network(ids, labels)


def _drawn(
    logits: Tensor, params: SamplingParams, noise: float, draws: sampling.StepDraws
) -> Tensor:
    """Logits (n, N, K) -> ids (n, N) drawn at the temperature `noise`.

    The largest of logits plus Gumbel noise of that weight, as published, has this distribution.
    """
    if noise == 0:
        return logits.argmax(-1)
    cooled = replace(params, temperature=1.0)
    return draws.ids(sampling.token_weights(logits / noise, cooled))
