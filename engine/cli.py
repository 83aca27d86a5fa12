"""The command line: generate, edit, rollback, export, info, doctor, weights, train."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Literal

import typer
from typer.core import TyperGroup

from engine.atomic_write import check_target
from engine.catalog import folder_of, model_folders, spec_of, table
from engine.console import Interrupted, Session
from engine.document.picture_file import (
    check_suffix,
    open_picture,
    read_bytes,
    save_picture,
)
from engine.document.project_file import open_project
from engine.document.recipe import Recipe, recipe_in
from engine.document.restored import open_as_document
from engine.export_commands import output_app
from engine.face_off import ALL, face_off, results_as_table, write_sheet
from engine.listing import models_as_table
from engine.replay import Ground, newest_edit, step_pictures, weights_for
from engine.values.errors import BadInput, EngineError
from engine.values.image import Picture
from engine.values.jobs import EditRequest, Finished
from engine.values.params import MAX_SEED, SamplingParams
from engine.values.region import Region
from engine.values.spec import STEP_NAMES, GeneratorSpec
from engine.values.timeline import Timeline
from engine.weights_commands import weights_app

BAD_INPUT, FAILED, INTERRUPTED = 2, 1, 130
MAX_CANDIDATES = 64


class Sentences(TyperGroup):
    """Turns errors into one sentence on standard error and an exit code."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        try:
            return super().invoke(ctx)
        except EngineError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(BAD_INPUT if isinstance(error, BadInput) else FAILED) from error
        except (Interrupted, KeyboardInterrupt) as error:
            typer.echo("Cancelled; nothing more was written.", err=True)
            raise typer.Exit(INTERRUPTED) from error


app = typer.Typer(
    cls=Sentences,
    help="Draw a box, retype the prompt, scrub back, export. `ellbox [FILE ...]` opens the window.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Out = Annotated[
    Path, typer.Option("--out", "-o", help="Where to write; PNG and TIFF lose nothing.")
]
Backend = Annotated[str, typer.Option(help="The generator; `ellbox info` lists them.")]
Backends = Annotated[
    str, typer.Option(help="The generator, or `all` that are ready: OUT is a folder then.")
]
DeviceName = Annotated[
    Literal["auto", "cuda", "mps", "cpu"], typer.Option("--device", help="Where to decode.")
]
PrecisionName = Annotated[
    Literal["full", "half"], typer.Option("--precision", help="Half takes half the memory.")
]
Seed = Annotated[int | None, typer.Option(help="0 to 2147483647; left out, one is drawn.")]
Guidance = Annotated[float | None, typer.Option(help="How strongly the prompt pulls; 1 is off.")]
TopK = Annotated[int | None, typer.Option(help="Draw among the K likeliest tokens; 0 is off.")]
TopP = Annotated[float | None, typer.Option(help="Draw among the likeliest P of 1; 1 is off.")]
Temperature = Annotated[float | None, typer.Option(help="0 always takes the likeliest token.")]
Strength = Annotated[
    float | None,
    typer.Option(help="Share of the box drawn anew, 0.01 to 1; below 1 some of it stays."),
]
Count = Annotated[int, typer.Option("-n", help="Candidates; the best is OUT, then OUT-2 ...")]
StepsDir = Annotated[Path | None, typer.Option(help="Also write a PNG of each step here.")]


@dataclass(frozen=True, slots=True)
class Order:
    """Who decodes, where, and what is written."""

    backend: str
    count: int
    out: Path
    steps_dir: Path | None
    device: str
    precision: Literal["full", "half"]


