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

#: How often one attempt, one verification or one rationalization is drawn before it is given up.
DRAWS = 3
#: After this many refused hints for one attempt, a generic hint takes their place.
HINT_DRAWS = 3
#: Only dialogues that ended for these reasons are rationalized. After `REFERENCE_SUSPECT` the reference answer may be
#: wrong, and nobody should reason towards a wrong answer.
_RATIONALIZED = frozenset({StopReason.MAX_ITERATIONS, StopReason.NO_PROGRESS, StopReason.JUDGE_ABSTAINED})


@dataclass(frozen=True, slots=True)
class DialogueOptions:
    """When a dialogue ends, and whether one that did not converge gets a last phase in which the answer is shown."""

    max_iterations: int = 3
    min_iterations: int = 1
    first_try: FirstTry = FirstTry.DEEPEN
    rationalize: bool = False


#: A function that removes the model calls of these keys from the journal.
Forget = Callable[[Sequence[str]], Awaitable[None]]


async def _keep(keys: Sequence[str]) -> None:
    """Do nothing: without a journal there is nothing to forget."""


class Dialogue:
    """Runs examples through attempts, verdicts and hints. Holds no state of any one example.

    `forget` removes model calls from the journal, so that they are made again.
    """

    def __init__(self, student: Student, teacher: Teacher, options: DialogueOptions, forget: Forget = _keep) -> None:
        self._student = student
        self._teacher = teacher
        self._options = options
        self.forget = forget

    @property
    def candidate(self) -> Candidate | None:
        """The model on whose verdicts a run depends; `None` when no model judges."""
        return self._teacher.candidate

    async def run(self, example: Example) -> Trace:
        """Run one example and return its trace.

        Raises `BadReplyError` when a model writes only replies that cannot be used, and `ModelError` when its calls
        fail.
        """
        return await _Run(self._student, self._teacher, self._options, example).trace()


class _Run:
    """The dialogue about one example."""

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
        """An attempt unlike the earlier ones; `None` when no draw gives one.

        Raises `BadReplyError` when it is the first attempt and no draw is usable.
        """
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
        """The verdict and, when the answer is wrong, a hint that passed the firewall."""
        review = await self._ask_teacher(turns, attempt, ())
        if review.verdict.correct is not False:
            return review
        return replace(review, hint=await self._safe_hint(turns, attempt, review.hint))

    async def _ask_teacher(self, turns: Sequence[Turn], attempt: Attempt, rejected: Sequence[str]) -> Review:
        return await self._teacher.review(self._example, turns, attempt, rejected)

    async def _safe_hint(self, turns: Sequence[Turn], attempt: Attempt, hint: Hint | None) -> Hint:
        """The first of `hint` and later hints that does not reveal the reference answer; in the end a generic one."""
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
        """The turns, with verifications of the right answer added until there are enough iterations.

        A verification that does not reach the right answer again is dropped.
        """
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
            except ModelError:  # a failed verification does not change that the answer was right before
                continue
            if review.verdict.correct:
                return [*asked, Turn(attempt, review.verdict)]
        return None

    def _may_rationalize(self, stop: StopReason) -> bool:
        return self._options.rationalize and stop in _RATIONALIZED

    async def _rationalized(self, turns: list[Turn]) -> list[Turn] | None:
        """The turns and one more, in which the student derived the answer once it was shown; `None` if it did not."""
        asked = [*turns[:-1], replace(turns[-1], hint=Hint(fresh_start_hint(), "rationalize"))]
        for sample in range(DRAWS):
            try:
                turn = await self._derived(asked, sample)
            except ModelError:  # the dialogue has ended, and stays as it is when nothing can be added
                continue
            if turn is not None:
                return [*asked, turn]
        return None

    async def _derived(self, asked: Sequence[Turn], sample: int) -> Turn | None:
        """A turn in which the student derives the answer from reasoning that was written with the answer shown.

        `None` when nothing of that reasoning can be used, or the derived answer is not right.
        """
        reasoning = await self._student.explain(self._example, sample)
        if not reasoning:
            return None
        attempt = await self._student.derive(self._example, reasoning, sample)
        review = await self._ask_teacher(asked, attempt, ())
        return Turn(attempt, review.verdict) if review.verdict.correct else None


def _same(one: str, other: str) -> bool:
    return one.casefold().split() == other.casefold().split()
