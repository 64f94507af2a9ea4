"""Whether an answer is the reference answer, as far as that can be told without a model.

This is its door. The folders hold, a kind of text each, what reads it and what compares it; the rest of the package may
read texts with them, and compares by `match` alone.
"""

from arango_thinking.matching.answers import degenerate, final_answer
from arango_thinking.matching.matching import match
from arango_thinking.matching.result import Match

__all__ = ["Match", "degenerate", "final_answer", "match"]
