"""PromptHistory: what was asked for, newest first; a plain value."""

from dataclasses import dataclass, replace

MAX_PROMPTS = 300


@dataclass(frozen=True, slots=True)
class PromptHistory:
    """Every prompt once, the one used last at the front."""

    prompts: tuple[str, ...] = ()

    def used(self, prompt: str) -> "PromptHistory":
        prompt = prompt.strip()
        if not prompt:
            return self
        others = tuple(each for each in self.prompts if each != prompt)
        return replace(self, prompts=(prompt, *others)[:MAX_PROMPTS])

    def without(self, prompt: str) -> "PromptHistory":
        return replace(self, prompts=tuple(each for each in self.prompts if each != prompt))

    def matching(self, words: str) -> tuple[str, ...]:
        """Prompts that hold every one of the words, in any order and case."""
        wanted = words.lower().split()
        return tuple(each for each in self.prompts if all(word in each.lower() for word in wanted))


@dataclass(frozen=True, slots=True)
class Walk:
    """Alt+Up and Alt+Down through the history. place: 0 is the draft that was being typed."""

    history: PromptHistory
    draft: str
    place: int = 0

    def stepped(self, by: int) -> "Walk":
        """by: 1 is older, -1 newer; the walk stops at both ends."""
        return replace(self, place=min(max(self.place + by, 0), len(self._stops) - 1))

    @property
    def prompt(self) -> str:
        return self._stops[self.place]

    @property
    def _stops(self) -> tuple[str, ...]:
        return (self.draft, *(each for each in self.history.prompts if each != self.draft.strip()))
