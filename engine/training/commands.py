"""`ellbox train ...`: tokenizer, clip, tokens, lformer, ship - in this order."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from engine.training.config import MERGES, TrainingConfig
from engine.training.scenes import compose
from engine.training.sprites import SpriteBank

train_app = typer.Typer(help="Train the built-in models.", no_args_is_help=True)

Bank = Annotated[Path, typer.Option(help="The sprite bank, sprites-128.npz.")]
Folder = Annotated[Path, typer.Option(help="Where checkpoints are kept.")]
Config = Annotated[Path | None, typer.Option(help="JSON of what differs from the defaults.")]
Minutes = Annotated[float, typer.Option(min=0.01, help="Training time, over all sittings.")]
Resume = Annotated[bool, typer.Option(help="Go on from the last checkpoint.")]
Start = Annotated[Path | None, typer.Option(help="Weights to begin from, such as those that ship.")]
Device = Annotated[str, typer.Option(help="auto, cpu or cuda.")]
Batch = Annotated[int, typer.Option(min=1, help="Pictures a step.")]
Threads = Annotated[int, typer.Option(min=1, help="CPU threads of torch.")]
CHECKPOINTS = Path(".checkpoints")
BANK = Path("sprites-128.npz")


@train_app.command()
def tokenizer(
    *,
    bank: Bank = BANK,
    folder: Folder = CHECKPOINTS,
    config: Config = None,
    minutes: Minutes = 25,
    batch: Batch = 8,
    resume: Resume = True,
    start: Start = None,
    device: Device = "auto",
    threads: Threads = 2,
) -> None:
    """Train the VQGAN: pictures to tokens and back."""
    from engine.tokenizers.vqgan import VQGANConfig
    from engine.training.loop import LoopConfig, Trainer
    from engine.training.tokenizer import TokenizerTask

    settings = TrainingConfig.read(config)
    task = TokenizerTask(
        VQGANConfig.from_json(settings.tokenizer), _pictures(settings, SpriteBank.open(bank))
    )
    loop = LoopConfig(
        minutes=minutes,
        batch=batch,
        lr=1e-3,
        betas=(0.9, 0.99),
        ema=0.99,
        device=device,
        threads=threads,
    )
    Trainer(task, loop, folder / "tokenizer").run(resume=resume, start=start)


@train_app.command()
def clip(
    *,
    bank: Bank = BANK,
    folder: Folder = CHECKPOINTS,
    config: Config = None,
    minutes: Minutes = 12,
    batch: Batch = 128,
    resume: Resume = True,
    start: Start = None,
    device: Device = "auto",
    threads: Threads = 2,
) -> None:
    """Train the text and image towers on scenes and their captions."""
    from engine.text.clip import write_small_vocabulary
    from engine.training.clip import ClipTask
    from engine.training.loop import LoopConfig, Trainer

    settings = TrainingConfig.read(config)
    folder.mkdir(parents=True, exist_ok=True)
    write_small_vocabulary(folder / "bpe.txt.gz", MERGES)
    task = ClipTask(settings.clip, folder / "bpe.txt.gz", settings.scenes, SpriteBank.open(bank))
    loop = LoopConfig(
        minutes=minutes,
        batch=batch,
        lr=1e-3,
        betas=(0.9, 0.98),
        weight_decay=0.05,
        ema=0.99,
        log_steps=5,
        device=device,
        threads=threads,
    )
    Trainer(task, loop, folder / "clip").run(resume=resume, start=start)


@train_app.command()
def tokens(
    *,
    bank: Bank = BANK,
    folder: Folder = CHECKPOINTS,
    config: Config = None,
    device: Device = "auto",
    threads: Threads = 2,
) -> None:
    """Compose the generator's scenes and encode each once with the trained tokenizer."""
    import torch

    from engine.training.loop import autocast, pick_device
    from engine.training.tokenised import tokenise
    from engine.training.trained import trained_clip, trained_tokenizer

    settings = TrainingConfig.read(config)
    torch.set_num_threads(threads)
    where = pick_device(device)
    with autocast(where):
        scenes = tokenise(
            settings.scenes,
            SpriteBank.open(bank),
            seeds=range(settings.tokenised_scenes),
            tokenizer=trained_tokenizer(settings, folder, where),
            encoder=trained_clip(settings, folder, where),
        )
    scenes.save(folder / "tokens")


@train_app.command()
def lformer(
    *,
    folder: Folder = CHECKPOINTS,
    config: Config = None,
    minutes: Minutes = 60,
    batch: Batch = 32,
    resume: Resume = True,
    start: Start = None,
    device: Device = "auto",
    threads: Threads = 2,
) -> None:
    """Train the Lformer on the tokenised scenes."""
    from engine.generators.lformer.network import LformerConfig
    from engine.training.generator import LformerTask
    from engine.training.loop import LoopConfig, Trainer, pick_device
    from engine.training.ship import sample_sheet
    from engine.training.tokenised import TokenisedScenes
    from engine.training.trained import trained_clip

    settings = TrainingConfig.read(config)
    task = LformerTask(
        LformerConfig.from_json(settings.network),
        TokenisedScenes.read(folder / "tokens"),
        encoder=trained_clip(settings, folder, pick_device(device)),
        sheet=sample_sheet(settings, folder, pick_device(device)),
        text_dropout=settings.text_dropout,
        kl_weight=settings.kl_weight,
        edit_share=settings.edit_share,
    )
    loop = LoopConfig(
        minutes=minutes,
        batch=batch,
        lr=1e-3,
        weight_decay=0.04,
        warmup_steps=200,
        checkpoint_minutes=8,
        device=device,
        threads=threads,
    )
    Trainer(task, loop, folder / "lformer").run(resume=resume, start=start)


@train_app.command()
def ship(
    *,
    folder: Folder = CHECKPOINTS,
    config: Config = None,
    out: Annotated[Path, typer.Option(help="The built-in model's folder.")] = Path(
        "assets/embedded/lformer"
    ),
) -> None:
    """Write the averaged weights in half precision, with model.json, as the built-in model."""
    from engine.training.ship import ship_lformer

    ship_lformer(TrainingConfig.read(config), folder, out)


def _pictures(settings: TrainingConfig, bank: SpriteBank) -> Callable[[int], NDArray[np.uint8]]:
    """seed -> picture: the generator's scenes, and a share of anything the bank can draw."""
    wide = replace(settings.scenes, wide=1.0)

    def picture(seed: int) -> NDArray[np.uint8]:
        is_wide = np.random.default_rng((seed, 1)).random() < settings.wide_share
        return compose(wide if is_wide else settings.scenes, bank, seed).pixels

    return picture
