"""Model families: a judge tends to favour what a model of its own family wrote."""

from __future__ import annotations

import re

# The name of a family in a model's name, whatever vendor, size or quantization stands around it.
_FAMILIES = re.compile(
    r"(?<![a-z])(?P<family>llama|qwen|gemma|gemini|phi|mistral|mixtral|ministral|gpt|claude|deepseek|smollm|granite|olmo"
    r"|falcon|command|nemotron|glm|kimi|grok|yi)(?![a-z])"
)
_ONE_VENDOR = {"mixtral": "mistral", "ministral": "mistral", "gemini": "gemma"}
_REASONING = re.compile(r"^(?:openai:)?o\d")


def same_family(one: str, other: str) -> bool:
    """Whether two model names belong to one family. Unknown names do so only when they are the same."""
    families = _family(one), _family(other)
    return families[0] == families[1] if None not in families else one == other


def _family(name: str) -> str | None:
    lowered = name.lower()
    if _REASONING.match(lowered):
        return "gpt"
    found = _FAMILIES.search(lowered)
    return _ONE_VENDOR.get(found["family"], found["family"]) if found else None
