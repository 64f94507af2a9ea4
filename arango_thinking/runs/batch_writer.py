"""Write a batch of outcomes: their traces, documents and failures, and the account of the run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from arango_thinking.choices import OnUnconverged
from arango_thinking.documents.bookkeeping import before
from arango_thinking.documents.layouts import Document
from arango_thinking.errors import ConfigurationError
from arango_thinking.runs.account import Fate, Statistics
from arango_thinking.runs.dialogues.outcomes import Outcome, patch_of
from arango_thinking.settings import StudentTeacherConfig
from arango_thinking.store.audit import Audit
from arango_thinking.store.records import Patch, Pending, Written
from arango_thinking.store.write_back import WriteBack, holds
from arango_thinking.teaching.prompting import prompt_version

#: A run ends when the database has refused this many documents and taken none: more would only cost money.
ALL_REFUSED = 20
#: The document holds what the trace says, whether or not it had to be written for that.
_DONE = ("written", "unchanged")


class BatchWriter:
    """Writes the outcomes of one run. All methods block.

    Traces are written first, then documents, then the outcome of each document goes into its trace. So the traces of
    a run that was killed in between hold what is needed to finish its account.
    """

    def __init__(
        self, audit: Audit, write_back: WriteBack, run: str, statistics: Statistics, config: StudentTeacherConfig
    ) -> None:
        self._audit = audit
        self._write_back = write_back
        self._run = run
        self._statistics = statistics
        self._config = config
        self._refused = 0

    def write(self, batch: Sequence[Outcome]) -> None:
        """Write the outcomes that are to be written, and count all of them."""
        on_unconverged = self._config.on_unconverged
        ready = {_key(outcome): outcome for outcome in batch if self._statistics.settle(outcome, on_unconverged)}
        refused = self._audit.record_traces([self._trace(outcome) for outcome in ready.values()], self._run)
        kept = {key: outcome for key, outcome in ready.items() if self._trace_key(outcome) not in refused}
        results = self._save([self._patch(outcome) for outcome in kept.values()], kept)
        # Count only what is settled: a trace that cannot be settled here is settled, and counted, when the run ends.
        self._audit.settle([self._settled(result, kept[result.key]) for result in results])
        results += [
            Written(key, "failed", f"its trace cannot be kept: {refused[self._trace_key(outcome)]}")
            for key, outcome in ready.items()
            if key not in kept
        ]
        for result in results:
            self._count(result, ready[result.key])
        written = [ready[result.key].task.example.source for result in results if result.outcome in _DONE]
        self._audit.clear_failures(written)
        self._audit.record_failures(dict(self._failures(batch, results)))
        self._stop_where_all_are_refused([result.problem for result in results if result.outcome == "failed"])

    def _stop_where_all_are_refused(self, problems: Sequence[str | None]) -> None:
        self._refused += len(problems)
        if problems and not self._statistics.written and self._refused >= ALL_REFUSED:
            raise ConfigurationError(
                f"The database refuses every document. Of the last one it says: {problems[-1]}. "
                "`arango-thinking doctor` shows what is wrong; `arango-thinking retry-failed` makes them due again."
            )

    def _save(self, patches: Sequence[Patch], ready: dict[str, Outcome]) -> list[Written]:
        """Write patches. A patch that changes nothing is not written: it would change the revision for nothing."""
        same = [patch for patch in patches if holds(_pending(ready[patch.key]).document, patch.body)]
        changed = [patch for patch in patches if patch not in same]
        return [
            *(Written(patch.key, "unchanged", revision=patch.revision) for patch in same),
            *self._write_back.save(changed),
        ]

    def _patch(self, outcome: Outcome) -> Patch:
        pending = _pending(outcome)
        body = patch_of(outcome, pending.document, self._config)
        return Patch(pending.document["_key"], pending.document["_rev"], pending.state_hash, body, pending.source_hash)

    def _count(self, result: Written, outcome: Outcome) -> None:
        fate: Fate = "conflicted" if result.outcome == "gone" else result.outcome
        self._statistics.count(fate, outcome.task.example.source, result.problem)

    def _trace(self, outcome: Outcome) -> Document:
        pending = _pending(outcome)
        assert outcome.trace is not None
        layout = outcome.task.example.layout
        return {
            "_key": self._trace_key(outcome),
            "document": pending.document["_id"],
            "collection": pending.document["_id"].split("/")[0],
            "run": self._run,
            "outcome": None,
            "layout": str(layout),
            "source_hash": pending.source_hash,
            "thinking_sha256": hashlib.sha256(outcome.thinking.encode()).hexdigest(),
            "before": before(pending.document, layout),
            "created_at": _now(),
            "prompt_version": prompt_version(),
            **outcome.trace.to_dict(),
        }

    def _trace_key(self, outcome: Outcome) -> str:
        return f"{self._run}-{outcome.task.position:07d}"

    def _settled(self, result: Written, outcome: Outcome) -> dict[str, Any]:
        return {
            "key": self._trace_key(outcome),
            "document": outcome.task.example.source,
            "outcome": "written" if result.outcome in _DONE else result.outcome,
            "revision": result.revision,
        }

    def _failures(self, batch: Sequence[Outcome], results: Sequence[Written]) -> Iterator[tuple[str, Document]]:
        """Yield the failures by document `_id`: an error of the model or of the write, or that no answer was right."""
        problems = {result.key: result.problem for result in results if result.outcome == "failed"}
        for outcome in batch:
            if outcome.error is not None:
                yield self._failure(outcome, type(outcome.error).__name__, str(outcome.error))
            elif _key(outcome) in problems:
                yield self._failure(outcome, "WriteError", problems[_key(outcome)] or "")
            elif self._config.on_unconverged is OnUnconverged.SKIP and outcome.trace and not outcome.trace.converged:
                yield self._failure(outcome, "Unconverged", f"not converged: {outcome.trace.stop_reason}")

    def _failure(self, outcome: Outcome, error: str, message: str) -> tuple[str, Document]:
        pending = _pending(outcome)
        return pending.document["_id"], {
            "collection": pending.document["_id"].split("/")[0],
            "error": error,
            "message": message[:1000],
            "failed_at": _now(),
            "run": self._run,
            "config": self._config.fingerprint,
            "source_hash": pending.source_hash,
        }


def _pending(outcome: Outcome) -> Pending:
    pending = outcome.task.origin
    assert isinstance(pending, Pending)
    return pending


def _key(outcome: Outcome) -> str:
    return str(_pending(outcome).document["_key"])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
