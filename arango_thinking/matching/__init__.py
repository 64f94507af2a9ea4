"""Decide, as far as possible without a model, whether an answer is the reference answer.

This is the public interface. Each folder reads and compares one kind of text. The rest of the package may use the
folders to read texts, but it compares answers with `match` only.
"""

from arango_thinking.matching.answers import degenerate, final_answer, marked_answer
from arango_thinking.matching.matching import match
from arango_thinking.matching.result import Match

__all__ = ["Match", "degenerate", "final_answer", "marked_answer", "match"]
