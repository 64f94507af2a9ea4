"""The words that settings and flags may hold, and the defaults that are names.

Imports nothing heavy, since `--help` needs it.
"""

from __future__ import annotations

from enum import StrEnum

#: The small real LLM that needs no hub, no key and no compiler.
DEFAULT_STUDENT = "gguf:SmolLM2-135M-Instruct"
#: The teacher that needs no LLM at all.
DEFAULT_TEACHER = "reference"
DEFAULT_DATABASE_FILE = "arango-thinking.db"
#: The collection in which the Q&A generator keeps its documents.
DEFAULT_COLLECTION = "qa_pairs"


class FirstTry(StrEnum):
    """What to do with a right first attempt: verify it once more, or stop at once."""

    DEEPEN = "deepen"
    KEEP = "keep"


class OnUnconverged(StrEnum):
    """What to do with a dialogue that never got the answer right.

    Write what was reached, leave the document, or show the student the answer once and write what it derives.
    """

    WRITE = "write"
    SKIP = "skip"
    RATIONALIZE = "rationalize"


class ThinkingFormat(StrEnum):
    """All attempts joined by their hints, or the insights and the last attempt."""

    ITERATIVE = "iterative"
    CONSOLIDATED = "consolidated"


class Continuation(StrEnum):
    """How an API is made to go on inside the student's own text: the prompt asks for it, or a server's own way."""

    EMULATED = "emulated"
    #: The last message is the assistant's.
    LLAMA = "llama.cpp"
    #: `continue_final_message`.
    VLLM = "vllm"
    #: The last message is marked `"prefix": true`.
    PREFIX = "prefix"


class OnDuplicate(StrEnum):
    """What import does with a document whose `_key` is there already."""

    IGNORE = "ignore"
    UPDATE = "update"
    REPLACE = "replace"
    ERROR = "error"


class Login(StrEnum):
    """How a name and password log in: with each request, or once for a token that is renewed when it expires."""

    BASIC = "basic"
    JWT = "jwt"
