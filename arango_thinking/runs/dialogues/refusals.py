"""Tell a request that is refused for one document from one that is refused for all of them."""

from __future__ import annotations

import re
from dataclasses import replace

from arango_thinking.errors import ConfigurationError
from arango_thinking.llm.api.refusals import RequestRefusedError
from arango_thinking.runs.dialogues.outcomes import Outcome

#: So many dialogues one after the other that are refused alike: the fault is not in the documents.
ALIKE = 10
#: At the end of a run in which nothing else happened, so many are enough.
ALIKE_AT_THE_END = 3
_VARIES = re.compile(r"[0-9]+|'[^']*'|\"[^\"]*\"")


class Refusals:
    """Holds back the outcomes of dialogues whose request was refused, until it is clear for whom."""

    def __init__(self) -> None:
        self._held: dict[int, Outcome] = {}
        self._went_well = False
        #: Set when requests are refused for all documents: what to do about it.
        self.verdict: ConfigurationError | None = None

    def sift(self, number: int, outcome: Outcome) -> list[Outcome]:
        """The outcomes that count now, after that of the dialogue that was begun as the `number`-th.

        When `verdict` is set, they are those held back, as documents that are left for another run.
        """
        if not isinstance(outcome.error, RequestRefusedError) or outcome.error.is_of_document:
            self._went_well = True
            return [*self._released(), outcome]
        self._held[number] = outcome
        if not self._in_a_row(number):
            return []
        return self._condemned()

    def rest(self) -> list[Outcome]:
        """The outcomes that are still held back, when no dialogue is left."""
        kinds = {_kind(outcome) for outcome in self._held.values()}
        if self._went_well or len(self._held) < ALIKE_AT_THE_END or len(kinds) > 1:
            return self._released()
        return self._condemned()

    def _in_a_row(self, number: int) -> bool:
        """Whether this dialogue is one of `ALIKE` in a row that were refused alike."""
        kind = _kind(self._held[number])
        first = last = number
        while first - 1 in self._held and _kind(self._held[first - 1]) == kind:
            first -= 1
        while last + 1 in self._held and _kind(self._held[last + 1]) == kind:
            last += 1
        return last - first + 1 >= ALIKE

    def _released(self) -> list[Outcome]:
        held, self._held = list(self._held.values()), {}
        return held

    def _condemned(self) -> list[Outcome]:
        held = self._released()
        self.verdict = ConfigurationError(
            f"{held[-1].error} So it was with one document after the other, and {len(held)} are left as they were: "
            "correct the model, its URL, its key or its options. `arango-thinking doctor` tries them."
        )
        return [replace(outcome, error=None, left=True) for outcome in held]


def _kind(outcome: Outcome) -> str:
    """The error without what differs from document to document."""
    return _VARIES.sub("", str(outcome.error))
