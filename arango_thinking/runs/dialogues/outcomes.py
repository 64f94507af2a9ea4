"""An example on its way through a run: its task, the outcome of its dialogue, and the patch for its document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from arango_thinking.documents.layouts import Example, Layout, enhancement
from arango_thinking.documents.trace import Trace
from arango_thinking.errors import BudgetError, ModelError
from arango_thinking.settings import StudentTeacherConfig
from arango_thinking.teaching.thinking import told_trace
from arango_thinking.usage import Usage


@dataclass(frozen=True, slots=True)
class Task:
    """An example, with its position in the input."""

    position: int
    example: Example
    #: Whatever the caller needs to write the result back.
    origin: Any = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a dialogue: a trace and its thinking, or the reason why there is none."""

    task: Task
    trace: Trace | None = None
    thinking: str = ""
    error: ModelError | None = None
    #: Set when the budget did not allow the dialogue: the document is left for another run.
    stopped: BudgetError | None = None
    #: Whether the document is left for another run for a reason that is not in it.
    left: bool = False
    #: What its calls cost now, by role, and how many of them the journal answered.
    paid: Mapping[str, Usage] = field(default_factory=dict)
    replayed: int = 0


def patch_of(outcome: Outcome, document: dict[str, Any], config: StudentTeacherConfig) -> dict[str, Any]:
    """What an outcome writes into its document. Raises `ValueError` when it has no trace."""
    trace, layout = outcome.trace, outcome.task.example.layout
    if trace is None:
        raise ValueError("an outcome without a trace writes nothing")
    patch = enhancement(
        document, layout, thinking=outcome.thinking, iterations=trace.iterations, converged=trace.converged
    )
    if config.save_iterations:
        place = patch["metadata"] if layout is Layout.MESSAGES else patch
        place["thinking_iterations_detail"] = told_trace(trace, outcome.task.example).details()
    return patch
