"""The face-off: one box and prompt through every generator that is ready."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.catalog import spec_of
from engine.console import Session
from engine.document.export import contact_sheet
from engine.document.picture_file import save_picture
from engine.document.recipe import Recipe
from engine.listing import as_table
from engine.memory import gigabytes
from engine.values.image import Picture
from engine.values.jobs import EditRequest, Failed, Finished, Pixels
from engine.values.spec import GeneratorSpec, steps_in_words
from engine.weights.store import ModelFolder

ALL = "all"
"""What --backend says for every generator that is ready."""

SHEET = "side-by-side.png"
HEAD = ("generator", "steps", "time", "memory", "picture")


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """What one generator made of it. path: where the picture lies, None when it failed."""

    spec: GeneratorSpec
    answer: Finished | Failed
    path: Path | None

    @property
    def patch(self) -> Pixels | None:
        """(h, w, 3) of the best candidate."""
        return self.answer.candidates[0].patch if isinstance(self.answer, Finished) else None

    @property
    def cells(self) -> tuple[str, ...]:
        """In words, as HEAD names them."""
        if isinstance(self.answer, Failed):
            return (self.spec.key, "", "", "", f"{self.answer.sentence} {self.answer.remedy}")
        done = len(self.answer.candidates[0].timeline.path()) - 1
        memory = gigabytes(self.answer.peak_bytes) if self.answer.peak_bytes else "not told"
        return (
            self.spec.key,
            steps_in_words(self.spec.step_kind, done),
            f"{self.answer.seconds:.2f} s",
            memory,
            str(self.path),
        )


def face_off(
    session: Session,
    folders: Iterable[ModelFolder],
    ask: Callable[[GeneratorSpec], EditRequest],
    *,
    redrawn: Callable[[Pixels], Picture],
    before: Pixels | None,
    out: Path,
) -> Iterator[Entry]:
    """One generator after the other; each picture is written to `out` as soon as it is there.

    redrawn: the whole picture with a patch in its place. before: the box's old pixels, if any. A
    generator that fails is an Entry as well, and the others go on.
    """
    for folder in folders:
        spec = spec_of(folder)
        answer = session.attempt(ask(spec))
        path = None
        if isinstance(answer, Finished):
            path = out / f"{spec.key}.png"
            best = answer.candidates[0]
            recipe = Recipe(best.timeline, folder.digests, before)
            save_picture(redrawn(best.patch), path, recipe=recipe)
        yield Entry(spec, answer, path)


def results_as_table(entries: Iterable[Entry]) -> str:
    return as_table((entry.cells for entry in entries), HEAD)


def write_sheet(entries: Sequence[Entry], before: Pixels | None, out: Path) -> Path | None:
    """The box before and as each generator drew it, with names; None when there is nothing."""
    drawn = [(entry.spec.key, entry.patch) for entry in entries if entry.patch is not None]
    if not drawn:
        return None
    shown = drawn if before is None else [("before", before), *drawn]
    sheet = contact_sheet([patch for _, patch in shown], [name for name, _ in shown])
    save_picture(Picture(sheet), out / SHEET)
    return out / SHEET
