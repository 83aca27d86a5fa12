"""StepPictures: a picture of every step at hand, asked for ahead of need and bounded by bytes."""

from PySide6.QtCore import QObject, Signal

from app.models.inquiry import Inquiry
from app.models.previews import PreviewCache
from app.models.proposal import Proposal
from engine.values.jobs import Pixels, Previewed, PreviewRequest

PREVIEW_BYTES = 384 * 2**20
PREVIEWS_A_JOB = 6

PictureKey = tuple[int, int]
"""(tree, snapshot) of a proposal; while decoding (candidate, steps since the job's first)."""


class StepPictures(QObject):
    """arrived: pictures that were asked for are at hand."""

    arrived = Signal()

    def __init__(self, inquiry: Inquiry, parent: QObject) -> None:
        super().__init__(parent)
        self._inquiry = inquiry
        self._known: PreviewCache[PictureKey] = PreviewCache(PREVIEW_BYTES)
        self._live: PreviewCache[PictureKey] = PreviewCache(PREVIEW_BYTES // 2)
        self._keys: tuple[PictureKey, ...] = ()

    def limit(self, limit_bytes: int) -> None:
        """At most so many bytes of pictures, and half as many while decoding."""
        self._known.limit(limit_bytes)
        self._live.limit(limit_bytes // 2)

    @property
    def limit_bytes(self) -> int:
        return self._known.limit_bytes

    def get(self, tree: int, snapshot: int) -> Pixels | None:
        return self._known.get((tree, snapshot))

    def all_of(self, proposal: Proposal) -> tuple[Pixels, ...]:
        """Every step of the shown option, or nothing while one is missing."""
        option = proposal.option
        if option is None:
            return ()
        found = [self.get(option.tree, each.id) for each in proposal.path]
        pictures = tuple(each for each in found if each is not None)
        return pictures if len(pictures) == len(found) else ()

    def clear(self) -> None:
        self.stop()
        self._known.clear()

    def clear_known(self) -> None:
        """Forget the pictures of other candidates, but not those of the decode just done."""
        self._known.clear()

    def stop(self) -> None:
        """Ask for no more: the engine has something better to do."""
        self._live.clear()
        self._inquiry.drop()

    def put_live(self, candidate: int, step: int, picture: Pixels) -> None:
        """Drawn while decoding; step counts from 0."""
        self._live.put((candidate, step), picture)

    def keep_live(self, proposal: Proposal, *, count: int, first_seed: int, start: int) -> None:
        """What was drawn while decoding belongs to the last `count` options.

        start: steps that were done before the job.
        """
        for option in proposal.options[-count:]:
            candidate = proposal.run_of(option).params.seed - first_seed
            for snapshot in proposal.trees[option.tree].path(option.tip):
                key = (option.tree, snapshot.id)
                picture = self._live.get((candidate, snapshot.state.step - start - 1))
                if picture is not None and key not in self._known:
                    self._known.put(key, picture)
            if option.whole:
                self._known.put((option.tree, option.tip), option.patch)
        self._live.clear()

    def fetch(self, proposal: Proposal | None) -> None:
        """Ask for missing pictures of the shown option, those near the scrubber first."""
        if proposal is None or proposal.option is None or self._inquiry.is_open:
            return
        room = self._known.limit_bytes // max(proposal.option.patch.nbytes, 1)
        here = (proposal.option.tree, proposal.at)
        if len(proposal.path) > room and here in self._known:
            return  # they do not all fit: draw only what is looked at
        self._keys = tuple(self._missing(proposal)[: min(PREVIEWS_A_JOB, max(room, 1))])
        if not self._keys:
            return
        states = tuple(proposal.trees[tree].snapshot(at).state for tree, at in self._keys)
        run = proposal.run_of(proposal.option)
        self._inquiry.ask(lambda job: PreviewRequest.of(job, run, states, proposal.image))

    def _missing(self, proposal: Proposal) -> list[PictureKey]:
        assert proposal.option is not None
        path, here, tree = proposal.path, proposal.position, proposal.option.tree
        near = sorted(range(len(path)), key=lambda place: abs(place - here))
        return [(tree, path[i].id) for i in near if (tree, path[i].id) not in self._known]

    def take(self, event: Previewed) -> None:
        if self._inquiry.close(event.job):
            for key, picture in zip(self._keys, event.pictures, strict=True):
                self._known.put(key, picture)
            self.arrived.emit()

    def give_up(self, job: int) -> None:
        """A job failed; if it was the one for pictures, the next wish asks again."""
        self._inquiry.close(job)
