"""The words that settings and flags may hold, and default names.

This module must import nothing heavy, since `--help` needs it.
"""

from __future__ import annotations

from enum import StrEnum

#: A small real LLM that needs no model hub, no API key and no compiler.
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

    Write the thinking all the same, leave the document as it is, or show the student the answer once and write what
    it derives from it.
    """

    WRITE = "write"
    SKIP = "skip"
    RATIONALIZE = "rationalize"


class ThinkingFormat(StrEnum):
    """How a dialogue becomes thinking: all attempts joined by their hints, or the insights and the last attempt."""

    ITERATIVE = "iterative"
    CONSOLIDATED = "consolidated"


class Continuation(StrEnum):
    """How to make an API continue the student's own text: by asking in the prompt, or by a feature of the server."""

    EMULATED = "emulated"
    #: llama.cpp continues a last message of the role `assistant`.
    LLAMA = "llama.cpp"
    #: The request sets `continue_final_message`.
    VLLM = "vllm"
    #: The last message has the field `"prefix": true`.
    PREFIX = "prefix"


class OnDuplicate(StrEnum):
    """What `import` does with a document whose `_key` exists already."""

    IGNORE = "ignore"
    UPDATE = "update"
    REPLACE = "replace"
    ERROR = "error"


class Login(StrEnum):
    """How to log in: send name and password with each request, or once for a token, renewed when it expires."""

    BASIC = "basic"
    JWT = "jwt"
