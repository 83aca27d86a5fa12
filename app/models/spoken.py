"""Spoken: what a screen reader says of picture, boxes, candidates and steps."""

from dataclasses import dataclass

from app.models.editor import Editor, Mode
from engine.values.region import Region


@dataclass(frozen=True, slots=True)
class SpokenBox:
    """One box, the place-th of count; places count from 1."""

    region: Region
    prompt: str
    place: int
    count: int
    active: bool

    @property
    def name(self) -> str:
        box = self.region
        told = f"Box {self.place} of {self.count}, {box.width} by {box.height} pixels"
        told += f" at {box.left}, {box.top}"
        return f"{told}, prompt: {self.prompt}" if self.prompt else f"{told}, no prompt yet"


def spoken_boxes(editor: Editor) -> tuple[SpokenBox, ...]:
    boxes, active = editor.boxes.boxes, editor.boxes.active
    return tuple(
        SpokenBox(box.region, box.prompt.strip(), place + 1, len(boxes), active=place == active)
        for place, box in enumerate(boxes)
        if box.region is not None
    )


def spoken_picture(editor: Editor) -> str:
    """The picture and how many boxes are on it."""
    size = editor.picture_size
    if size is None:
        return "No picture"
    count = len(spoken_boxes(editor))
    boxes = "no box" if count == 0 else "1 box" if count == 1 else f"{count} boxes"
    return f"Picture of {size[0]} by {size[1]} pixels, {boxes}"


def spoken_candidate(editor: Editor) -> str:
    """The shown candidate and its step; "" where none is on offer."""
    proposal = editor.proposal
    if editor.mode is not Mode.CHOOSING or proposal is None:
        return ""
    if proposal.option is None:
        return "The picture as it was"
    told = f"Candidate {proposal.shown} of {len(proposal.options)}"
    if proposal.at_tip:
        return told
    name = editor.step_name(proposal.generator)
    return f"{told}, {name} {proposal.position} of {len(proposal.path) - 1}"
