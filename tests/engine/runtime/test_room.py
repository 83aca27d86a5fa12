"""Room in memory: asked for before anything is loaded, and the rungs below when it runs out."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch

from engine.catalog import model_folders
from engine.memory import MemoryNeed, NetworkSize, gigabytes, memory_need
from engine.runtime import model_pool, room
from engine.runtime.device import choose_device, with_precision
from engine.runtime.ladder import rungs, within_memory
from engine.runtime.model_pool import ModelPool
from engine.values.errors import OutOfMemory
from tests.tiny_model import write_tiny_model
from tests.tiny_star_model import write_tiny_star_model

SIZE = NetworkSize(
    numbers=1000,
    layers=2,
    width=8,
    sites=16,
    codebook_size=32,
    cached=True,
    image_side=4,
    channels=2,
)
CPU = torch.device("cpu")


def test_the_need_grows_as_the_formula_says() -> None:
    one, three = memory_need(SIZE), memory_need(SIZE, 3)
    assert one == MemoryNeed(4000, 2 * 2 * 2 * 16 * 8 * 4, 2 * 16 * (16 * 8 + 5 * 32) * 4)
    assert three == MemoryNeed(4000, 3 * one.cache, 3 * one.work)
    assert memory_need(SIZE, weight_bytes=2).weights == 2000
    assert memory_need(replace(SIZE, cached=False)).cache == 0
    large = memory_need(replace(SIZE, image_side=1024))
    assert large.work == 6 * 2 * 1024**2 * 4
    assert large.total == large.weights + large.cache + large.work


@pytest.fixture
def pool(tmp_path: Path) -> ModelPool:
    folders = [write_tiny_model(tmp_path / "tiny"), write_tiny_star_model(tmp_path / "star")]
    return ModelPool(model_folders(folders), choose_device("cpu"))


def test_too_little_memory_is_told_before_anything_is_loaded(
    pool: ModelPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs = {key: pool.need(key).total for key in ("lformer", "star")}
    larger, smaller = sorted(needs, key=lambda key: -needs[key])
    monkeypatch.setattr(model_pool, "free_bytes", lambda _: needs[smaller])
    monkeypatch.setattr(model_pool, "LOADERS", {})
    with pytest.raises(OutOfMemory, match=r"memory free; Tiny .* needs") as refused:
        pool.get(larger)
    assert f"smaller generator ({smaller})" in refused.value.remedy
    assert pool.loaded_keys == ()
    monkeypatch.setattr(model_pool, "free_bytes", lambda _: needs[larger] - 1)
    with pytest.raises(OutOfMemory) as refused:
        pool.get(larger)
    assert "half precision (--precision half)" in refused.value.remedy
    monkeypatch.setattr(model_pool, "free_bytes", lambda _: 0)
    with pytest.raises(OutOfMemory) as refused:
        pool.get(larger)
    assert refused.value.remedy == "Close other programs."


def test_other_models_go_out_first(pool: ModelPool, monkeypatch: pytest.MonkeyPatch) -> None:
    pool.get("lformer")
    free = {True: 0, False: 10**9}
    monkeypatch.setattr(model_pool, "free_bytes", lambda _: free[bool(pool.loaded_keys)])
    pool.get("star")
    assert pool.loaded_keys == ("star",)


def test_as_many_at_a_time_as_fit(pool: ModelPool, monkeypatch: pytest.MonkeyPatch) -> None:
    for fitting in (1, 2, 4):
        room_for = pool.need("lformer", fitting).total
        monkeypatch.setattr(model_pool, "free_bytes", lambda _, free=room_for: free)
        assert pool.fitting("lformer", 4) == fitting
    monkeypatch.setattr(model_pool, "free_bytes", lambda _: 0)
    assert pool.fitting("lformer", 4) == 1


def test_half_precision_halves_the_weights(pool: ModelPool) -> None:
    halved = pool.on(with_precision(pool.device, "half"))
    assert 2 * halved.need("star").weights == pool.need("star").weights
    assert with_precision(pool.device, "full") is pool.device


def test_a_containers_limit_counts(tmp_path: Path) -> None:
    assert room.control_group_free(tmp_path, otherwise=7) == 7
    for name, text in (
        ("memory.max", "1000\n"),
        ("memory.current", "900\n"),
        ("memory.stat", "anon 500\ninactive_file 150\nfile 3\n"),
    ):
        (tmp_path / name).write_text(text)
    assert room.control_group_free(tmp_path, otherwise=7) == 250
    (tmp_path / "memory.max").write_text("max\n")
    assert room.control_group_free(tmp_path, otherwise=7) == 7
    assert 0 < room.free_bytes(CPU) < 10**15


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux tells")
def test_the_peak_is_of_what_came_later() -> None:
    held = torch.ones(20_000_000)  # 80 MB that are not to be counted
    meter = room.PeakMeter(CPU)
    torch.ones(10_000_000)
    assert 35_000_000 < meter.taken_bytes < 70_000_000
    assert len(held)


def test_rungs() -> None:
    assert [(rung.at_once, rung.on_cpu) for rung in rungs(4, "cuda")] == [(4, False), (1, False)]
    assert [(rung.at_once, rung.on_cpu) for rung in rungs(1, "cuda")] == [(1, False), (1, True)]
    assert [(rung.at_once, rung.on_cpu) for rung in rungs(1, "cpu")] == [(1, False)]
    assert [bool(rung.sentence) for rung in rungs(4, "cpu")] == [False, True]


def test_only_short_memory_is_caught() -> None:
    def raising(error: Exception) -> None:
        raise error

    assert within_memory(lambda: 5) == 5
    for error in (
        MemoryError(),
        torch.OutOfMemoryError("x"),
        RuntimeError("can't allocate memory: you tried to allocate 9 bytes"),
    ):
        assert within_memory(partial(raising, error)) is None
    with pytest.raises(RuntimeError, match="shapes"):
        within_memory(lambda: raising(RuntimeError("shapes do not match")))


def test_sizes_in_words() -> None:
    assert [gigabytes(count) for count in (5, 12_400_000, 4 * 10**8, 12 * 10**9)] == [
        "1 MB",
        "12 MB",
        "400 MB",
        "12.0 GB",
    ]
