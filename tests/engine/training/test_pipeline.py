"""All stages in pieces, and the commands themselves at toy size."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch
from typer.testing import CliRunner

from engine.training import checkpoints, pipeline
from engine.training.commands import train_app
from engine.training.config import TrainingConfig
from engine.training.curves import curve, plot_metrics, plotted
from engine.training.display import time_left
from engine.training.parts import Encoding, Workshop
from engine.training.pipeline import SHIPS, STAGES, shares, stages_of, train_all
from engine.training.trained import trained_lformer
from engine.values.errors import BadInput
from tests.engine.training.line_task import LineTask
from tests.tiny_bank import PAINTS, write_tiny_bank

STEPS = {"steps": 10, "minutes": None, "batch": 2, "lr": 0.1, "log_steps": 5}
LOOPS = {part: {k: v for k, v in STEPS.items() if v} for part in ("tokenizer", "clip", "lformer")}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """Three parts that train a line each, and tokens that are made at once."""
    made: set[Path] = set()

    def encode(shop: Workshop, *, workers: int, sitting_minutes: float) -> bool:
        made.add(shop.folder)
        return True

    monkeypatch.setattr(pipeline, "TASKS", dict.fromkeys(LOOPS, lambda shop: LineTask()))
    monkeypatch.setattr(pipeline, "ENCODINGS", {"tokens": Encoding("tokenizer", encode)})
    monkeypatch.setattr(pipeline, "tokens_are_made", lambda _, folder, __: folder in made)
    settings = TrainingConfig(loops=LOOPS)
    return Workshop(settings, tmp_path, tmp_path / "bank", torch.device("cpu"))


def steps_done(shop: Workshop) -> list[int]:
    return [checkpoints.progress(shop.folder / part).step for part in LOOPS]


def test_pieces_go_on_with_whatever_is_not_finished(shop: Workshop) -> None:
    machine = {"device": "cpu", "threads": 1}
    assert (
        train_all(shop, STAGES["lformer"], machine, minutes=None, piece_minutes=0.0) == "tokenizer"
    )
    assert steps_done(shop) == [0, 0, 0]
    pieces = 0
    # A piece of no length to speak of still takes one step.
    while train_all(shop, STAGES["lformer"], machine, minutes=None, piece_minutes=1e-4) is not None:
        pieces += 1
        assert pieces < 100
        done = steps_done(shop)
        assert done == sorted(done, reverse=True), "one after the other"
    assert pieces >= 2
    assert steps_done(shop) == [10, 10, 10]
    files = {path: path.stat().st_mtime_ns for path in shop.folder.rglob("*")}
    assert train_all(shop, STAGES["lformer"], machine, minutes=None, piece_minutes=math.inf) is None
    assert files == {path: path.stat().st_mtime_ns for path in shop.folder.rglob("*")}


def test_minutes_are_divided_as_the_parts_own_are() -> None:
    stages = STAGES["lformer"]
    assert shares(TrainingConfig(), stages, None) == {}
    loops = TrainingConfig().loops
    own = {part: loops[part]["minutes"] for part in stages if part in loops}
    divided = shares(TrainingConfig(), stages, 2 * sum(own.values()))
    assert {part: given["minutes"] for part, given in divided.items()} == pytest.approx(
        {part: 2 * minutes for part, minutes in own.items()}
    )
    assert shares(TrainingConfig(loops=LOOPS), stages, 60) == {}


def test_generators_share_what_they_share() -> None:
    assert SHIPS.keys() == STAGES.keys()
    assert stages_of(["vq-diffusion", "lformer"]) == (
        *("tokenizer", "clip", "tokens"),
        *("vq-diffusion", "lformer"),
    )
    every = stages_of(list(STAGES))
    assert len(set(every)) == len(every) == 11
    assert every.index("titok") < every.index("rows") < every.index("maskgen")
    with pytest.raises(BadInput, match="no built-in generator 'dall-e'"):
        stages_of(["lformer", "dall-e"])


def toy_configuration() -> dict[str, Any]:
    coder = {"z_channels": 4, "resolution": 128, "ch": 4, "ch_mult": [1, 1, 1, 1]}
    rest = {"num_res_blocks": 1, "attn_resolutions": [], "norm_groups": 2}
    vision = {"image_size": 128, "layers": 1, "width": 16, "head_width": 8, "patch_size": 64}
    text = {"context_length": 32, "vocab_size": 8192, "width": 16, "heads": 2, "layers": 1}
    transformer = {"img_vbs": 64, "block_size": 256, "n_layer": 1, "n_head": 2, "n_embd": 16}
    return {
        "tokenised_scenes": 8,
        "scenes": {"concepts": list(PAINTS)},
        "tokenizer": {"n_embed": 64, "embed_dim": 4, "ddconfig": coder | rest},
        "clip": {"embed_dim": 16, "vision_cfg": vision, "text_cfg": text},
        "network": {
            "css": 16,
            "w_layer": 1,
            "latent": True,
            "transformer": transformer | {"dim_cond": 16, "add_cross": True},
        },
        "loops": {part: {"steps": 2, "batch": 2, "log_steps": 1} for part in LOOPS},
    }


def test_one_command_trains_the_whole_model(tmp_path: Path) -> None:
    config, bank = tmp_path / "toy.json", tmp_path / "bank.npz"
    config.write_text(json.dumps(toy_configuration()))
    write_tiny_bank(bank)
    folder = tmp_path / "checkpoints"
    command = ["all", "--config", str(config), "--bank", str(bank), "--folder", str(folder)]
    command += ["--device", "cpu", "--threads", "1"]
    ended = CliRunner().invoke(train_app, command, catch_exceptions=False)
    assert ended.exit_code == 0
    assert ended.output.rstrip().endswith("All parts are trained.")
    for part in LOOPS:
        assert checkpoints.progress(folder / part).step == 2
        assert (folder / part / "samples.png").exists()
    settings = TrainingConfig.read(config)
    trained_lformer(settings, folder, torch.device("cpu"))


def test_curves_show_every_figure_that_has_a_course(tmp_path: Path) -> None:
    rows = [{"step": n, "minutes": n / 2, "loss": 1 / n, "psnr": float(n)} for n in range(1, 9)]
    plot_metrics(rows[:1], tmp_path / "curves.png")
    assert not (tmp_path / "curves.png").exists()
    plot_metrics(rows, tmp_path / "curves.png")
    assert (tmp_path / "curves.png").stat().st_size > 1000
    falling, rising = (plotted([curve(rows, name, "x")]) for name in ("loss", "psnr"))
    blue = (31, 111, 235)

    def height_at(picture: Any, share: float) -> float:  # noqa: ANN401 - a Pillow picture
        column = int(36 + share * (360 - 54))
        found = [y for y in range(picture.height) if picture.getpixel((column, y)) == blue]
        return sum(found) / len(found)

    assert height_at(falling, 0.2) < height_at(falling, 0.9), "pixels count downwards"
    assert height_at(rising, 0.2) > height_at(rising, 0.9)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(7200.0, "2.0 h left"), (90.0, "1.5 min left"), (30.0, "30 s left"), (-1.0, "0 s left")],
)
def test_time_left_is_said_in_units_that_say_something(seconds: float, said: str) -> None:
    assert time_left(seconds) == said
