"""VQ-Diffusion as a Generator: a step is one reverse step of the noise, on every site at once."""

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.generators import sampling
from engine.generators.base import DecodeInputs, check_fit, same_texts
from engine.generators.vq_diffusion.network import TextKeysValues, VQDiffusion
from engine.generators.vq_diffusion.reverse import Reversal, clean_chances, reversal, uncovered
from engine.generators.vq_diffusion.schedule import linear_schedule, noising_chain
from engine.generators.vq_diffusion.steps import ReverseProcess, ReverseStep, reverse_steps
from engine.text.base import Conditioning
from engine.values.layout import Raster
from engine.values.lens import TokenLens
from engine.values.spec import GeneratorSpec
from engine.values.state import DecodeState
from engine.values.strength import share
from engine.values.tokens import UNKNOWN, TokenMap

Tokens = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class _Prompt:
    """What every layer makes of the text: the condition and, if guided, the null prompt."""

    texts: tuple[Conditioning, ...]
    keys_values: TextKeysValues

    def first(self) -> "_Prompt":
        """The condition alone."""
        keys_values = tuple((keys[:1], values[:1]) for keys, values in self.keys_values)
        return _Prompt(self.texts[:1], keys_values)


class VQDiffusionGenerator:
    """Draws tokens where they are unknown, and may redraw those it drew before.

    A masked token of the network is an unknown one of the TokenMap. In a box edit the source stays
    in every state; what the network sees of it is said by process.pin.
    """

    def __init__(
        self, spec: GeneratorSpec, network: VQDiffusion, process: ReverseProcess | None = None
    ) -> None:
        config = network.config
        check_fit(spec, Raster(config.side, config.side), config.codebook_size)
        if not config.condition_width:
            raise ValueError("a generator needs a network that reads text")
        self.spec = spec
        self._process = ReverseProcess() if process is None else process
        if self._process.rule == "purity" and self._process.pin == "noised":
            raise ValueError("a count of tokens to uncover needs a picture that is not noised")
        self._network = network.eval()
        self._schedule = linear_schedule(config.codebook_size, config.times)
        self._prompt: _Prompt | None = None

    def steps(self, inputs: DecodeInputs) -> range:
        """All reverse steps, or for a box the last ones, from where about as much is masked; of
        these the last again, as many as params.strength says."""
        steps = self._steps(inputs)
        if inputs.editable is None:
            return range(len(steps))
        masked = int(inputs.editable.sum())
        start = 0 if self._process.pin == "noised" else self._start(steps, masked)
        return range(len(steps) - share(inputs.params.strength, len(steps) - start), len(steps))

    def begin(self, inputs: DecodeInputs) -> tuple[DecodeState, ...]:
        """Nothing known, or the source without its editable sites.

        At less than full strength they are noised by each seed, no more than the first step asks.
        """
        start = self.steps(inputs).start
        tokens = TokenMap.unknown(self.spec.layout, self.spec.codebook_size)
        if inputs.source is None or inputs.editable is None:
            return (DecodeState(start, tokens),) * len(inputs.seeds)
        source, time = inputs.source.ids, self._box_time(inputs, start)
        boxes = (UNKNOWN if time is None else self._noised(source, time, s) for s in inputs.seeds)
        rows = (np.where(inputs.editable, box, source).astype(np.int32) for box in boxes)
        return tuple(DecodeState(start, replace(tokens, ids=row)) for row in rows)

    @torch.inference_mode()
    def step(
        self, states: tuple[DecodeState, ...], inputs: DecodeInputs
    ) -> tuple[DecodeState, ...]:
        """Draws every site from the step's chances, with (seed, step) alone."""
        found = self.reversal(states, inputs)
        sites = self.spec.layout.length
        randoms = [sampling.step_random(seed, states[0].step) for seed in inputs.seeds]
        chances = torch.stack([torch.rand(sites, generator=random) for random in randoms])
        ids = sampling.inverse_draw(found.chances, chances.to(found.chances.device))
        noise = torch.stack([torch.empty(sites).exponential_(generator=r) for r in randoms])
        return self.advanced(states, found, ids, self.changed(states, inputs, found, noise))

    @torch.inference_mode()
    def reversal(self, states: tuple[DecodeState, ...], inputs: DecodeInputs) -> Reversal:
        """What the next step of each candidate draws from."""
        step = self._step_of(states, inputs)
        tokens = self._on_device(self._seen(states, inputs, step))
        clean = clean_chances(self._logits(tokens, step.time, inputs), inputs.params)
        return reversal(clean, tokens, step, self._schedule, self._process)

    def changed(
        self,
        states: tuple[DecodeState, ...],
        inputs: DecodeInputs,
        found: Reversal,
        exponential: Tensor,
    ) -> Tensor:
        """(n, L) bool: the sites that the step may write, outside the box none."""
        if found.order is None:
            changed = torch.ones(exponential.shape, dtype=torch.bool)
        else:
            sites = self._step_of(states, inputs).sites
            changed = uncovered(found.order, sites, exponential.to(found.order.device)).cpu()
        if inputs.editable is None:
            return changed
        return changed & torch.from_numpy(inputs.editable)

    def advanced(
        self, states: tuple[DecodeState, ...], found: Reversal, ids: Tensor, changed: Tensor
    ) -> tuple[DecodeState, ...]:
        """States after the step that drew ids (n, L) in 0..K, written where changed (n, L).

        Their draft has the likeliest token where none is known yet.
        """
        drawn = torch.where(ids == self.spec.codebook_size, UNKNOWN, ids)
        rows = zip(
            states, *(t.cpu().numpy() for t in (drawn, changed, found.likeliest)), strict=True
        )
        return tuple(_advanced(state, row, write, guess) for state, row, write, guess in rows)

    @torch.inference_mode()
    def kept_log_likelihood(
        self, states: tuple[DecodeState, ...], inputs: DecodeInputs
    ) -> tuple[float, ...]:
        """Of the kept sites, a quarter of them at a time hidden from the network."""
        tokens = self._ids(states)
        kept = np.ones(tokens.shape[1], bool) if inputs.editable is None else ~inputs.editable
        judged = kept if kept.any() else ~kept
        totals = torch.zeros(len(states))
        for quarter in self._quarters():
            hidden = judged & quarter
            if hidden.any():
                totals += self._log_likelihood(tokens, hidden, inputs)
        return tuple((totals / int(judged.sum())).tolist())

    @torch.inference_mode()
    def lens(self, state: DecodeState, inputs: DecodeInputs, alternatives: int) -> TokenLens:
        """Of the known tokens, a quarter of them at a time hidden from the network.

        A token may have been rewritten by any step, so it is not the distribution that it came
        from, but the one that it would be drawn from now, given the others.
        """
        tokens, length = self._ids((state,)), self.spec.layout.length
        found = TokenLens.blank(length, min(alternatives, self.spec.codebook_size))
        for quarter in self._quarters():
            hidden = state.tokens.known & quarter
            if not hidden.any():
                continue
            seen = np.where(hidden, self.spec.codebook_size, tokens)
            time = self._schedule.time_of_share(float((seen == self.spec.codebook_size).mean()))
            where = self._on_device(np.flatnonzero(hidden))
            logits = self._logits(self._on_device(seen), time, inputs)[0, where]
            own = self._on_device(tokens)[0, where]
            judged = sampling.lens_of(logits, own, inputs.params, alternatives)
            found = found.with_sites(hidden, judged)
        return found

    def drop_cache(self) -> None:
        """Free the memory of the text's keys and values; the next step makes its own."""
        self._prompt = None

    def _quarters(self) -> tuple[NDArray[np.bool_], ...]:
        """Four (L,) bool: every other site of every other row."""
        rows, columns = np.indices((self._network.config.side,) * 2).reshape(2, -1)
        return tuple(rows % 2 * 2 + columns % 2 == quarter for quarter in range(4))

    def _steps(self, inputs: DecodeInputs) -> tuple[ReverseStep, ...]:
        return reverse_steps(
            self._process,
            wanted=inputs.params.steps,
            times=self._schedule.times,
            sites=self.spec.layout.length,
        )

    def _start(self, steps: tuple[ReverseStep, ...], masked: int) -> int:
        """The last step before which `masked` tokens may be missing."""
        if self._process.rule == "purity":
            left = np.cumsum([step.sites for step in steps[::-1]])[::-1]
            fitting = [index for index, sites in enumerate(left) if sites >= masked]
        else:
            time = self._schedule.time_of_share(masked / self.spec.layout.length)
            fitting = [index for index, step in enumerate(steps) if step.time >= time]
        return max(fitting, default=0)

    def _box_time(self, inputs: DecodeInputs, start: int) -> int | None:
        """How far a box is noised before step `start`; None: it is masked whole.

        A network that sees the picture around the box as it is shall find about as much masked
        in the whole of it as at the time that it is told.
        """
        if inputs.params.strength == 1 or inputs.editable is None:
            return None
        steps = self._steps(inputs)
        if self._process.pin == "noised":
            return steps[start].later
        if self._process.rule == "purity":
            masked = max(sum(step.sites for step in steps[start:]), 1)
        else:
            masked = self._schedule.mask[steps[start].time] * self.spec.layout.length
        return self._schedule.time_of_share(masked / int(inputs.editable.sum()))

    def _step_of(self, states: tuple[DecodeState, ...], inputs: DecodeInputs) -> ReverseStep:
        number, steps = states[0].step, self._steps(inputs)
        if any(state.step != number for state in states) or len(states) != len(inputs.seeds):
            raise ValueError("states must stand at one step and match the seeds")
        if not number < len(steps):
            raise ValueError(f"there is no step {number} of {len(steps)}")
        return steps[number]

    def _ids(self, states: tuple[DecodeState, ...]) -> Tokens:
        """(n, L) in 0..K, K = masked."""
        return self._masked(np.stack([state.tokens.ids for state in states]).astype(np.int64))

    def _masked(self, ids: Tokens) -> Tokens:
        """The network's id for a masked token where none is known."""
        return np.where(ids == UNKNOWN, self.spec.codebook_size, ids)

    def _seen(
        self, states: tuple[DecodeState, ...], inputs: DecodeInputs, step: ReverseStep
    ) -> Tokens:
        """(n, L) ids for the network: the states' own, the source noised where it is pinned so."""
        ids = self._ids(states)
        if self._process.pin == "clean" or inputs.editable is None or inputs.source is None:
            return ids
        source = inputs.source.ids
        around = np.stack([self._noised(source, step.later, seed) for seed in inputs.seeds])
        return np.where(inputs.editable, ids, self._masked(around))

    def _noised(self, source: NDArray[np.int32], time: int, seed: int) -> Tokens:
        """source (L,) -> (L,): where one chain of noisings, drawn by the seed, stands."""
        random = sampling.step_random(seed, sampling.BEFORE_FIRST_STEP)
        tokens = torch.from_numpy(source.astype(np.int64))
        noised = noising_chain(tokens, self._schedule, time, random).numpy()
        return np.where(noised == self.spec.codebook_size, UNKNOWN, noised)

    def _logits(self, tokens: Tensor, time: int, inputs: DecodeInputs) -> Tensor:
        """(n, L, K) guided logits."""
        prompt = self._prompt_for(_texts(inputs))
        copies = len(prompt.texts)
        times = torch.full((copies * len(tokens),), time, device=tokens.device)
        logits = self._network(tokens.repeat(copies, 1), times, text=prompt.keys_values).float()
        if copies == 1:
            return logits  # type: ignore[no-any-return]
        # The published formula guides log-probabilities and then normalises them anew. Logits
        # differ from these by one number a site, which the normalising takes away again.
        conditional, unconditional = logits.chunk(2)
        return sampling.guided(conditional, unconditional, inputs.params.guidance_scale)

    def _log_likelihood(
        self, tokens: Tokens, hidden: NDArray[np.bool_], inputs: DecodeInputs
    ) -> Tensor:
        """(n,) sum over the hidden sites of log p(own token), given all others and the prompt."""
        prompt = self._prompt_for(_texts(inputs)).first()
        own = self._on_device(tokens)
        where = torch.from_numpy(hidden).to(own.device)
        time = self._schedule.time_of_share(float(hidden.mean()))
        times = torch.full((len(tokens),), time, device=own.device)
        seen = own.masked_fill(where, self.spec.codebook_size)
        logits = self._network(seen, times, text=prompt.keys_values).float()
        own = own.clamp_max(self.spec.codebook_size - 1)
        likelihood = logits.log_softmax(-1).gather(-1, own[..., None])[..., 0]
        return likelihood[:, where].sum(-1).cpu()  # type: ignore[no-any-return]

    def _prompt_for(self, texts: tuple[Conditioning, ...]) -> _Prompt:
        if self._prompt is None or not same_texts(self._prompt.texts, texts):
            like = self._network.transformer.content_emb.emb.weight
            hidden = torch.stack([text.hidden.to(like) for text in texts])
            self._prompt = _Prompt(texts, self._network.text_keys_values(hidden))
        return self._prompt

    def _on_device(self, tokens: Tokens) -> Tensor:
        return torch.from_numpy(tokens).to(self._network.transformer.content_emb.emb.weight.device)


def _texts(inputs: DecodeInputs) -> tuple[Conditioning, ...]:
    """The prompt and, if guidance asks for it, the null prompt."""
    guided = sampling.is_guided(inputs.params)
    return (inputs.condition, inputs.unconditional) if guided else (inputs.condition,)


def _advanced(
    state: DecodeState, drawn: Tokens, write: NDArray[np.bool_], guess: Tokens
) -> DecodeState:
    """The next state of one candidate; all (L,)."""
    tokens = replace(state.tokens, ids=np.where(write, drawn, state.tokens.ids).astype(np.int32))
    draft = None if tokens.known.all() else np.where(tokens.known, tokens.ids, guess)
    return DecodeState(state.step + 1, tokens, draft=draft)
