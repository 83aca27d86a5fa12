"""How long decoding takes: medians of several runs, as tables.

The built-in Lformer piece by piece, a row a backend, and VQ-Diffusion beside diffusers (extra
"bench"). Backends without shipped weights run with random ones of the built-in size.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch

from benchmarks import against_diffusers
from benchmarks.random_models import DESCRIPTIONS, write_random_model
from engine.catalog import model_folders, row_of, spec_of
from engine.decoding import preview
from engine.decoding.region_edit import BoxEdit, Context
from engine.generators.base import DecodeInputs
from engine.runtime.device import Device, choose_device
from engine.runtime.engine import Engine
from engine.runtime.model_pool import LoadedModel, ModelPool
from engine.values.jobs import EditRequest, EngineEvent, Finished, Pixels, Request
from engine.values.region import Region
from engine.values.spec import GeneratorSpec, steps_in_words
from engine.values.timeline import Timeline
from engine.values.tokens import TokenMap

PROMPT = "a red apple on a blue background"


@dataclass(frozen=True, slots=True)
class Row:
    """aim_ms 0: none was set."""

    name: str
    median_ms: float
    least_ms: float
    aim_ms: float


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--threads", type=int, default=0, help="0: as Ellbox chooses")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--model", type=Path, help="a model folder; default: the built-in one")
    options = parser.parse_args()
    began = time.perf_counter()
    device = choose_device(options.device)
    if options.threads:
        torch.set_num_threads(options.threads)
    pool = ModelPool(model_folders([options.model] if options.model else None), device)
    engine, model = Engine(pool, device), pool.get(pool.specs[0].key)
    loading_ms = (time.perf_counter() - began) * 1000
    rows = measured(engine, model, options.runs)
    print(f"{device.describe()}; torch uses {torch.get_num_threads()} thread(s)")
    print(f"model {model.spec.key}, loaded in {loading_ms:.0f} ms, {model.bytes / 1e6:.0f} MB")
    print(f"\n{'what':44}{'median ms':>11}{'least ms':>11}{'aim ms':>9}")
    for row in rows:
        aim = f"{row.aim_ms:.0f}" if row.aim_ms else ""
        print(f"{row.name:44}{row.median_ms:11.1f}{row.least_ms:11.1f}{aim:>9}")
    print_backends(device, options.runs)
    if find_spec("diffusers") is None:
        print('\nwithout diffusers, which the extra "bench" brings, it is not compared')
    else:
        against_diffusers.print_pairs(against_diffusers.measured(options.runs))


def print_backends(device: Device, runs: int) -> None:
    """A row for each: a whole picture, a step of it, and a box; one candidate, default settings."""
    head = ("a step ms", "picture ms", "box ms", "steps", "weights")
    print(f"\n{'backend':16}{head[0]:>11}{head[1]:>12}{head[2]:>9}  {head[3]:22}{head[4]}")
    for told in backends(device, runs):
        print(told)


def backends(device: Device, runs: int) -> Iterator[str]:
    """Shipped models, then random ones of the backends that have none."""
    shipped = model_folders()
    with tempfile.TemporaryDirectory() as folder:
        missing = sorted(DESCRIPTIONS.keys() - {row_of(each).backend for each in shipped})
        made = [write_random_model(name, Path(folder, name), shipped[0]) for name in missing]
        for each in (*shipped, *model_folders(made)):
            engine = Engine(ModelPool((each,), device), device)
            weights = "shipped" if each in shipped else "random"
            yield backend_row(engine, spec_of(each), weights, runs)


def backend_row(engine: Engine, spec: GeneratorSpec, weights: str, runs: int) -> str:
    """Times of the tokens alone would leave out what people wait for: previews and pictures."""
    whole = EditRequest(1, spec.key, PROMPT, spec.defaults)
    box = replace(whole, image=photo(), region=Region(600, 400, 840, 640))
    timeline = finished(engine, whole).candidates[0].timeline
    picture = row(spec.key, partial(finished, engine, whole), runs)
    edited = row(spec.key, partial(finished, engine, box), runs)
    steps = len(timeline.path()) - 1
    return (
        f"{spec.key:16}{picture.median_ms / steps:11.1f}{picture.median_ms:12.1f}"
        f"{edited.median_ms:9.1f}  {steps_in_words(spec.step_kind, steps):22}{weights}"
    )


def measured(engine: Engine, model: LoadedModel, runs: int) -> list[Row]:
    """Every row is a function of no argument, timed `runs` times after one run to warm up."""
    spec, side = model.spec, model.spec.image_side
    whole = EditRequest(1, spec.key, PROMPT, spec.defaults)
    box = EditRequest(2, spec.key, PROMPT, spec.defaults, photo(), Region(600, 400, 840, 640))
    timeline = finished(engine, whole).candidates[0].timeline
    states = tuple(snapshot.state for snapshot in timeline.path())
    last = states[-1].tokens.ids[None]
    late = replace(whole, timeline=timeline.at(len(states) * 3 // 4))
    work: list[tuple[str, float, Callable[[], object]]] = [
        ("generation, 1 candidate", 500, lambda: finished(engine, whole)),
        ("generation, 4 candidates", 0, lambda: finished(engine, replace(whole, candidates=4))),
        ("box edit of 4 x 4 tokens with decode", 250, lambda: edit_four_by_four(model)),
        ("box edit as asked for, 1 candidate", 0, lambda: finished(engine, box)),
        ("box edit, 4 candidates", 0, lambda: finished(engine, replace(box, candidates=4))),
        ("regenerate the last quarter of the steps", 0, lambda: finished(engine, late)),
        ("all steps, tokens only", 0, lambda: steps_only(model, timeline)),
        ("encode a box's context", 0, lambda: model.tokenizer.encode(photo()[None, :side, :side])),
        ("decode one picture (scrub, first visit)", 0, lambda: model.tokenizer.decode(last)),
        ("previews of all steps", 0, lambda: preview.pictures(model.tokenizer, states, None)),
    ]
    return [row(name, job, runs, aim_ms) for name, aim_ms, job in work]


def row(name: str, work: Callable[[], object], runs: int, aim_ms: float = 0) -> Row:
    work()
    times_ms = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times_ms.append((time.perf_counter() - began) * 1000)
    return Row(name, statistics.median(times_ms), min(times_ms), aim_ms)


def finished(engine: Engine, request: Request) -> Finished:
    """Runs a request to its end."""
    events: list[EngineEvent] = []
    engine.run(request, events.append, lambda: False)
    last = events[-1]
    assert isinstance(last, Finished)
    return last


def steps_only(model: LoadedModel, timeline: Timeline) -> None:
    """The fold without tokenizer, previews and ranking; caches dropped first."""
    run = timeline.head_run
    condition = model.text.encode(run.prompt)
    inputs = DecodeInputs(condition, model.unconditional, run.params, (run.params.seed,))
    model.drop_caches()
    states = model.generator.begin(inputs)
    for _ in model.generator.steps(inputs):
        states = model.generator.step(states, inputs)


@cache
def photo() -> Pixels:
    """A picture of 1600 x 1200 px that is not flat anywhere."""
    rows, columns = np.mgrid[0:1200, 0:1600]
    waves = [np.sin(rows / (40 + 9 * c)) * np.cos(columns / (55 - 7 * c)) for c in range(3)]
    return (np.stack(waves, -1) * 127 + 128).astype(np.uint8)


def edit_four_by_four(model: LoadedModel) -> Pixels:
    """Encode, regenerate the middle 4 x 4 sites, decode, fade into the picture."""
    spec = model.spec
    region = Region(736, 536, 864, 664)
    edit = BoxEdit(photo(), region, Context(544, 344, 512), spec.image_side)
    source = TokenMap(
        model.tokenizer.encode(edit.cropped[None])[0], spec.layout, spec.codebook_size
    )
    inputs = DecodeInputs(
        model.text.encode(PROMPT),
        model.unconditional,
        spec.defaults,
        (spec.defaults.seed,),
        source,
        edit.editable(spec.layout),
    )
    model.drop_caches()
    states = model.generator.begin(inputs)
    for _ in model.generator.steps(inputs):
        states = model.generator.step(states, inputs)
    return edit.patch(model.tokenizer.decode(states[0].tokens.ids[None])[0])


if __name__ == "__main__":
    main()
