"""The options of a dialogue, each declared once: `StudentTeacherConfig` has them as fields, the command line as flags.

This module must import nothing heavy, since `--help` needs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_type_hints

from arango_thinking.choices import (
    DEFAULT_STUDENT,
    DEFAULT_TEACHER,
    Continuation,
    FirstTry,
    OnUnconverged,
    ThinkingFormat,
)


class Panel(StrEnum):
    """The headings of `--help`, in their order."""

    DOCUMENTS = "Documents"
    RUN = "Run"
    SCHEDULE = "Schedule"
    MODELS = "Models"
    DIALOGUE = "Dialogue"
    COST = "Cost"
    LIMITS = "Limits"
    DATABASE = "Database"
    OUTPUT = "Output"


@dataclass(frozen=True, slots=True)
class Option:
    """What an option means, what it may hold, and how the command line names it.

    An option without `flags` can be set from Python only. `unset` is what `--help` shows as the default when the
    default is `None`. The bounds are metadata of `annotated_types`, which pydantic applies to the field.
    """

    panel: Panel
    help: str
    flags: tuple[str, ...] = ()
    unset: str | Literal[False] = False
    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    min_length: int | None = None

    @property
    def __is_annotated_types_grouped_metadata__(self) -> Literal[True]:
        return True

    def __iter__(self) -> Iterator[Any]:
        """Yield the bounds as objects of `annotated_types`."""
        import annotated_types

        for name, kind in (("ge", "Ge"), ("gt", "Gt"), ("le", "Le"), ("min_length", "MinLen")):
            if getattr(self, name) is not None:
                yield getattr(annotated_types, kind)(getattr(self, name))


class DialogueOptions:
    """Who takes part, how the dialogue goes, what it may cost, and how fast it runs."""

    student_model: Annotated[
        str,
        Option(
            Panel.MODELS,
            "The model that will be fine-tuned: path.gguf, gguf:NAME, org/name (torch), or an API model.",
            ("--student",),
            min_length=1,
        ),
    ] = DEFAULT_STUDENT
    teacher_model: Annotated[
        str,
        Option(
            Panel.MODELS,
            "The model that judges and hints: reference (no LLM, offline), or any model as for --student.",
            ("--teacher",),
            min_length=1,
        ),
    ] = DEFAULT_TEACHER
    judge_model: Annotated[
        str | None,
        Option(Panel.MODELS, "A model that judges in the teacher's place.", ("--judge",), unset="the teacher"),
    ] = None
    use_local_student: Annotated[
        bool, Option(Panel.MODELS, "Whether the name decides where the student runs; False: always an API.")
    ] = True
    student_url: Annotated[
        str | None, Option(Panel.MODELS, "Base URL of the student's OpenAI-compatible API.", ("--student-url",))
    ] = None
    teacher_url: Annotated[
        str | None,
        Option(Panel.MODELS, "Base URL of the teacher's OpenAI-compatible API.", ("--teacher-url",)),
    ] = None
    judge_url: Annotated[
        str | None,
        Option(
            Panel.MODELS,
            "Base URL of the judge's OpenAI-compatible API.",
            ("--judge-url",),
            unset="the teacher's",
        ),
    ] = None
    student_extra: Annotated[
        str | None,
        Option(
            Panel.MODELS,
            "JSON object to add to each request for the student's API.",
            ("--student-extra",),
        ),
    ] = None
    teacher_extra: Annotated[
        str | None,
        Option(Panel.MODELS, "The same for the teacher's API.", ("--teacher-extra",)),
    ] = None
    judge_extra: Annotated[
        str | None, Option(Panel.MODELS, "The same for the judge's API.", ("--judge-extra",), unset="the teacher's")
    ] = None
    context_tokens: Annotated[
        int | None,
        Option(
            Panel.MODELS,
            "Tokens that a dialogue with a local GGUF model may hold.",
            ("--context",),
            unset="4096",
            ge=512,
        ),
    ] = None
    continuation: Annotated[
        Continuation,
        Option(Panel.MODELS, "How the student's API continues the student's own text.", ("--continuation",)),
    ] = Continuation.EMULATED
    check_judge: Annotated[
        bool,
        Option(
            Panel.MODELS,
            "Test an LLM judge first, on answers known to be right or wrong.",
            ("--check-judge/--skip-judge-check",),
        ),
    ] = True

    max_iterations: Annotated[
        int, Option(Panel.DIALOGUE, "Maximum attempts per question.", ("--iterations", "-n"), ge=1, le=20)
    ] = 3
    min_iterations: Annotated[
        int,
        Option(
            Panel.DIALOGUE,
            "Minimum attempts per question; until then a right answer is verified.",
            ("--min-iterations",),
            ge=1,
            le=20,
        ),
    ] = 1
    first_try: Annotated[
        FirstTry,
        Option(Panel.DIALOGUE, "What to do with a right first attempt: verify it, or stop.", ("--first-try",)),
    ] = FirstTry.DEEPEN
    on_unconverged: Annotated[
        OnUnconverged,
        Option(
            Panel.DIALOGUE,
            "What to do with a dialogue that never got the answer right: write it with thinking_converged: false, "
            "skip the document, or show the student the answer once and write what it derives.",
            ("--on-unconverged",),
        ),
    ] = OnUnconverged.WRITE
    thinking_format: Annotated[
        ThinkingFormat,
        Option(
            Panel.DIALOGUE,
            "How a dialogue becomes thinking: all attempts and hints, or the hints and the last attempt.",
            ("--format",),
        ),
    ] = ThinkingFormat.ITERATIVE
    max_thinking_length: Annotated[
        int | None,
        Option(
            Panel.DIALOGUE,
            "Maximum characters of thinking; longer thinking loses whole turns. 0: no limit.",
            ("--max-thinking-length",),
            unset="no limit",
            ge=0,
        ),
    ] = None
    save_iterations: Annotated[
        bool, Option(Panel.DIALOGUE, "Also write each turn into thinking_iterations_detail.", ("--save-iterations",))
    ] = False
    student_sees_evidence: Annotated[
        bool,
        Option(Panel.DIALOGUE, "Show the source paragraphs to the student.", ("--show-evidence/--hide-evidence",)),
    ] = True
    student_temperature: Annotated[
        float,
        Option(
            Panel.DIALOGUE,
            "The student's temperature; its final answer always uses 0.",
            ("--temperature",),
            ge=0,
            le=2,
        ),
    ] = 0.7
    teacher_temperature: Annotated[float, Option(Panel.DIALOGUE, "The teacher's temperature.", ge=0, le=2)] = 0.8
    judge_temperature: Annotated[float, Option(Panel.DIALOGUE, "The temperature of a separate judge.", ge=0, le=2)] = (
        0.0
    )
    max_new_tokens: Annotated[
        int, Option(Panel.DIALOGUE, "Maximum tokens of one model reply.", ("--max-new-tokens",), ge=16, le=32768)
    ] = 500
    seed: Annotated[
        int, Option(Panel.DIALOGUE, "Seed of local models; the same seed gives the same replies.", ("--seed",), ge=0)
    ] = 0

    max_cost: Annotated[
        float | None,
        Option(
            Panel.COST,
            "Maximum US dollars that a run, or a round of sync, may spend on model calls.",
            ("--max-cost",),
            unset="no limit",
            gt=0,
        ),
    ] = None
    max_tokens: Annotated[
        int | None,
        Option(
            Panel.COST,
            "Maximum tokens of all model calls of a run, or of a round of sync, together.",
            ("--max-tokens",),
            unset="no limit",
            gt=0,
        ),
    ] = None
    prices: Annotated[
        dict[str, tuple[float, ...]],
        Option(
            Panel.COST,
            "Price of a model in US dollars per million tokens: MODEL=PROMPT,COMPLETION[,CACHED PROMPT]. May be given "
            "several times.",
            ("--price",),
            unset="list prices",
        ),
    ] = {}  # noqa: RUF012 - pydantic copies it
    journal: Annotated[
        bool, Option(Panel.COST, "Keep model replies, so that no call is paid for twice.", ("--journal/--no-journal",))
    ] = True
    journal_days: Annotated[int, Option(Panel.COST, "Days to keep model replies.", ("--journal-days",), ge=1)] = 30

    batch_size: Annotated[
        int, Option(Panel.LIMITS, "Number of dialogues that run at once.", ("--concurrency",), ge=1, le=4096)
    ] = 10
    batch_delay: Annotated[
        float,
        Option(
            Panel.LIMITS,
            "Seconds to wait after starting each group of --concurrency dialogues.",
            ("--batch-delay",),
            ge=0,
        ),
    ] = 0.0
    request_timeout: Annotated[
        float, Option(Panel.LIMITS, "Seconds that one API call may take.", ("--request-timeout",), gt=0)
    ] = 120.0
    requests_per_minute: Annotated[
        float | None, Option(Panel.LIMITS, "Maximum calls per minute to one API.", ("--rpm",), unset="no limit", gt=0)
    ] = None
    tokens_per_minute: Annotated[
        float | None,
        Option(
            Panel.LIMITS,
            "Maximum tokens per minute of one API, prompt and reply together.",
            ("--tpm",),
            unset="no limit",
            gt=0,
        ),
    ] = None


class Declared(NamedTuple):
    """The declaration of an option: its type, its meaning and its default."""

    kind: Any
    option: Option
    default: Any


@cache
def declared() -> dict[str, Declared]:
    """All options of a dialogue by their names, in the order of their declaration."""
    hints = get_type_hints(DialogueOptions, include_extras=True)
    return {
        name: Declared(get_args(hint)[0], get_args(hint)[1], getattr(DialogueOptions, name))
        for name, hint in hints.items()
    }
