"""WeightsModel: which models are here, which can be fetched, and how far a fetch is."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from PySide6.QtCore import QObject, Signal

from app.models.engine_sentences import in_window_language
from app.models.fetching import (
    AskOffer,
    Coming,
    FetchOffer,
    ListStock,
    Offered,
    RemoveModel,
    Stocked,
    WeightsEvent,
    WeightsRequest,
)
from app.models.jobs import JobNumbers, Trouble, with_time_left
from app.texts import QT_TR_NOOP, counted, tr
from engine.values.jobs import Failed, WasCancelled
from engine.weights.hub import Offer
from engine.weights.places import models_home
from engine.weights.stock import StockItem, size_text

Stage = Literal["", "asking", "fetching", "converting", "removing"]
STATES = {
    "built in": QT_TR_NOOP("Built in"),
    "ready": QT_TR_NOOP("Ready"),
    "damaged": QT_TR_NOOP("Damaged"),
    "begun": QT_TR_NOOP("Partly fetched"),
    "to fetch": QT_TR_NOOP("Not here"),
    "by hand": QT_TR_NOOP("By hand"),
}


class WeightsLine(Protocol):
    """Where requests go; the answers come as events."""

    def submit(self, request: WeightsRequest) -> None: ...

    def cancel(self, job: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing to know before a model is fetched: `Licence`, `MIT`."""

    name: str
    told: str


