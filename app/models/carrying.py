"""Carrying: a step of a candidate taken along, to go on from it in another box."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.models.workbench import Workbench
from app.texts import tr
from engine.decoding.moving import box_sites, fits
from engine.document.document import Document
from engine.values.layout import Sequence1D
from engine.values.region import Region
from engine.values.spec import GeneratorSpec
from engine.values.timeline import Timeline


@dataclass(frozen=True, slots=True, eq=False)
class Carried:
    """The timeline's head, a step of a box on `ground`. place: (step, last one) on its path."""

    spec: GeneratorSpec
    timeline: Timeline
    region: Region
    place: tuple[int, int]
    ground: Document


class Carrying(QObject):
    """changed: a step was taken along or left behind.

    It is left behind when something is on offer again, or the picture is another one.
    """

    changed = Signal()

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._documents, self._offer, self._decodes = bench.documents, bench.offer, bench.decodes
        self._moments, self._wishes = bench.moments, bench.wishes
        self.carried: Carried | None = None
        bench.moments.moved.connect(self._follow)

    @property
    def obstacle(self) -> str:
        """Why the shown step cannot be taken along, in words for a tooltip; empty when it can."""
        proposal = self._offer.proposal
        if self._decodes.running is not None:
            return tr("A picture is being made; stop it first.")
        if proposal is None or proposal.option is None:
            return tr("Choose a candidate first.")
        if proposal.region is None or self._offer.ground is None:
            return tr("Only the steps of a box can be taken to another box.")
        if proposal.at_tip and proposal.option.whole:
            return tr("Go back to an earlier step first.")
        spec = self._wishes.spec_of(proposal.generator)
        if spec is None:
            return tr("The generator of these candidates is not here.")
        if isinstance(spec.layout, Sequence1D):
            return tr("The tokens of {title} have no place in another box.").format(
                title=spec.title
            )
        return ""

    @property
    def misfit(self) -> str:
        """Why the step cannot be gone on from in the box as it is now; empty when it can."""
        carried, region = self.carried, self._moments.region
        if carried is None or region is None:
            return ""
        if self._wishes.generator != carried.spec:
            return tr("The step that goes along is by {title}; choose that generator.").format(
                title=carried.spec.title
            )
        if not _fits(carried, region):
            return tr("The steps of {title} only fit a box of the same size.").format(
                title=carried.spec.title
            )
        return ""

    def turn(self) -> None:
        """Take the shown step along, its candidates put away; or leave the step behind."""
        if self.carried is not None:
            self._leave()
        elif not self.obstacle:
            self._take()

    def _take(self) -> None:
        proposal, ground = self._offer.proposal, self._offer.ground
        assert proposal is not None and ground is not None
        spec = self._wishes.spec_of(proposal.generator)
        timeline, region = proposal.timeline, proposal.region
        assert spec is not None and timeline is not None and region is not None
        self._moments.leave()
        self._offer.clear()
        self._moments.arrive()
        place = proposal.position, len(proposal.path) - 1
        self.carried = Carried(spec, timeline, region, place, ground)
        self.changed.emit()

    def _leave(self) -> None:
        self.carried = None
        self.changed.emit()

    def _follow(self) -> None:
        carried = self.carried
        elsewhere = carried is not None and self._documents.document is not carried.ground
        if carried is not None and (elsewhere or self._offer.proposal is not None):
            self._leave()


def _fits(carried: Carried, region: Region) -> bool:
    base, spec = carried.ground.base, carried.spec
    was, now = (
        box_sites(each, base.width, base.height, spec.layout, spec.image_side)
        for each in (carried.region, region)
    )
    return fits(spec.layout, was, now)
