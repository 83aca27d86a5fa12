"""Spoken: what a screen reader says of picture, boxes, candidates and steps."""

from dataclasses import dataclass

from app.models.editor import Editor, Mode
from app.texts import tr
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
        told = tr("Box {place} of {count}, {width} by {height} pixels").format(
            place=self.place, count=self.count, width=box.width, height=box.height
        )
        told += tr(" at {left}, {top}").format(left=box.left, top=box.top)
        return (
            tr("{told}, prompt: {prompt}").format(told=told, prompt=self.prompt)
            if self.prompt
            else tr("{told}, no prompt yet").format(told=told)
        )


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
        return tr("No picture")
    count = len(spoken_boxes(editor))
    boxes = (
        tr("no box")
        if count == 0
        else tr("1 box")
        if count == 1
        else tr("{count} boxes").format(count=count)
    )
    return tr("Picture of {width} by {height} pixels, {boxes}").format(
        width=size[0], height=size[1], boxes=boxes
    )


def spoken_candidate(editor: Editor) -> str:
    """The shown candidate and its step; "" where none is on offer."""
    proposal = editor.proposal
    if editor.mode is not Mode.CHOOSING or proposal is None:
        return ""
    if proposal.option is None:
        return tr("The picture as it was")
    told = tr("Candidate {shown} of {count}").format(
        shown=proposal.shown, count=len(proposal.options)
    )
    if proposal.at_tip:
        return told
    name = editor.step_name(proposal.generator)
    return tr("{told}, {name} {position} of {last}").format(
        told=told, name=name, position=proposal.position, last=len(proposal.path) - 1
    )
