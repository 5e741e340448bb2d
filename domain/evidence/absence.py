"""Why there is no evidence, told so that each reader hears it in his own language."""

from __future__ import annotations


class NoEvidence(Exception):
    """There is nothing to hand over, or it may not be: one sentence, in Indonesian, and apart from
    it what fills it in."""

    def __init__(self, sentence: str, /, **values: object) -> None:
        self.sentence = sentence
        self.values = {name: str(value) for name, value in values.items()}
        super().__init__(sentence % self.values if values else sentence)


class NotNow(NoEvidence):
    """More was asked for than is made at a time; worth trying again after *seconds*."""

    def __init__(self, sentence: str, /, *, seconds: int, **values: object) -> None:
        super().__init__(sentence, **values)
        self.seconds = seconds
