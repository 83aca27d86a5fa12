"""Scene <-> what a project stores of it."""

from app.models.proposal import Proposal
from app.models.scene import Scene
from engine.document.project import Offer, Project


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


def scene_of(project: Project) -> Scene:
    """The box and the candidates of a project as the window holds them."""
    region = project.boxes[0].region if project.boxes else None
    offer = project.offer
    if offer is None:
        return Scene(region)
    image = None if offer.ground is None else offer.ground.picture.rgb8
    proposal = Proposal(
        offer.generator, image, offer.region, offer.trees, offer.options, offer.shown, offer.at
    )
    return Scene(region, proposal, offer.ground)
