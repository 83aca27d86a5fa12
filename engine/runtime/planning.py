"""A request made ready: which box, which tokens are drawn, and where a decode begins."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.decoding import moving, reopening, strength
from engine.decoding.blended_edit import BlendedEdit
from engine.decoding.loop import seeded_runs
from engine.decoding.region_edit import BoxEdit
from engine.generators.base import ChoosesSites, DecodeInputs, Surroundings
from engine.runtime.model_pool import LoadedModel
from engine.values.errors import BadInput
from engine.values.jobs import EditRequest, Pixels, ReachRequest
from engine.values.layout import sites_across
from engine.values.params import SamplingParams
from engine.values.region import Region
from engine.values.state import DecodeState
from engine.values.timeline import Run, Timeline
from engine.values.tokens import TokenMap


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A request made ready: what to decode, from where, and how it gets back into the picture.

    begun: the tokens to go on from, where sites are opened again; stop: the step that every path
    ends with.
    """

    inputs: DecodeInputs
    runs: tuple[Run, ...]
    start: Timeline | None
    edit: BoxEdit | None
    stop: int
    begun: DecodeState | None = None

    @property
    def own(self) -> TokenMap | None:
        """See Run.own; all runs of a request have the same."""
        return self.runs[0].own

    def part(self, first: int, end: int) -> "Plan":
        """The same for some of the candidates."""
        seeds = self.inputs.seeds[first:end]
        return replace(self, inputs=replace(self.inputs, seeds=seeds), runs=self.runs[first:end])


def planned(request: EditRequest, model: LoadedModel) -> Plan:
    """Ready to decode: sites are opened again as asked, or as in the steps that it goes on from."""
    plan, timeline = planned_box(request, model), request.timeline
    if timeline is None:
        kept = request.kept if request.carried is None else _carried(request, plan, model)
        return plan if kept is None else _keeping(plan, kept)
    kept = request.kept or timeline.head_run.kept
    if kept is None or (request.kept is None and kept.known.all()):
        return plan
    if request.kept is not None:
        reopening.check_inside(kept, timeline.head_snapshot.state, plan.inputs)
    plan = _keeping(plan, kept)
    if request.kept is None or kept.known.all():
        return plan
    start, begun = reopening.reopened(model.generator, plan.inputs, timeline)
    return replace(plan, start=start, begun=begun)


def _keeping(plan: Plan, kept: TokenMap) -> Plan:
    """Its runs keep the known tokens and draw the unknown ones."""
    runs = tuple(replace(run, kept=kept) for run in plan.runs)
    inputs = plan.inputs if kept.known.all() else reopening.keeping(plan.inputs, kept)
    return replace(plan, runs=runs, inputs=inputs)


def _carried(request: EditRequest, plan: Plan, model: LoadedModel) -> TokenMap:
    """What the planned box keeps of a step of another one."""
    assert request.carried is not None
    head = request.carried.head_snapshot.state
    check_made_by(model, (head,))
    region = request.carried.runs[0].region
    was = None if region is None else box_edit(model, request.image, region)
    if was is None or plan.edit is None or plan.inputs.source is None:
        raise BadInput("Only the steps of a box go along into another box.", "Generate anew.")
    was_sites, now_sites = (each.editable(model.spec.layout) for each in (was, plan.edit))
    return moving.carried(head.tokens, was_sites, now_sites, plan.inputs.source)


def planned_box(request: EditRequest, model: LoadedModel) -> Plan:
    """As if no site were opened again. BadInput when timeline, box and model do not fit."""
    start = request.timeline
    if start is not None:
        check_made_by(model, (start.head_snapshot.state,))
    region = request.region or (start.runs[0].region if start else None)
    edit = box_edit(model, request.image, region)
    if start is not None and start.runs[0].region != (edit.region if edit else None):
        raise BadInput("The box has moved since these steps were made.", "Generate anew.")
    source = None if edit is None else _source(edit, model, start)
    params = _settled(request.params, edit, start)
    run = Run(model.spec.key, request.prompt, params, edit.region if edit else None, source)
    runs = seeded_runs(run, request.candidates)
    around = edit.surroundings if isinstance(edit, BlendedEdit) else None
    inputs = DecodeInputs(
        condition=model.text.encode(request.prompt),
        unconditional=model.unconditional,
        params=params,
        seeds=tuple(run.params.seed for run in runs),
        source=source,
        editable=None if edit is None else editable(edit, model, around),
        surroundings=around,
    )
    inputs = strength.softened(model.generator, inputs, start)
    return Plan(inputs, runs, start, edit, model.generator.steps(inputs).stop)


def blank_inputs(request: ReachRequest, model: LoadedModel) -> DecodeInputs:
    """Of a box in a picture of which only the size is known: numbers do not depend on the rest."""
    width, height = request.size
    edit = box_edit(model, np.broadcast_to(np.uint8(0), (height, width, 3)), request.region)
    assert edit is not None
    around = edit.surroundings if isinstance(edit, BlendedEdit) else None
    blank = np.zeros(model.spec.layout.length, np.int32)
    return DecodeInputs(
        condition=model.unconditional,
        unconditional=model.unconditional,
        params=SamplingParams(steps=request.steps),
        seeds=(0,),
        source=TokenMap(blank, model.spec.layout, model.spec.codebook_size),
        editable=editable(edit, model, around),
    )


def _settled(
    params: SamplingParams, edit: BoxEdit | None, start: Timeline | None
) -> SamplingParams:
    """A strength means nothing without a box, and branches have that of their first step."""
    if start is not None:
        return replace(params, strength=start.runs[0].params.strength)
    return params if edit is not None else replace(params, strength=1.0)


def check_made_by(model: LoadedModel, states: tuple[DecodeState, ...]) -> None:
    """BadInput when another model made one of the states."""
    kinds = {(state.tokens.layout, state.tokens.codebook_size) for state in states}
    if kinds - {(model.spec.layout, model.spec.codebook_size)}:
        raise BadInput(f"{model.spec.title} did not make these steps.", "Generate anew.")


def box_edit(model: LoadedModel, image: Pixels | None, region: Region | None) -> BoxEdit | None:
    """None for whole pictures; BadInput when only one of picture and box is given."""
    if image is None and region is None:
        return None
    if image is None or region is None:
        raise BadInput("A box needs a picture, and a picture a box.", "Draw a box on the picture.")
    side = model.spec.image_side
    if model.spec.region_edit == "blend":
        return BlendedEdit.around(image, region, image_side=side)
    sites = sites_across(model.spec.layout)
    return BoxEdit.planned(image, region, image_side=side, sites=sites)


def editable(edit: BoxEdit, model: LoadedModel, around: Surroundings | None) -> NDArray[np.bool_]:
    """(L,) bool, True = regenerate; where tokens have no place, the generator knows which."""
    if around is not None and isinstance(model.generator, ChoosesSites):
        return model.generator.sites_for(around)
    return edit.editable(model.spec.layout)


def _source(edit: BoxEdit, model: LoadedModel, start: Timeline | None) -> TokenMap:
    """The picture's own tokens; those of the timeline, so that its steps go on exactly."""
    if start is not None and start.head_run.source is not None:
        return start.head_run.source
    ids = model.tokenizer.encode(edit.cropped[None])[0]
    return TokenMap(ids, model.spec.layout, model.spec.codebook_size)
