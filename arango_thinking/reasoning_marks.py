"""The marks by which models set their reasoning apart from what they say, in replies and in stored texts."""

from __future__ import annotations

import re
from typing import NamedTuple

#: The names of tags around reasoning, with or without a prefix: <think>, <mm:think>, <seed:think>, <reasoning>.
_TAG = r"(?:[A-Za-z]{1,12}:)?(?:think|thinking|thought|thoughts|reasoning)"
_OPEN = re.compile(
    rf"\s*(?:<(?P<tag>{_TAG})>"
    r"|(?P<bracket>\[THINK\])"
    r"|(?P<cohere><\|START_THINKING\|>)"
    r"|(?P<thought><\|begin_of_thought\|>)"
    r"|(?P<kimi>◁think▷)"
    r"|(?P<channel><\|channel>thought\n?)"
    r"|(?P<granite>Here(?: is|'s) my thought process:))",
    re.IGNORECASE,
)
_CLOSE = {
    "bracket": "[/THINK]",
    "cohere": "<|END_THINKING|>",
    "thought": "<|end_of_thought|>",
    "kimi": "◁/think▷",
    "channel": "<channel|>",
}
_GRANITE_END = re.compile(r"Here(?: is|'s) my response:", re.IGNORECASE)
#: The end of reasoning whose beginning was part of the prompt.
_CLOSE_ALONE = re.compile(r"</(?:[A-Za-z]{1,12}:)?think(?:ing)?>|\[/THINK\]|◁/think▷|<\|END_THINKING\|>", re.IGNORECASE)
#: Marks around what is said after reasoning.
_ANSWER = re.compile(
    r"\s*(?:<(answer|response|solution)>(?P<tagged>.*)</\1>"
    r"|<\|(?:START_RESPONSE|begin_of_solution)\|>(?P<piped>.*)<\|(?:END_RESPONSE|end_of_solution)\|>)\s*",
    re.IGNORECASE | re.DOTALL,
)
#: A message of the harmony format: the name of its channel, and its text.
_CHANNEL = re.compile(
    r"<\|channel\|>\s*(?P<name>\w+)[^<]*<\|message\|>(?P<text>.*?)(?=<\|(?:end|return|call|start|channel)\|>|\Z)",
    re.DOTALL,
)
#: The same where the server has removed the marks.
_BARE_CHANNELS = re.compile(r"\s*analysis(?P<thought>.*?)assistant\s*final(?P<said>.*)", re.DOTALL)
#: Any mark of reasoning that may still stand in a text.
MARK = re.compile(
    rf"</?{_TAG}>|\[/?THINK\]|<\|(?:START|END)_(?:THINKING|RESPONSE)\|>|<\|(?:begin|end)_of_(?:thought|solution)\|>|◁/?think▷",
    re.IGNORECASE,
)


class Split(NamedTuple):
    """What was said, and what was thought before it; `thought` is empty where the text has no marks."""

    said: str
    thought: str


def split(text: str) -> Split:
    """The text without the reasoning that its marks set apart. Reasoning that has no end leaves nothing said."""
    channels = list(_CHANNEL.finditer(text))
    if channels:
        said = [one["text"] for one in channels if one["name"] == "final"]
        thought = [one["text"] for one in channels if one["name"] != "final"]
        return Split("\n\n".join(said).strip(), "\n\n".join(thought).strip())
    bare = _BARE_CHANNELS.match(text)
    if bare is not None:
        return Split(bare["said"].strip(), bare["thought"].strip())
    thoughts: list[str] = []
    # Lower case keeps all places in a text of ASCII; elsewhere the end has to be written as it stands in the table.
    lower = text.lower() if text.isascii() else None
    place = 0
    while (opened := _OPEN.match(text, place)) is not None:
        end, place = _end(text, lower, opened)
        thoughts.append(text[opened.end() : end].strip())
    if not thoughts:
        return _from_the_prompt(text)
    return Split(_unwrapped(text[place:]), "\n\n".join(thought for thought in thoughts if thought))


def _end(text: str, lower: str | None, opened: re.Match[str]) -> tuple[int, int]:
    """Where the reasoning that was opened ends, and where the text goes on; both at the end where nothing closes it."""
    kind = opened.lastgroup or ""
    if kind == "granite":
        closed = _GRANITE_END.search(text, opened.end())
        return (closed.start(), closed.end()) if closed else (len(text), len(text))
    mark = f"</{opened['tag']}>" if kind == "tag" else _CLOSE[kind]
    place = text.find(mark, opened.end()) if lower is None else lower.find(mark.lower(), opened.end())
    return (len(text), len(text)) if place < 0 else (place, place + len(mark))


def _from_the_prompt(text: str) -> Split:
    closed = _CLOSE_ALONE.search(text)
    if closed is None:
        return Split(text, "")
    return Split(_unwrapped(text[closed.end() :]), MARK.sub("", text[: closed.start()], count=1).strip())


def _unwrapped(said: str) -> str:
    wrapped = _ANSWER.fullmatch(said)
    return (wrapped["tagged"] or wrapped["piped"] or "").strip() if wrapped else said.lstrip()
