"""`ellbox train ablate`."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.training.commands.options import taking

if TYPE_CHECKING:
    from engine.quality.scorer import Scorer
    from engine.quality.studies import Row, Setup
    from engine.runtime.model_pool import LoadedModel
    from engine.training.scenes import SceneConfig


@dataclass(frozen=True, slots=True)
class Ablation:
    """What is tried out, on how much, and who scores it."""

    bank: Annotated[Path, typer.Option(help="The sprite bank.")] = Path("sprites-128.npz")
    backend: Annotated[str, typer.Option(help="The generator.")] = "lformer"
    model: Annotated[
        Path | None, typer.Option(help="A model folder; left out, those that ship.")
    ] = None
    judge: Annotated[
        Path | None, typer.Option(help="A trained judge; left out, the generator's towers score.")
    ] = None
    config: Annotated[
        list[Path] | None, typer.Option(help="As in training: which scenes; repeatable.")
    ] = None
    samples: Annotated[int, typer.Option(min=2, help="Prompts, or boxes, of each study.")] = 16
    study: Annotated[
        list[str] | None, typer.Option(help="sampling, ranking, placement, box-ranking.")
    ] = None
    out: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto"


@taking(Ablation)
def ablate(asked: Ablation) -> None:
    """Measure choices in decoding on held-out captions, each against the default."""
    from engine.quality.studies import STUDIES
    from engine.values.errors import BadInput

    chosen = asked.study or list(STUDIES)
    unknown = [name for name in chosen if name not in STUDIES]
    if unknown:
        raise BadInput(f"There is no study {unknown[0]!r}.", f"Choose from {', '.join(STUDIES)}.")
    setup = _setup(asked)
    title, scorer = setup.model.spec.title, setup.scorer.title
    typer.echo(f"{title}, {asked.samples} prompts a study, scored by {scorer}.")
    rows: list[Row] = []
    for name in chosen:
        for row in STUDIES[name](setup):
            typer.echo(row.line)
            rows.append(row)
    if asked.out is not None:
        told = {"model": title, "scorer": scorer, "rows": [row.to_json() for row in rows]}
        asked.out.write_text(json.dumps(told, indent=1), encoding="utf-8")


def _setup(asked: Ablation) -> "Setup":
    from engine.catalog import model_folders
    from engine.quality.cases import asked_boxes, asked_pictures
    from engine.quality.studies import Setup
    from engine.runtime.device import choose_device
    from engine.runtime.model_pool import ModelPool
    from engine.training.config import TrainingConfig
    from engine.training.sprites import SpriteBank

    scenes = TrainingConfig.layered(asked.config or ()).scenes
    bank = SpriteBank.open(asked.bank)
    folders = model_folders(None if asked.model is None else [asked.model])
    model = ModelPool(folders, choose_device(asked.device)).get(asked.backend)
    return Setup(
        model,
        _scorer(asked.judge, model, scenes),
        asked_pictures(scenes, bank, asked.samples),
        asked_boxes(scenes, bank, asked.samples),
    )


def _scorer(judge: Path | None, model: "LoadedModel", scenes: "SceneConfig") -> "Scorer":
    from engine.quality.judge import Judge, check_knows
    from engine.quality.scorer import JudgeScorer, TowersScorer

    if judge is None:
        return TowersScorer(model.text, scenes.concepts)
    trained = Judge.read(judge)
    check_knows(trained, scenes)
    return JudgeScorer(trained)
