"""What the thread for weights does: list, ask, fetch, convert and remove."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.values.errors import WeightsMissing
from engine.values.jobs import StepDone, WasCancelled
from engine.weights.download import FetchProgress, fetch
from engine.weights.hub import Hub, Offer, survey
from engine.weights.ledger import read_ledger
from engine.weights.manifest import read_manifest, row_of
from engine.weights.places import models_home, published_home
from engine.weights.stock import StockItem, check_free, remove, remove_published, stock

POLL_SECONDS = 0.2
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class ListStock:
    job: int


@dataclass(frozen=True, slots=True)
class AskOffer:
    """Ask the server what a model consists of. Nothing is fetched."""

    job: int
    key: str


@dataclass(frozen=True, slots=True)
class FetchOffer:
    """Fetch what was accepted, and make a model of it."""

    job: int
    offer: Offer


@dataclass(frozen=True, slots=True)
class RemoveModel:
    job: int
    key: str


WeightsRequest = ListStock | AskOffer | FetchOffer | RemoveModel


@dataclass(frozen=True, slots=True)
class Stocked:
    """Closes each job but those that ask or fail: what there is now."""

    job: int
    items: tuple[StockItem, ...]


@dataclass(frozen=True, slots=True)
class Offered:
    job: int
    offer: Offer


@dataclass(frozen=True, slots=True, eq=False)
class Coming(StepDone):
    """step of steps bytes are here; converting: all are, and a model is made of them."""

    converting: bool = False


WeightsEvent = Stocked | Offered | Coming | WasCancelled


def convert_apart(source: Path, key: str, cancelled: Cancelled) -> bool:
    """In a process of its own, which may be stopped and gives its memory back. False when stopped.

    WeightsMissing with the sentence that the process ended with.
    """
    # -P: a folder called engine in the current one is none of ours.
    command = [sys.executable, "-P", "-m", "engine", "weights", "convert"]
    with subprocess.Popen(
        [*command, str(source), "--backend", key],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while True:
            try:
                _, told = process.communicate(timeout=POLL_SECONDS)
                break
            except subprocess.TimeoutExpired:
                if cancelled():
                    process.kill()
                    process.communicate()
                    shutil.rmtree(models_home() / f".{key}.part", ignore_errors=True)
                    return False
    if process.returncode:
        raise WeightsMissing((told.strip().splitlines() or ["The conversion ended early."])[-1])
    return True


class WeightsRunner:
    """Answers one request after the other, on whatever thread calls `run`."""

    def __init__(
        self,
        hub: Hub | None = None,
        convert: Callable[[Path, str, Cancelled], bool] = convert_apart,
    ) -> None:
        self._hub = hub or Hub()
        self._convert = convert

    def run(
        self,
        request: WeightsRequest,
        emit: Callable[[WeightsEvent], None],
        cancelled: Cancelled,
    ) -> None:
        match request:
            case AskOffer():
                emit(Offered(request.job, self._offer(request.key)))
                return
            case FetchOffer():
                if not self._fetched(request, emit, cancelled):
                    emit(WasCancelled(request.job, ()))
                    return
            case RemoveModel():
                remove(request.key)
        emit(Stocked(request.job, stock(read_manifest(), read_ledger())))

    def _offer(self, key: str) -> Offer:
        check_free(key)
        row = row_of(key, read_manifest())
        return survey(row, published_home() / key, read_ledger(), self._hub)

    def _fetched(
        self, request: FetchOffer, emit: Callable[[WeightsEvent], None], cancelled: Cancelled
    ) -> bool:
        job, offer = request.job, request.offer
        total = offer.total_bytes

        def told(progress: FetchProgress) -> None:
            emit(Coming(job, progress.done_bytes, total, ()))

        if not fetch(offer, self._hub, told, cancelled):
            return False
        emit(Coming(job, total, total, (), converting=True))
        if not self._convert(offer.folder, offer.row.key, cancelled):
            return False
        remove_published(offer.row.key)
        return True
