"""The student. It answers from an allow-list of what it may see, and continues its own text after a hint."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from arango_thinking.documents.layouts import Example
from arango_thinking.documents.trace import Attempt, Turn, dialogue_text
from arango_thinking.errors import BadReplyError
from arango_thinking.firewall import without_teaching
from arango_thinking.llm.base import ChatModel, Completion, Message, Sampling
from arango_thinking.llm.checking import CUT, whole
from arango_thinking.matching import final_answer
from arango_thinking.matching.words.wording import sentences, words
from arango_thinking.teaching.chatter import without_chatter
from arango_thinking.teaching.prompting import fill, neutral, passages, phrase, phrases, quote, without_role_tokens
from arango_thinking.teaching.rationalizing import self_standing, speaks_of_shown_answer
from arango_thinking.teaching.reference.cloze import BLANK

ANSWER: str = phrases("student")["answer"]
#: A final answer is a line of at most this many tokens.
ANSWER_TOKENS = 48
#: Reasoning of one sentence with at most this many words is itself the answer.
SHORT = 30
#: The reasoning of a small model is cut before any of these texts.
ENDS = (f"\n{ANSWER}", "\nQuestion:", "\nPassage", "Aha!")
#: In this many draws, the student must fill the gap of a quoted sentence. In later draws it may reason freely.
GAP_DRAWS = 2
#: A quoted sentence with a gap in a hint. The student then repeats the sentence from its beginning and fills the gap.
_GAP = re.compile(rf'"(?P<before>[^"]*?){BLANK}(?:[^"]*{BLANK})?(?P<after>[^"]*)"')
ELLIPSIS = "…"
#: How models introduce an answer when they are asked for the answer alone.
_LEAD = re.compile(
    r"^(?:(?:so|in (?:a few words|short|summary|other words))[,:]\s*"
    r"|(?:the )?(?:final |correct )?answer(?: is| would be)?(?::\s*|(?<=[se])\s+))+",
    re.IGNORECASE,
)
#: Words of the request for the answer that small models repeat.
_ECHO = re.compile(r"(,?) ?\b(?:so, )?in a few words[:,]?", re.IGNORECASE)
_OPEN_MARKS = ("(", "[", "$", "€", "£")
_CLAUSE_MARKS = (",", ";", ":")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s*$")
_FIRST_SENTENCE = re.compile(r".+?[.!?](?=\s|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class StudentOptions:
    """How the student answers."""

    temperature: float = 0.7
    max_tokens: int = 500
    sees_evidence: bool = True


class Student:
    """Attempts an example with a chat model."""

    def __init__(self, model: ChatModel, options: StudentOptions) -> None:
        self._model = model
        self._options = options

    async def attempt(self, example: Example, turns: Sequence[Turn], sample: int) -> Attempt:
        """The next attempt after `turns`; `sample` numbers redraws of one attempt.

        Raises `BadReplyError` when the model writes nothing that can be kept.
        """
        messages = student_messages(example, self._options.sees_evidence)
        if self._model.continues:
            text, cut = await self._reason_then_answer(example, turns, messages, sample)
        else:
            text, cut = await self._go_on(messages, _earlier(turns), self._sampling(sample))
        return _kept(text, cut=cut)

    async def explain(self, example: Example, sample: int) -> str:
        """Reasoning towards the answer, which the student is shown here and nowhere else.

        What reveals the answer is left out of the reasoning; `""` if nothing is left.
        """
        messages = student_messages(example, self._options.sees_evidence)
        asked = messages[-1]["content"]
        messages[-1]["content"] = fill("rationalize", asked=asked, answer=quote(example.answer))
        said, _ = await self._go_on(messages, "", self._sampling(sample))
        return self_standing(without_role_tokens(said), example)

    async def derive(self, example: Example, reasoning: str, sample: int) -> Attempt:
        """An attempt that continues `reasoning`, without any earlier turns.

        Raises `BadReplyError` when it cannot be kept.
        """
        messages = student_messages(example, self._options.sees_evidence)
        if self._model.continues:
            stop = (*ENDS, "\n\n")
            said, cut = await self._go_on(messages, reasoning, self._sampling(sample, stop))
            answer = await self._conclude(messages, reasoning + said, example)
            text = _with_answer((reasoning + said).strip(), answer)
        else:
            said, cut = await self._go_on(messages, reasoning + "\n\n", self._sampling(sample))
            text = f"{reasoning}\n\n{said}"
        if speaks_of_shown_answer(text):
            raise BadReplyError("The student speaks of having been shown the answer.")
        return _kept(text, cut=cut)

    def _sampling(self, sample: int, stop: tuple[str, ...] = ()) -> Sampling:
        return Sampling(self._options.max_tokens, self._options.temperature, sample, stop)

    async def _reason_then_answer(
        self, example: Example, turns: Sequence[Turn], messages: list[Message], sample: int
    ) -> tuple[str, bool]:
        """Draw the reasoning, and then from it the answer alone. Small models do not keep to one format for both.

        Returns both, and whether the reasoning was cut.
        """
        gap = _gap(turns) if sample < GAP_DRAWS else None
        opener = gap["before"].strip(" …") if gap else self._opener(example, turns)
        end = ("\n",) if gap else ("\n\n",) if opener else ()
        said, cut = await self._go_on(messages, _earlier(turns) + opener, self._sampling(sample, (*ENDS, *end)))
        if gap:
            return _with_gap_filled(opener, _first_sentence(said), gap), cut
        if opener and not without_chatter(said).strip():
            raise BadReplyError("The student adds nothing to the opening words that it was given.")
        reasoning = (opener + said).strip()
        if _verifies(turns):
            # The reasoning that is verified stands in the earlier turns, and it counts for the answer.
            answer = await self._conclude(messages, _earlier(turns) + reasoning, example)
        elif not cut and _first_sentence(reasoning) == reasoning and len(reasoning.split()) <= SHORT:
            return reasoning, cut
        else:
            answer = await self._conclude(messages, reasoning, example)
        return _with_answer(reasoning, answer), cut

    async def _conclude(self, messages: list[Message], reasoning: str, example: Example) -> str:
        """The answer alone: the first line of the reply when the model is asked once more.

        After a hint the model sees only the latest reasoning, because a small model repeats the wrong answers that it
        sees.
        """
        asked: list[Message] = [
            *messages,
            {"role": "assistant", "content": reasoning},
            {"role": "user", "content": fill("conclude", question=quote(example.question))},
        ]
        reply = await self._model.complete(asked, Sampling(ANSWER_TOKENS, 0.0))
        lines = (line.strip() for line in reply.text.splitlines())
        line = next((line for line in lines if line), "")
        return _answer_of(line, cut=reply.finish_reason == CUT)

    def _opener(self, example: Example, turns: Sequence[Turn]) -> str:
        if not turns:
            return ""
        with_evidence = example.evidence and self._options.sees_evidence
        return phrase("student", "opener_with_evidence" if with_evidence else "opener")

    async def _go_on(self, messages: list[Message], prefix: str, sampling: Sampling) -> tuple[str, bool]:
        """What the model says next, and whether it was cut.

        Where the answer is asked for by itself, reasoning may be cut: its whole sentences count. Otherwise the answer
        would be missing, so a reply that is cut is drawn again with more tokens. Raises `CutReplyError` when that does
        not help, and `BadReplyError` when no sentence of the reasoning is whole.
        """
        if prefix:
            messages = [*messages, {"role": "assistant", "content": prefix}]
        if not self._model.continues:
            return _said(await whole(self._model, messages, sampling, continue_final=bool(prefix))), False
        reply = await self._model.complete(messages, sampling, continue_final=bool(prefix))
        if reply.finish_reason != CUT:
            return _said(reply), False
        kept = _whole_sentences(_said(reply))
        if not kept.strip():
            raise BadReplyError(
                f"The reasoning was cut after {sampling.max_tokens} tokens, before a sentence was whole. "
                "Raise max_new_tokens (--max-new-tokens)."
            )
        return kept, True


def _said(reply: Completion) -> str:
    """The reply; what a reasoning model thinks before it is part of the thinking that the attempt should hold."""
    return "\n\n".join(said for said in (reply.reasoning, reply.text) if said)


def _whole_sentences(text: str) -> str:
    """The text up to the end of its last whole sentence; "" when no sentence is whole."""
    *before, last = sentences(text) or [""]
    return text if _SENTENCE_END.search(last) else "".join(before).rstrip()


def _kept(text: str, *, cut: bool = False) -> Attempt:
    """The reply as an attempt. Raises `BadReplyError` when nothing of it can be kept."""
    text = without_chatter(without_role_tokens(text))
    if not text.strip():
        raise BadReplyError("The student wrote nothing.")
    text = without_teaching(text).strip()
    if not text:
        raise BadReplyError("The student only speaks of a teacher or a hint.")
    return Attempt(text, final_answer(text), cut)


def _answer_of(line: str, *, cut: bool) -> str:
    """The answer in a line that states it. Of a line that was cut short, only the whole sentences, if it has any."""
    answer = _LEAD.sub("", _ECHO.sub(r"\1", without_chatter(line))).strip()
    *whole, _ = sentences(answer) or [""]
    return "".join(whole).strip() or answer if cut else answer


def _with_answer(reasoning: str, answer: str) -> str:
    """The reasoning and the answer under it, unless the reasoning is nothing but the answer."""
    says_only_that = answer.casefold() == reasoning.casefold()
    return f"{reasoning}\n\n{ANSWER} {answer}" if answer and not says_only_that else reasoning


def _verifies(turns: Sequence[Turn]) -> bool:
    """Whether the next attempt verifies a right answer."""
    return bool(turns) and turns[-1].hint is not None and turns[-1].hint.kind == "verify"


def _gap(turns: Sequence[Turn]) -> re.Match[str] | None:
    """The gap in the sentence that the latest hint quotes, with the words before and after it."""
    hint = turns[-1].hint if turns else None
    gap = _GAP.search(hint.text) if hint is not None else None
    return gap if gap and gap["before"].strip(" …") else None


def _with_gap_filled(before: str, sentence: str, gap: re.Match[str]) -> str:
    """The sentence that a hint quotes with a gap, as the student completed it, and below it what fills the gap.

    Raises `BadReplyError` when the student leaves the gap open.
    """
    filling = _filling(sentence, gap)
    if not words(filling) or BLANK in filling:
        raise BadReplyError("The student leaves the gap open.")
    begun = f"{ELLIPSIS} {before}" if gap["before"].startswith(ELLIPSIS) else before
    space = "" if before.endswith(_OPEN_MARKS) else " "
    return f"{begun}{space}{sentence}\n\n{ANSWER} {filling}"


def _first_sentence(text: str) -> str:
    sentence = _FIRST_SENTENCE.match(text.strip())
    return sentence[0] if sentence else text.strip()


def _filling(sentence: str, gap: re.Match[str]) -> str:
    """What fills the gap: the student's sentence, up to the words that follow the gap in the quote."""
    follows = gap["after"].lstrip(" _")
    words = follows.strip(" .…").split()[:2]
    place = sentence.find(" ".join(words)) if words else -1
    if place <= 0 and follows[:1] in _CLAUSE_MARKS and gap[0].count(BLANK) == 1:
        place = sentence.find(follows[0])
    return (sentence[:place] if place > 0 else sentence).strip(" ,;")


def _earlier(turns: Sequence[Turn]) -> str:
    """The running text that the next attempt continues."""
    return neutral(dialogue_text(turns)) + "\n\n" if turns else ""


def student_messages(example: Example, sees_evidence: bool) -> list[Message]:
    """The messages that the student sees: question, context and evidence, never reference answer or old thinking."""
    instructions = fill("student")
    if example.context:
        instructions += f"\n\n{quote(example.context)}"
    asked = fill("question", question=quote(example.question))
    if sees_evidence and example.evidence:
        asked = fill("question_with_evidence", evidence=passages(example.evidence), question=quote(example.question))
    return [{"role": "system", "content": instructions}, {"role": "user", "content": asked}]