@app.command()
def generate(
    prompt: Annotated[str, typer.Argument(metavar="PROMPT")],
    *,
    out: Out,
    backend: Backends = "lformer",
    seed: Seed = None,
    steps_dir: StepsDir = None,
    guidance: Guidance = None,
    top_k: TopK = None,
    top_p: TopP = None,
    temperature: Temperature = None,
    count: Count = 1,
    device: DeviceName = "auto",
    precision: PrecisionName = "full",
) -> None:
    """Make a picture from a prompt."""
    first, words = _seed(seed, count), _prompt(prompt)

    def ask(spec: GeneratorSpec) -> EditRequest:
        params = _params(
            spec.defaults,
            seed=first,
            guidance_scale=guidance,
            top_k=top_k,
            top_p=top_p,
            temperature=temperature,
        )
        return EditRequest(1, spec.key, words, params, candidates=count)

    _carry_out(ask, None, Order(backend, count, out, steps_dir, device, precision))


@app.command()
def edit(
    file: Annotated[Path, typer.Argument(metavar="IN")],
    *,
    box: Annotated[str, typer.Option(metavar="LEFT,TOP,RIGHT,BOTTOM", help="In pixels.")],
    prompt: Annotated[str, typer.Option(help="What the box shall show.")],
    out: Out,
    backend: Backends = "lformer",
    seed: Seed = None,
    strength: Strength = None,
    steps_dir: StepsDir = None,
    guidance: Guidance = None,
    top_k: TopK = None,
    top_p: TopP = None,
    temperature: Temperature = None,
    count: Count = 1,
    device: DeviceName = "auto",
    precision: PrecisionName = "full",
) -> None:
    """Redraw a box of a picture; everything outside it stays as it is, bit for bit."""
    region = Region.from_text(box)
    first, words = _seed(seed, count), _prompt(prompt)
    picture = open_picture(file)
    _say(picture.notice)
    ground = Ground(picture, region.clipped(picture.width, picture.height))

    def ask(spec: GeneratorSpec) -> EditRequest:
        params = _params(
            spec.defaults,
            seed=first,
            guidance_scale=guidance,
            top_k=top_k,
            top_p=top_p,
            temperature=temperature,
            strength=strength,
        )
        image, box = picture.rgb8, ground.region
        return EditRequest(1, spec.key, words, params, image, box, candidates=count)

    _carry_out(ask, ground, Order(backend, count, out, steps_dir, device, precision))


@app.command()
def rollback(
    file: Annotated[Path, typer.Argument(metavar="OUT.png")],
    *,
    step: Annotated[int, typer.Option(help="Steps to keep; those after it are decoded anew.")],
    out: Out,
    seed: Annotated[int | None, typer.Option(help="Left out: the same as before.")] = None,
    prompt: Annotated[str | None, typer.Option(help="Left out: the same as before.")] = None,
) -> None:
    """Regenerate from step K of the recipe in a PNG; the old steps stay in the new recipe."""
    targets = _targets(out, 1)
    edit, ground = newest_edit(open_as_document(file), file.name)
    weights, notice = weights_for(edit)
    _say(notice)
    run = edit.timeline.head_run
    request = EditRequest(
        1,
        run.generator,
        run.prompt if prompt is None else _prompt(prompt),
        _params(run.params, seed=seed),
        image=None if ground is None else ground.picture.rgb8,
        region=None if ground is None else ground.region,
        timeline=_rolled_back(edit.timeline, step),
    )
    _decode(_session(), request, weights, ground, targets)


@app.command()
def info(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]")] = None,
    *,
    vocabulary: Annotated[bool, typer.Option(help="Print the words a generator knows.")] = False,
    backend: Backend = "lformer",
) -> None:
    """Print the recipe in a PNG, or those in a project, as JSON; without a file, all models."""
    if vocabulary:
        words = _generator(backend)[0].vocabulary
        typer.echo("\n".join(words) or f"{backend} names no vocabulary: try any words.")
        return
    if file is None:
        typer.echo(models_as_table(table()))
        return
    kinds = {row.spec.key: row.spec.step_kind for row in table()}

    def told(recipe: Recipe) -> dict[str, object]:
        kind = kinds.get(recipe.generator)
        named = {} if kind is None else {"step_kind": STEP_NAMES[kind]}
        return {**recipe.summary(), **named}

    if file.suffix.lower() == ".ellbox":
        found: object = [told(Recipe(edit.timeline)) for edit in open_project(file).edits]
    else:
        found = told(recipe_in(read_bytes(file), file.name))
    typer.echo(json.dumps(found, ensure_ascii=False, indent=1))


