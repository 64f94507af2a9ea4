"""Judges for the scripted API, fair and not. They read the prompt that they are sent."""

from __future__ import annotations

import json
import re

from tests.chat_api import Body, review

_REFERENCE = re.compile(r"Reference answer \(the student never sees it\):\n(.*?)\n\nThe student's work", re.DOTALL)
_FINAL = re.compile(r"Final answer of the latest attempt:\n(.*?)\n</material>", re.DOTALL)
HINT = "Aha! I should look again at what is asked."


def _compared(body: Body) -> tuple[str, str]:
    """The reference answer and the final answer, as the judge reads them."""
    prompt = body["messages"][-1]["content"]
    reference, final = _REFERENCE.search(prompt), _FINAL.search(prompt)
    assert reference is not None
    assert final is not None
    return reference[1].strip().casefold(), final[1].strip().casefold()


def fair(body: Body) -> str:
    """Accepts what is right, in a sentence too, and hints at the rest."""
    reference, answer = _compared(body)
    right = answer.removeprefix("the answer is ").rstrip(".") == reference.rstrip(".")
    return review("correct" if right else "incorrect", "" if right else HINT)


def in_booleans(body: Body) -> str:
    """As `fair`, in the form of simple servers."""
    correct = json.loads(fair(body))["verdict"] == "correct"
    return json.dumps({"correct": correct} if correct else {"correct": False, "hint": HINT})


def kind(_: Body) -> str:
    """Accepts everything."""
    return review("correct", score=1.0)


def harsh(_: Body) -> str:
    """Accepts nothing."""
    return review("incorrect", HINT, 0.0)


def undecided(_: Body) -> str:
    """Cannot tell anything."""
    return review("cannot_tell")


def gullible(body: Body) -> str:
    """Fair, but believes an answer that says it is correct, and a near miss."""
    _, answer = _compared(body)
    return kind(body) if "correct" in answer else fair(body)


def prose(_: Body) -> str:
    """Writes no JSON."""
    return "I think that this is quite correct!"
