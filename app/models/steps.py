"""Steps in words: what a generator's steps are called, in the language of the window."""

from app.texts import QT_TR_NOOP, tr
from engine.values.spec import StepKind

NAMES: dict[StepKind, str] = {
    "block": QT_TR_NOOP("block"),
    "scale": QT_TR_NOOP("scale"),
    "denoise": QT_TR_NOOP("denoising step"),
    "unmask": QT_TR_NOOP("unmasking step"),
}


def step_name(kind: StepKind | None) -> str:
    """`block` or `denoising step`; `step` of a generator that is not known."""
    return tr("step") if kind is None else tr(NAMES[kind])


def step_in_words(name: str, step: int, last: int) -> str:
    """`Block 3 of 16`."""
    return tr("{name} {step} of {last}").format(name=capital(name), step=step, last=last)


def capital(words: str) -> str:
    """As at the beginning of a sentence; whatever else is written large stays so."""
    return words[:1].upper() + words[1:]
