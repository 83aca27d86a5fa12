"""A finished decode once more: its steps as pictures, or decoded anew from its recipe."""

from dataclasses import dataclass
from itertools import groupby

from engine.catalog import folder_of, model_folders, spec_of
from engine.console import Session
from engine.document.document import Document, Edit
from engine.values.errors import BadInput
from engine.values.image import Picture
from engine.values.jobs import Candidate, EditRequest, Pixels, PreviewRequest
from engine.values.region import Region
from engine.values.timeline import Timeline


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The picture before the edit, and the box that is redrawn."""

    picture: Picture
    region: Region

    @property
    def before(self) -> Pixels:
        """(h, w, 3) the box's old pixels."""
        return self.picture.crop8(self.region)

    def redrawn(self, patch: Pixels) -> Picture:
        return self.picture.with_patch(self.region, patch)


def newest_edit(document: Document, name: str) -> tuple[Edit, Ground | None]:
    """The edit on top and what it was drawn on; None for a generated picture. BadInput if none."""
    if not document.edits:
        raise BadInput(
            f"{name} carries no recipe. {document.base.notice}".strip(),
            "Use a picture or a project that Ellbox wrote.",
        )
    edit = document.edits[-1]
    if edit.timeline.head_run.region is None:
        return edit, None
    below = Document(document.base, document.edits[:-1]).picture
    return edit, Ground(below, edit.region)


def weights_for(edit: Edit) -> tuple[dict[str, str], str]:
    """sha256 by file name of the generator installed, and a sentence when the edit had others.

    BadInput when that generator could not read the edit's steps.
    """
    folder = folder_of(edit.timeline.head_run.generator, model_folders())
    spec, tokens = spec_of(folder), edit.timeline.head_snapshot.state.tokens
    if (tokens.layout, tokens.codebook_size) != (spec.layout, spec.codebook_size):
        raise BadInput(f"The recipe was made by another {spec.key} than the one installed.")
    same = edit.weights == folder.digests
    notice = "" if same else "The recipe was made with other weights; the result will differ."
    return folder.digests, notice


def step_pictures(session: Session, timeline: Timeline, ground: Ground | None) -> list[Picture]:
    """The picture after each step, from where the decode began."""
    states = tuple(snapshot.state for snapshot in timeline.path())
    image = None if ground is None else ground.picture.rgb8
    request = PreviewRequest.of(2, timeline.head_run, states, image)
    patches = session.preview(request)
    return [Picture(patch) if ground is None else ground.redrawn(patch) for patch in patches]


def decoded_anew(
    session: Session, timeline: Timeline, ground: Ground | None, *, stored_root: bool
) -> Candidate:
    """The head's path, run by run, each branching where it did.

    stored_root: begin with the stored state before the first step, and with it the picture's own
    tokens, because the picture around the box is not quite what it was.
    """
    path = timeline.path()
    made = timeline.at(path[0].id) if stored_root else None
    found: Candidate | None = None
    for number, snapshots in groupby(path, key=lambda snapshot: snapshot.run):
        first = next(snapshots)
        if found is not None:
            made = _before(found.timeline, first.state.step)
        run = timeline.runs[number]
        request = EditRequest(
            1,
            run.generator,
            run.prompt,
            run.params,
            image=None if ground is None else ground.picture.rgb8,
            region=None if ground is None else ground.region,
            timeline=made,
            kept=run.kept,
        )
        found = session.decode(request).candidates[0]
    assert found is not None, "a path has at least its root"
    return found


def _before(timeline: Timeline, step: int) -> Timeline:
    """The timeline with its head one step before `step`, where the next run branches."""
    path = timeline.path()
    return timeline.at(path[step - 1 - path[0].state.step].id)