@app.command()
def doctor() -> None:
    """Tell what runs where, and what is missing."""
    from engine.doctor import examine

    report = examine()
    for line in report.lines:
        typer.echo(line)
    if not report.healthy:
        raise typer.Exit(FAILED)


app.add_typer(weights_app, name="weights")
app.add_typer(output_app)


@app.command(
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def train(ctx: typer.Context) -> None:
    """Train and measure the built-in models; `train --help` tells the stages."""
    # Imported here: training needs torch, and no other command shall wait for it to load.
    from engine.quality.commands import measure_app
    from engine.training.commands import train_app

    stages = typer.Typer(
        help="Train and measure the built-in models.", no_args_is_help=True, add_completion=False
    )
    stages.add_typer(train_app)
    stages.add_typer(measure_app)
    code = stages(args=ctx.args, prog_name="ellbox train", standalone_mode=False)
    raise typer.Exit(code or 0)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ellbox {version('ellbox')}")
        raise typer.Exit


@app.callback()
def _all_commands(
    *,
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    pass


def command_names() -> frozenset[str]:
    """The words that follow `ellbox` and are no files."""
    group = typer.main.get_group(app)
    return frozenset(group.commands)


def _session(device: str = "auto", precision: Literal["full", "half"] = "full") -> Session:
    # Imported here: torch takes a second to load, and bad input is answered before that.
    from engine.runtime.engine import build_engine

    return Session(build_engine(device, precision=precision))


def _carry_out(
    ask: Callable[[GeneratorSpec], EditRequest], ground: Ground | None, order: Order
) -> None:
    """Decodes as ordered and writes what is made."""
    if order.backend == ALL:
        _compare(ask, ground, order)
        return
    spec, weights = _generator(order.backend)
    request = ask(spec)
    targets = _targets(order.out, order.count)
    if order.steps_dir is not None:
        _make_folder(order.steps_dir)
    session = _session(order.device, order.precision)
    timeline = _decode(session, request, weights, ground, targets)
    if order.steps_dir is not None:
        _write_steps(session, timeline, ground, order.steps_dir)


def _compare(
    ask: Callable[[GeneratorSpec], EditRequest], ground: Ground | None, order: Order
) -> None:
    """The face-off: one picture a generator, a sheet of all, and a table."""
    if order.out.suffix or order.steps_dir is not None:
        raise BadInput(
            "With --backend all, -o names a folder, and steps are not written.",
            "Write -o FOLDER, without --steps-dir.",
        )
    folders = model_folders()
    for folder in folders:
        ask(spec_of(folder))  # settings out of range are told before anything is made
    _make_folder(order.out)
    before = None if ground is None else ground.before
    if len(folders) < 2:
        ready = ", ".join(folder.key for folder in folders) or "none"
        _say(f"Ready: {ready}; so there is nothing to compare. `ellbox info` lists all models.")
    entries = []
    for entry in face_off(
        _session(order.device, order.precision),
        folders,
        ask,
        redrawn=Picture if ground is None else ground.redrawn,
        before=before,
        out=order.out,
    ):
        entries.append(entry)
        _say(entry.answer.notice if isinstance(entry.answer, Finished) else "")
    sheet = write_sheet(entries, before, order.out)
    typer.echo(results_as_table(entries))
    if sheet is None:
        raise typer.Exit(FAILED)
    typer.echo(f"Wrote {sheet}.")


def _decode(
    session: Session,
    request: EditRequest,
    weights: dict[str, str],
    ground: Ground | None,
    targets: list[Path],
) -> Timeline:
    """Runs the request and writes what it made; the best candidate's timeline."""
    finished = session.decode(request)
    _say(finished.notice)
    _write(finished, weights, ground, targets)
    return finished.candidates[0].timeline


def _write_steps(session: Session, timeline: Timeline, ground: Ground | None, folder: Path) -> None:
    pictures = step_pictures(session, timeline, ground)
    for snapshot, picture in zip(timeline.path(), pictures, strict=True):
        save_picture(picture, folder / f"step-{snapshot.state.step:02d}.png")
    typer.echo(f"Wrote {len(pictures)} steps to {folder}.")


def _write(
    finished: Finished, weights: dict[str, str], ground: Ground | None, targets: list[Path]
) -> None:
    before = None if ground is None else ground.before
    # Fewer candidates than targets come back when memory was short.
    for candidate, target in zip(finished.candidates, targets, strict=False):
        patch = candidate.patch
        picture = Picture(patch) if ground is None else ground.redrawn(patch)
        _say(save_picture(picture, target, recipe=Recipe(candidate.timeline, weights, before)))
        seed = candidate.timeline.head_run.params.seed
        typer.echo(f"Wrote {target} (seed {seed}).")


def _rolled_back(timeline: Timeline, step: int) -> Timeline:
    """The timeline with its head at a step of the finished path that others follow."""
    path = timeline.path()
    first, last = path[0].state.step, path[-1].state.step
    if not first <= step < last:
        raise BadInput(f"The step must lie between {first} and {last - 1}, not {step}.")
    return timeline.at(path[step - first].id)


def _generator(key: str) -> tuple[GeneratorSpec, dict[str, str]]:
    """Spec and the sha256 of its files, without loading them."""
    folder = folder_of(key, model_folders())
    return spec_of(folder), folder.digests


def _params(
    base: SamplingParams,
    *,
    seed: int | None,
    guidance_scale: float | None = None,
    top_k: int | None = None,
    top_p: float | None = None,
    temperature: float | None = None,
    strength: float | None = None,
) -> SamplingParams:
    """The base with whatever was asked for; BadInput for values out of range."""
    return replace(
        base,
        seed=base.seed if seed is None else seed,
        guidance_scale=base.guidance_scale if guidance_scale is None else guidance_scale,
        top_k=base.top_k if top_k is None else top_k,
        top_p=base.top_p if top_p is None else top_p,
        temperature=base.temperature if temperature is None else temperature,
        strength=base.strength if strength is None else strength,
    )


def _seed(wish: int | None, count: int) -> int:
    """The first seed of `count` that follow each other; drawn when none is wished for."""
    highest = MAX_SEED - max(count, 1) + 1
    if wish is None:
        return secrets.randbelow(highest + 1)
    if not 0 <= wish <= highest:
        raise BadInput(f"The seed must lie between 0 and {highest}, not {wish}.")
    return wish


def _prompt(words: str) -> str:
    """The prompt itself; BadInput when it is empty or no valid text."""
    try:
        words.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadInput("The prompt is not valid UTF-8.", "Type it anew.") from error
    if not words.strip():
        raise BadInput("The prompt is empty.", "Say what shall be drawn.")
    return words


def _targets(out: Path, count: int) -> list[Path]:
    """OUT.png, OUT-2.png ...; BadInput when one of them could not be written."""
    if not 1 <= count <= MAX_CANDIDATES:
        raise BadInput(f"-n must lie between 1 and {MAX_CANDIDATES}, not {count}.")
    check_suffix(out)
    more = [out.with_stem(f"{out.stem}-{number}") for number in range(2, count + 1)]
    for target in (out, *more):
        check_target(target)
    return [out, *more]


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or error
        raise BadInput(
            f"The folder {folder} cannot be made: {reason}.", "Choose another."
        ) from error
    check_target(folder / "step-00.png")


def _say(notice: str) -> None:
    if notice:
        typer.echo(notice, err=True)