class Transfer:
    """How far a fetch is, and when it will be done at its pace so far."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._first: tuple[int, float] | None = None
        self._done_bytes = self._total_bytes = 0
        self._seconds_left: float | None = None

    def advance(self, done_bytes: int, total_bytes: int) -> None:
        self._done_bytes, self._total_bytes = done_bytes, total_bytes
        now = self._clock()
        # What is here from before came in at once, and says nothing of the pace.
        first_bytes, began = self._first = self._first or (done_bytes, now)
        if done_bytes > first_bytes:
            pace = (now - began) / (done_bytes - first_bytes)
            self._seconds_left = pace * (total_bytes - done_bytes)

    @property
    def fraction(self) -> float:
        return self._done_bytes / self._total_bytes if self._total_bytes else 0.0

    @property
    def text(self) -> str:
        """`1.2 GB of 3.0 GB, 3 min 5 s left`."""
        if not self._total_bytes:
            return tr("Connecting")
        told = tr("{place} of {count}").format(
            place=size_text(self._done_bytes), count=size_text(self._total_bytes)
        )
        return with_time_left(told, self._seconds_left)


class WeightsModel(QObject):
    """changed: anything that is shown. models_changed: a model came or went. failed: Trouble.

    noticed: a sentence. One thing is done at a time; `stage` says what, `key` for which model.
    """

    changed = Signal()
    models_changed = Signal()
    noticed = Signal(str)
    failed = Signal(object)

    def __init__(
        self,
        line: WeightsLine,
        numbers: JobNumbers,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._line, self._numbers = line, numbers
        self._job: int | None = None
        self._offer: Offer | None = None
        self._transfer = Transfer(self._clock)
        self.items: tuple[StockItem, ...] = ()
        self.stage: Stage = ""
        self.key = ""

    @property
    def busy(self) -> bool:
        return self._job is not None

    @property
    def fraction(self) -> float | None:
        """Of the bytes; None while it is not known how long it takes."""
        return self._transfer.fraction if self.stage == "fetching" else None

    @property
    def offered_key(self) -> str:
        """The model that the server has described and that may be accepted now; "" without one."""
        return "" if self._offer is None or self.busy else self._offer.row.key

    @property
    def offered_size(self) -> str:
        return "" if self._offer is None else size_text(self._offer.missing_bytes)

    def item(self, key: str) -> StockItem | None:
        return next((item for item in self.items if item.key == key), None)

    def line(self, key: str) -> str:
        """`Not here, about 3.0 GB`."""
        item = self.item(key)
        if item is None:
            return ""
        state = tr(STATES[item.state])
        return state if item.bytes is None else f"{state}, {in_window_language(item.size_text)}"

    def can_fetch(self, key: str) -> bool:
        item = self.item(key)
        return item is not None and item.state in ("to fetch", "begun")

    def can_remove(self, key: str) -> bool:
        item = self.item(key)
        return item is not None and item.state in ("ready", "damaged", "begun")

    def facts(self, key: str) -> tuple[Fact, ...]:
        """What a person should know of a model; more once the server has described it."""
        item = self.item(key)
        if item is None:
            return ()
        row, offer = item.row, self._offer
        if offer is not None and offer.row.key != key:
            offer = None
        facts = [
            Fact(tr("State"), tr(STATES[item.state])),
            Fact(tr("Size"), _size(item, offer)),
        ]
        if offer is not None:
            commits = {file.repository: file.commit[:12] for file in offer.files}
            told = tr("{name} at {commit}")
            sources = [told.format(name=name, commit=commit) for name, commit in commits.items()]
            facts.append(Fact(tr("From"), "\n".join(sources)))
        elif row is not None and row.repositories:
            facts.append(Fact(tr("From"), "\n".join(row.repositories)))
        if row is not None and row.by_hand:
            then = tr("Then: {command}.").format(command="ellbox weights convert")
            facts.append(Fact(tr("How"), f"{in_window_language(row.by_hand)} {then}"))
        elif item.state != "built in":
            facts.append(Fact(tr("Place"), str(item.folder or models_home() / key)))
        facts.append(Fact(tr("Licence"), item.licence or tr("not known")))
        if row is not None and row.memory_bytes is not None:
            of = in_window_language(row.memory_of)
            facts.append(Fact(tr("Memory"), f"{size_text(row.memory_bytes)}, {of}"))
        return tuple(facts)

    @property
    def progress_text(self) -> str:
        match self.stage:
            case "asking":
                return tr("Asking the server")
            case "converting":
                return tr("Making a model of the files")
            case "removing":
                return tr("Removing")
            case "fetching":
                return self._transfer.text
        return ""

    def refresh(self) -> None:
        """Look at the disk, not at the network."""
        if not self.busy:
            self._submit("", "", ListStock(self._numbers.next()))

    def ask(self, key: str) -> None:
        """Ask the server for sizes and digests of a model. Nothing is fetched."""
        if not self.busy:
            self._offer = None
            self._submit("asking", key, AskOffer(self._numbers.next(), key))

    def accept(self) -> None:
        """Fetch what was offered: its size, place and licence were accepted."""
        if not self.busy and self._offer is not None:
            self._transfer = Transfer(self._clock)
            request = FetchOffer(self._numbers.next(), self._offer)
            self._submit("fetching", self._offer.row.key, request)

    def decline(self) -> None:
        self._offer = None
        self.changed.emit()

    def cancel(self) -> None:
        """What came in stays, and the next fetch goes on from there."""
        if self._job is not None:
            self._line.cancel(self._job)

    def remove(self, key: str) -> None:
        if not self.busy:
            self._submit("removing", key, RemoveModel(self._numbers.next(), key))

    def take(self, event: WeightsEvent | Failed) -> None:
        """One event of the thread for weights, on the GUI thread."""
        if event.job != self._job:
            return
        if isinstance(event, Coming):
            self.stage = "converting" if event.converting else "fetching"
            self._transfer.advance(event.step, event.steps)
            self.changed.emit()
            return
        stage, key, self._job, self.stage = self.stage, self.key, None, ""
        match event:
            case Stocked():
                self._take_stock(event, stage, key)
            case Offered():
                self._offer = event.offer
            case WasCancelled():
                self._offer = None
                self.refresh()
            case Failed():
                self._offer = None
                self.failed.emit(Trouble.of(event))
                # A broken fetch leaves parts, which the list shall tell.
                if stage in ("fetching", "converting"):
                    self.refresh()
        self.changed.emit()

    def _take_stock(self, event: Stocked, stage: Stage, key: str) -> None:
        # A damaged model has an error of the engine for its title.
        self.items = tuple(
            replace(item, title=in_window_language(item.title)) for item in event.items
        )
        if stage in ("fetching", "converting"):
            self._offer = None
            item = self.item(key)
            title = key if item is None else item.title
            self.noticed.emit(tr("{title} is ready.").format(title=title))
        if stage:
            self.models_changed.emit()

    def _submit(self, stage: Stage, key: str, request: WeightsRequest) -> None:
        self._job, self.stage, self.key = request.job, stage, key
        self._line.submit(request)
        self.changed.emit()


def _size(item: StockItem, offer: Offer | None) -> str:
    if offer is None:
        return in_window_language(item.size_text)
    files = counted(QT_TR_NOOP("1 file"), QT_TR_NOOP("{count} files"), len(offer.files))
    told = tr("{size} in {files}").format(size=size_text(offer.total_bytes), files=files)
    if offer.missing_bytes == offer.total_bytes:
        return told
    missing = size_text(offer.missing_bytes)
    return tr("{told}, {missing} of it to fetch").format(told=told, missing=missing)
