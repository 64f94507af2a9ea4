"""Questions whose answers are their numbers, so that results can be told apart, and a student that takes hints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from arango_thinking import StudentTeacherConfig
from tests.chat_api import Body, ChatAPI


def question(number: int) -> dict[str, Any]:
    """A document whose answer is its number, so that results can be told apart."""
    return {
        "_key": f"q{number:03}",
        "messages": [
            {"role": "user", "content": f"Which number has item {number:03} of the list?"},
            {"role": "assistant", "content": str(1000 + number)},
        ],
        "metadata": {"thinking": f"thin {number}", "kept": [number]},
    }


def number_asked(body: Body) -> int:
    text = str(body["messages"])
    return int(text.split("has item ")[1][:3])


def solves_at_second(body: Body) -> str:
    """A student that is wrong at first and right after the hint; later documents answer sooner."""
    number = number_asked(body)
    tried = "Aha! " in str(body["messages"])
    return f"I look at item {number}.\nAnswer: {1000 + number if tried else 7}"


def config(api: ChatAPI, **values: Any) -> StudentTeacherConfig:
    return StudentTeacherConfig(**({"student_model": "student", "student_url": api.url} | values))


def write(path: Path, *lines: object) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" if not isinstance(line, str) else line for line in lines))
    return path


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]
