"""The student–teacher loop for one example: pure control flow over a student and a teacher."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from arango_thinking.choices import FirstTry
from arango_thinking.documents.layouts import Example
from arango_thinking.documents.trace import Attempt, Hint, StopReason, Trace, Turn, Verdict
from arango_thinking.errors import BadReplyError, ModelError
from arango_thinking.firewall import leak, speaks_of_teaching
from arango_thinking.teaching.hints import fresh_start_hint, generic_hint, verification_hint
from arango_thinking.teaching.review import Candidate, Review, Teacher
from arango_thinking.teaching.student import Student

#: Draws of one attempt, one verification or one rationalization before it is given up.
DRAWS = 3
#: Hints asked for after one attempt before a generic one takes their place.
HINT_DRAWS = 3
#: How a dialogue must have ended to be rationalized: nobody should reason towards an answer that may be wrong.
_RATIONALIZED = frozenset({StopReason.MAX_ITERATIONS, StopReason.NO_PROGRESS, StopReason.JUDGE_ABSTAINED})


@dataclass(frozen=True, slots=True)
class DialogueOptions:
    """When a dialogue ends, and whether one that did not converge has a last phase with the answer shown."""

    max_iterations: int = 3
    min_iterations: int = 1
    first_try: FirstTry = FirstTry.DEEPEN
    rationalize: bool = False


#: Takes the calls of these keys out of the journal.
Forget = Callable[[Sequence[str]], Awaitable[None]]


async def _keep(keys: Sequence[str]) -> None:
    """Without a journal there is nothing to forget."""


class Dialogue:
    """Runs examples through attempts, verdicts and hints. Holds no state of any one example.

    `forget` takes model calls out of the journal, so that they are made anew.
    """

    def __init__(self, student: Student, teacher: Teacher, options: DialogueOptions, forget: Forget = _keep) -> None:
        self._student = student
        self._teacher = teacher
        self._options = options
        self.forget = forget

    @property
    def candidate(self) -> Candidate | None:
        """The model on whose verdicts a run depends; None when no model judges."""
        return self._teacher.candidate

    async def run(self, example: Example) -> Trace:
        """The trace of one example.

        Raises `BadReplyError` when a model keeps writing what cannot be used, `ModelError` when its calls fail.
        """
        return await _Run(self._student, self._teacher, self._options, example).trace()


class _Run:
    """One example under way."""

    def __init__(self, student: Student, teacher: Teacher, options: DialogueOptions, example: Example) -> None:
        self._student = student
        self._teacher = teacher
        self._options = options
        self._example = example

    async def trace(self) -> Trace:
        turns: list[Turn] = []
        stop: StopReason | None = None
        while stop is None:
            attempt = await self._new_attempt(turns)
            if attempt is None:
                stop = StopReason.NO_PROGRESS
                break
            review = await self._review(turns, attempt)
            stop = self._stop_reason(review.verdict, len(turns) + 1)
            turns.append(Turn(attempt, review.verdict, review.hint if stop is None else None))
        if stop is StopReason.CORRECT:
            turns = await self._verified(turns)
            return Trace(tuple(turns), stop)
        turns[-1] = replace(turns[-1], hint=None)
        rationalized = await self._rationalized(turns) if self._may_rationalize(stop) else None
        return Trace(tuple(rationalized or turns), stop, rationalized=rationalized is not None)

    def _stop_reason(self, verdict: Verdict, iterations: int) -> StopReason | None:
        if verdict.correct:
            return StopReason.CORRECT
        if verdict.reference_suspect:
            return StopReason.REFERENCE_SUSPECT
        if verdict.correct is None:
            return StopReason.JUDGE_ABSTAINED
        return StopReason.MAX_ITERATIONS if iterations >= self._options.max_iterations else None

    async def _new_attempt(self, turns: Sequence[Turn]) -> Attempt | None:
        """An attempt unlike the earlier ones; None when no draw gives one. Raises when no first one is usable."""
        failure: BadReplyError | None = None
        for sample in range(DRAWS):
            try:
                attempt = await self._student.attempt(self._example, turns, sample)
            except BadReplyError as error:
                failure = error
                continue
            if not any(_same(attempt.text, turn.attempt.text) for turn in turns):
                return attempt
        if failure is not None and not turns:
            raise failure
        return None

    async def _review(self, turns: Sequence[Turn], attempt: Attempt) -> Review:
        """The verdict, and a hint that passed the firewall unless the answer is right."""
        review = await self._ask_teacher(turns, attempt, ())
        if review.verdict.correct is not False:
            return review
        return replace(review, hint=await self._safe_hint(turns, attempt, review.hint))

    async def _ask_teacher(self, turns: Sequence[Turn], attempt: Attempt, rejected: Sequence[str]) -> Review:
        return await self._teacher.review(self._example, turns, attempt, rejected)

    async def _safe_hint(self, turns: Sequence[Turn], attempt: Attempt, hint: Hint | None) -> Hint:
        """`hint`, or a later one, that does not reveal the reference answer; in the end a generic one."""
        rejected: list[str] = []
        while True:
            refusal = self._refusal(hint)
            if hint is not None and refusal is None:
                return replace(hint, rejected=tuple(rejected))
            rejected.append(refusal or "There was no hint.")
            if len(rejected) == HINT_DRAWS:
                return Hint(generic_hint(len(turns)), "generic", tuple(rejected))
            try:
                hint = (await self._ask_teacher(turns, attempt, rejected)).hint
            except ModelError as error:
                rejected.append(str(error))
                return Hint(generic_hint(len(turns)), "generic", tuple(rejected))

    def _refusal(self, hint: Hint | None) -> str | None:
        if hint is None:
            return None
        if speaks_of_teaching(hint.text):
            return "The hint speaks of a teacher, a hint or a reference answer."
        return leak(hint.text, question=self._example.question, reference=self._example.answer)

    async def _verified(self, turns: list[Turn]) -> list[Turn]:
        """A right answer, verified until there are enough iterations; a verification that loses it is dropped."""
        first_right = len(turns) == 1
        wanted = max(
            self._options.min_iterations, 2 if first_right and self._options.first_try is FirstTry.DEEPEN else 1
        )
        while len(turns) < min(wanted, self._options.max_iterations):
            verification = await self._verification(turns)
            if verification is None:
                break
            turns = verification
        return turns

    async def _verification(self, turns: list[Turn]) -> list[Turn] | None:
        asked = [*turns[:-1], replace(turns[-1], hint=Hint(verification_hint(len(turns) - 1), "verify"))]
        for sample in range(DRAWS):
            try:
                attempt = await self._student.attempt(self._example, asked, sample)
                if any(_same(attempt.text, turn.attempt.text) for turn in turns):
                    continue
                review = await self._ask_teacher(asked, attempt, ())
            except ModelError:  # the answer was right before; that it could not be verified changes nothing
                continue
            if review.verdict.correct:
                return [*asked, Turn(attempt, review.verdict)]
        return None

    def _may_rationalize(self, stop: StopReason) -> bool:
        return self._options.rationalize and stop in _RATIONALIZED

    async def _rationalized(self, turns: list[Turn]) -> list[Turn] | None:
        """The turns and one more, reached after the answer was shown; None when it could not be derived again."""
        asked = [*turns[:-1], replace(turns[-1], hint=Hint(fresh_start_hint(), "rationalize"))]
        for sample in range(DRAWS):
            try:
                turn = await self._derived(asked, sample)
            except ModelError:  # the dialogue has ended; that nothing could be added changes nothing
                continue
            if turn is not None:
                return [*asked, turn]
        return None

    async def _derived(self, asked: Sequence[Turn], sample: int) -> Turn | None:
        """Reasoning written with the answer in sight, and the answer drawn afresh from it; None unless right."""
        reasoning = await self._student.explain(self._example, sample)
        if not reasoning:
            return None
        attempt = await self._student.derive(self._example, reasoning, sample)
        review = await self._ask_teacher(asked, attempt, ())
        return Turn(attempt, review.verdict) if review.verdict.correct else None


def _same(one: str, other: str) -> bool:
    return one.casefold().split() == other.casefold().split()
