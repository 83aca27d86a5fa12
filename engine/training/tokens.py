"""The scenes that generators learn from, encoded piece by piece: stopped, it goes on."""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import torch
from accelerate import PartialState

from engine.training.batches import in_order
from engine.training.checkpoints import latest
from engine.training.config import TrainingConfig
from engine.training.display import shown, time_left
from engine.training.processes import agreed
from engine.training.scenes import Scene
from engine.training.tokenised import TokenisedScenes, joined

TOKENIZER = "tokenizer"
"""The part whose tokens the Lformer learns."""

PIECE = 1024
"""Scenes of one piece."""

AT_ONCE = {"cpu": 16, "cuda": 256}
"""Scenes encoded in one batch."""

Compose = Callable[[int], Scene]
Encode = Callable[[Sequence[Scene]], TokenisedScenes]


def tokens_folder(folder: Path, tokenizer: str = TOKENIZER) -> Path:
    """Where the tokens of a tokenizer lie; tokenizer: the name of the part that trained it."""
    return folder / ("tokens" if tokenizer == TOKENIZER else f"{tokenizer}-tokens")


def tokens_are_made(settings: TrainingConfig, folder: Path, tokenizer: str = TOKENIZER) -> bool:
    """Whether all scenes are there as tokens, made by the tokenizer and towers of now."""
    mark = tokens_folder(folder, tokenizer) / "source.txt"
    source = _source(settings, folder, tokenizer)
    return mark.exists() and mark.read_text(encoding="utf-8") == source


def make_tokens(
    settings: TrainingConfig,
    folder: Path,
    *,
    compose: Compose,
    encode: Encode,
    device: torch.device,
    workers: int,
    sitting_minutes: float,
    tokenizer: str = TOKENIZER,
) -> bool:
    """Encode the pieces that are missing and join them; False: the sitting ended before that.

    Every process encodes pieces of its own, from scenes that `workers` compose for it. A piece is
    there whole or not at all.
    """
    state, source = PartialState(cpu=device.type == "cpu"), _source(settings, folder, tokenizer)
    home = tokens_folder(folder, tokenizer)
    pieces = home / f"pieces-{source[:16]}"
    places = {
        pieces / f"{start:08d}": range(start, min(start + PIECE, settings.tokenised_scenes))
        for start in range(0, settings.tokenised_scenes, PIECE)
    }
    own = list(places)[state.process_index :: state.num_processes]
    missing = {place: places[place] for place in own if not place.exists()}
    until = time.monotonic() + sitting_minutes * 60
    with shown("tokens", speaks=state.is_main_process) as display:
        began, done, count = time.monotonic(), 0, sum(map(len, missing.values()))
        groups = [group for seeds in missing.values() for group in _groups(seeds, device)]
        drawn = in_order(lambda group: [compose(seed) for seed in group], groups, workers)
        for place, seeds in missing.items():
            if time.monotonic() > until:
                break
            _keep(joined([encode(g) for g in islice(drawn, len(_groups(seeds, device)))]), place)
            done += len(seeds)
            pace = done / (time.monotonic() - began)
            left = time_left((count - done) / pace)
            display.line({"scenes": done, "of": count, "per_second": pace}, left)
            display.bar(done / count, left)
    state.wait_for_everyone()
    if not agreed(all(place.exists() for place in places)):
        return False
    if state.is_main_process:
        joined([TokenisedScenes.read(place) for place in places]).save(home)
        (home / "source.txt").write_text(source, encoding="utf-8")
        for leftover in home.glob("pieces-*"):
            shutil.rmtree(leftover)
    state.wait_for_everyone()
    return True


def _groups(seeds: range, device: torch.device) -> list[range]:
    size = AT_ONCE[device.type]
    return [seeds[start : start + size] for start in range(0, len(seeds), size)]


def _keep(scenes: TokenisedScenes, place: Path) -> None:
    unfinished = place.with_name(f"{place.name}-unfinished")
    scenes.save(unfinished)
    unfinished.rename(place)


def _source(settings: TrainingConfig, folder: Path, tokenizer: str) -> str:
    """A hash of all that the tokens depend on."""
    told = [asdict(settings.scenes), settings.tokenised_scenes, settings.calm]
    said = json.dumps(told + [settings.pictures] * bool(settings.pictures), sort_keys=True)
    digest = hashlib.sha256(said.encode())
    for part in (tokenizer, "clip"):
        found = latest(folder / part)
        if found is not None:
            digest.update((found / "average.safetensors").read_bytes())
    return digest.hexdigest()
