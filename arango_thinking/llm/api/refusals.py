"""What a server refuses for good: for one document, or for all of them, and what the user can do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from arango_thinking.errors import ArangoThinkingError, ConfigurationError, ModelError
from arango_thinking.llm.api.dialects import recognised

#: The variables that hold the key, for messages.
_CONFIGURED_BY = "OPENAI_API_KEY, or STUDENT_API_KEY, TEACHER_API_KEY, JUDGE_API_KEY for one role"
_OF_DOCUMENT = re.compile(
    r"context.{0,20}(?:length|size|window)|too long|too many (?:input )?tokens|maximum.{0,20}(?:length|tokens)"
    r"|exceeds? .{0,40}(?:tokens|length|limit|size)|content.?(?:filter|policy|management)|moderation|flagged|safety"
    r"|prohibited|sensitive|inappropriate",
    re.IGNORECASE,
)
_NO_KEY = re.compile(r"api.?key|credential|unauthori[sz]ed|authenticat", re.IGNORECASE)
_NO_ACCESS = re.compile(
    r"api.?key|credential|permission|not allowed|forbidden|access|billing|subscription|project|organi[sz]ation|region"
    r"|country|territory|location",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(
    r"(?:model|deployment).{0,120}?(?:not.?found|not exist|unknown|invalid|not supported|not available|unavailable"
    r"|deprecated|decommissioned|no longer)"
    r"|(?:unknown|invalid|no such|unsupported|not find) (?:the )?(?:model|deployment)",
    re.IGNORECASE,
)


#: What is refused of a request to a model that is there.
_OF_REQUEST = re.compile(r"response.?format|json|schema|structured|tool|content|prompt|output|parameter", re.IGNORECASE)


class RequestRefusedError(ModelError):
    """400 and similar: the request itself is wrong, so a retry would fail too. `said` is what the server says.

    `is_of_document` tells whether it is the text of this document that is refused: too long, or filtered.
    """

    def __init__(self, message: str, said: str = "", *, is_of_document: bool = False) -> None:
        super().__init__(message)
        self.said = said
        self.is_of_document = is_of_document


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a server answered in place of a completion, with the place and the model that were asked."""

    status: int
    headers: Mapping[str, str]
    message: str
    code: str
    place: str
    model: str

    @property
    def said(self) -> str:
        """What the server says, in parentheses after a space; "" when it says nothing."""
        return f" ({self.message or self.code})" if self.message or self.code else ""

    def error(self) -> ArangoThinkingError:
        """What it means: a `ConfigurationError` where every document would be refused."""
        told = f"{self.message} {self.code}"
        of_document = _OF_DOCUMENT.search(told) is not None and self.status != 401
        for_all = None if of_document or recognised(told) else self._for_all(told)
        if for_all is not None:
            return ConfigurationError(for_all)
        text = f"{self.place} refuses the request for {self.model} with {self.status}{self.said}."
        return RequestRefusedError(text, told, is_of_document=of_document)

    def _for_all(self, told: str) -> str | None:
        """Why this refuses every request, and what to do; `None` when that is not clear."""
        place, model, said = self.place, self.model, self.said
        if self.status == 401:
            return f"{place} refuses the key for {model}{said}: set {_CONFIGURED_BY}."
        if self.status in (400, 404, 422) and _NO_MODEL.search(told) and not _OF_REQUEST.search(self.message):
            return f"{place} does not know the model {model}{said}: correct its name."
        if self.status in (404, 405):
            return f"There is no chat API at {place}{said}: correct the base URL, which usually ends in /v1."
        if (self.status == 403 and _NO_ACCESS.search(told)) or (self.status == 400 and _NO_KEY.search(told)):
            return (
                f"{place} does not let this account use {model}{said}: check the key ({_CONFIGURED_BY}), what its "
                "account or project may use, and where it may be used from."
            )
        if 300 <= self.status < 400:
            elsewhere = self.headers.get("location", "another URL")
            return f"{place} redirects to {elsewhere}: give that as the base URL."
        return None
