"""What model calls use: tokens and money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one or more model calls; `calls` counts the calls.

    `cached_tokens` are those of the prompts that the provider had in its cache, `reasoning_tokens` those of the
    completions that the model thought with; both are part of the tokens before them. `unmetered` are the calls whose
    tokens the server did not tell. `cost` is in US dollars; it is `None` when that of any of the calls is not known.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    calls: int = 0
    cost: float | None = 0.0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    unmetered: int = 0

    def __add__(self, other: Usage) -> Usage:
        known = self.cost is not None and other.cost is not None
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.calls + other.calls,
            (self.cost or 0.0) + (other.cost or 0.0) if known else None,
            self.cached_tokens + other.cached_tokens,
            self.reasoning_tokens + other.reasoning_tokens,
            self.unmetered + other.unmetered,
        )

    def to_dict(self) -> dict[str, Any]:
        """The fields as JSON-ready values, from which `Usage(**...)` makes it again."""
        return asdict(self)

    @property
    def total_tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


NO_USAGE = Usage()


def add_usage(total: dict[str, Usage], used: Mapping[str, Usage]) -> None:
    """Add what was used to `total`, role by role."""
    for role, usage in used.items():
        total[role] = total.get(role, NO_USAGE) + usage
