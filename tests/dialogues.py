"""The student and the teacher of a dialogue that goes wrong twice and then right: three attempts, three reviews.

python -m tests.dialogues [--delay SECONDS]      # prints the URL of an API of them and serves until it is killed
"""

from __future__ import annotations

import argparse
import re
import threading
from typing import Any

from tests.chat_api import review
from tests.raw_api import Body, RawAPI, Reaction, said

TURNS = 3
#: Calls that such a dialogue makes when nothing fails.
CALLS = 2 * TURNS
_NUMBER = re.compile(r"item (\d+) of the list")
_LONG = "The list is long, and its items are numbered from the top, so I count them one by one. " * 6


def document(number: int) -> dict[str, Any]:
    """A pending document whose answer no attempt matches, so that the teacher decides."""
    return {
        "_key": f"q{number:05}",
        "messages": [
            {"role": "user", "content": f"Which name has item {number} of the list?"},
            {"role": "assistant", "content": f"The {number}th orchard of Avalon"},
        ],
        "metadata": {"thinking": f"thin {number}"},
    }


def number_of(body: Body) -> int:
    """The number of the document that a request is about."""
    found = _NUMBER.search(str(body["messages"]))
    assert found is not None
    return int(found[1])


def turn_of(body: Body) -> int:
    """How many attempts there have been before the one asked for, or the one reviewed."""
    return max((text["content"].count("Round ") for text in body["messages"]), default=0)


def is_review(body: Body) -> bool:
    return bool(body["model"] == "teacher")


def react(body: Body, delay: float = 0.0) -> Reaction:
    """The reply to a request of either."""
    turn = turn_of(body)
    if not is_review(body):
        return said(f"Round {turn}. {_LONG}\nAnswer: orchard {turn} of {number_of(body)}", delay=delay)
    verdict = "correct" if turn >= TURNS else "incorrect"
    return said(review(verdict, "Aha! I should look at how the list begins."), delay=delay)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--delay", type=float, default=0.1)
    delay = parser.parse_args().delay
    with RawAPI(lambda body: react(body, delay)) as api:
        print(api.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
