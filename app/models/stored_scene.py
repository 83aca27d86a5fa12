"""Scene <-> what a project stores of it."""

from app.models.proposal import Proposal
from app.models.scene import Scene
from engine.document.document import Document
from engine.document.project import Offer, OpenBox, Project


def offer_of(scene: Scene) -> Offer | None:
    """The candidates of a scene; their arrays are shared."""
    proposal = scene.proposal
    if proposal is None:
        return None
    return Offer(
        proposal.generator,
        proposal.region,
        None if proposal.region is None else scene.ground,
        proposal.trees,
        proposal.options,
        proposal.shown,
        proposal.at,
    )


def proposal_of(offer: Offer, ground: Document | None) -> Proposal:
    """The candidates on offer again, on the document that lies under them now."""
    image = None if ground is None else ground.picture.rgb8
    return Proposal(
        offer.generator, image, offer.region, offer.trees, offer.options, offer.shown, offer.at
    )


def boxes_of(scene: Scene, box: OpenBox) -> tuple[OpenBox, ...]:
    """All boxes in order, with `box` in the place of the active one."""
    return (*scene.others[: scene.place], box, *scene.others[scene.place :])


def scene_of(project: Project) -> Scene:
    """The boxes and the candidates of a project as the window holds them."""
    box, offer = project.box, project.offer
    waiting = [each for each in project.boxes if each is not box and each.region is not None]
    others, region = tuple(waiting), None if box is None else box.region
    place = len(others)
    if box is not None and project.active is not None:
        place = sum(each.region is not None for each in project.boxes[: project.active])
    if offer is None:
        return Scene(region, None, None, others, place, box)
    proposal = proposal_of(offer, offer.ground)
    return Scene(region, proposal, offer.ground, others, place, box)
