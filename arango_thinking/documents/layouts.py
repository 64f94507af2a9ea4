"""Layouts: how a stored document is read as an example, and where thinking is written.

A document is one question with one reference answer: a user and an assistant message, with or without system messages,
or `question` and `answer` at the top level. Any other document is refused with a reason; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from arango_thinking.documents.beside import meant_by, options_of, passages_of, refuse_media, with_options
from arango_thinking.documents.contents import is_blank, kind_of, messages_of, text_of
from arango_thinking.errors import DocumentError
from arango_thinking.reasoning_marks import split

Document = dict[str, Any]

#: Attributes that belong to the database that a document was read from, not to the document.
SYSTEM_ATTRIBUTES = frozenset({"_key", "_id", "_rev"})
#: The fields of an answer that hold thinking, by the names of the APIs that gave it.
INLINE = ("thinking", "reasoning_content", "reasoning")
#: Whose message holds the question, and whose the answer.
ROLES = {"question": "user", "answer": "assistant"}
#: Shapes of documents that are not Q&A documents: the names that identify each shape, and its description.
_OTHER_SHAPES = (
    (
        {"instruction", "output"},
        "an Alpaca record (instruction, input, output): convert it to messages first",
    ),
    ({"conversations"}, "a ShareGPT record (conversations of from and value): convert it to messages first"),
    ({"prompt", "completion"}, "a prompt/completion record: convert it to messages first"),
    ({"qa_pairs"}, "a batch of Q&A documents: put it in a file of its own whose name ends in .json"),
    ({"question"}, "a question without an answer"),
    ({"answer"}, "an answer without a question"),
    ({"_from"}, "a relationship edge without question and answer"),
    ({"_to"}, "a relationship edge without question and answer"),
    ({"text"}, "a source paragraph, as in `document_objects`, not a Q&A document"),
    ({"content"}, "a source paragraph, as in `document_objects`, not a Q&A document"),
)


class Layout(StrEnum):
    """The three shapes of Q&A documents."""

    MESSAGES = "messages"
    FLAT = "flat"
    EDGE = "edge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A document read as question, reference answer, context, evidence and original thinking."""

    #: The `_id` of the document, or the line it came from ("line 12"). Messages to the user name it.
    source: str
    layout: Layout
    question: str
    #: The reference answer. Only the teacher and the judge see it.
    answer: str
    context: str = ""
    evidence: tuple[str, ...] = ()
    #: The thinking as stored, of any type.
    thinking: Any = None


def detect_layout(document: Document) -> Layout:
    """The layout, which follows from the names in the document.

    Raises `DocumentError` when the document has no layout. The message says what it looks like instead.
    """
    if document.get("messages") is not None:
        messages_of(document)
        return Layout.MESSAGES
    if "question" in document and "answer" in document:
        return Layout.EDGE if "_from" in document and "_to" in document else Layout.FLAT
    for names, shape in _OTHER_SHAPES:
        if names <= document.keys():
            raise DocumentError(f"looks like {shape}")
    raise DocumentError("no messages, and no question and answer: there is nothing to ask")


def read_example(
    document: Document, *, source: str, layout: Layout | None = None, evidence: Sequence[str] = ()
) -> Example:
    """Read the document as an example.

    Raises `DocumentError` with the reason when the document cannot be enhanced. One reason is that flat fields and
    messages disagree; they may disagree when `layout` is given, which decides which of them counts.
    """
    found = layout or detect_layout(document)
    if found is Layout.MESSAGES:
        question, answer, context = _read_messages(document)
        if layout is None:
            _refuse_disagreement(document, question, answer)
    else:
        question, answer, context = _read_fields(document)
    refuse_media(document, question)
    options = options_of(document)
    named = meant_by(document.get("answer") if found is not Layout.MESSAGES else answer, options)
    return Example(
        source=source,
        layout=found,
        question=with_options(_not_blank(question, "question"), options),
        answer=_not_blank(named or split(answer).said, "answer"),
        context=context,
        evidence=_evidence(document, found, evidence),
        thinking=_thinking(document, found),
    )


def container(layout: Layout) -> tuple[str, ...]:
    """The path of the object that holds thinking and its bookkeeping; empty for the document itself."""
    return ("metadata",) if layout is Layout.MESSAGES else ()


def is_enhanced(document: Document, layout: Layout | None = None) -> bool:
    """Whether a run has written the document: it has `original_thinking`, or `thinking_iterations` is not null.

    `original_thinking` counts even when it is null, because the original thinking may have been null. When it stands
    without `thinking_iterations`, a run may have died half-way. Such a document counts as enhanced, `doubts` reports
    it, and a run writes it again only when asked to.
    """
    values = container_of(document, layout or detect_layout(document))
    return values.get("thinking_iterations") is not None or "original_thinking" in values


def _read_messages(document: Document) -> tuple[str, str, str]:
    messages = messages_of(document)
    for message in messages:
        if message["role"] not in ("system", *ROLES.values()):
            raise DocumentError(f"unknown role {message['role'][:40]!r}")
    systems = [message.get("content") or "" for message in messages if message["role"] == "system"]
    texts = [text_of(content, "system message") for content in systems]
    context = "\n\n".join(text for text in texts if not is_blank(text))
    dialogue = [message for message in messages if message["role"] != "system"]
    _refuse_order([message["role"] for message in dialogue])
    question, answer = (message.get("content") for message in dialogue)
    return text_of(question, "question"), text_of(answer, "answer"), context


def _read_fields(document: Document) -> tuple[str, str, str]:
    question = text_of(document.get("question"), "question")
    answer = text_of(document.get("answer"), "answer")
    return question, answer, _section_context(document)


def _refuse_order(roles: list[str]) -> None:
    """Raise `DocumentError` unless the roles are those of one question followed by its answer."""
    if roles == ["user", "assistant"]:
        return
    for name, role in ROLES.items():
        if role not in roles:
            raise DocumentError(f"no {role} message: there is no {name}")
    if roles[0] == "assistant":
        raise DocumentError("the answer comes before the question")
    if roles.count("assistant") == 1 and roles[-1] == "assistant":
        raise DocumentError(f"{len(roles) - 1} user messages in a row: which one is the question?")
    raise DocumentError(f"a conversation of {len(roles)} messages: which one is the question?")


def _refuse_disagreement(document: Document, question: str, answer: str) -> None:
    if document.get("question") is None or document.get("answer") is None:
        return
    flat_question, flat_answer, _ = _read_fields(document)
    if (flat_question.strip(), split(flat_answer).said.strip()) != (question.strip(), split(answer).said.strip()):
        raise DocumentError("the flat question and answer and the messages disagree")


def _not_blank(text: str, name: str) -> str:
    if is_blank(text):
        raise DocumentError(f"the {name} is empty")
    return text


def _section_context(document: Document) -> str:
    metadata = _object(document.get("metadata"))
    listed = document.get("source_sections") or metadata.get("source_section")
    sections = document.get("source_section") or listed
    named = [
        ("Document", document.get("document_id") or document.get("source_document_id")),
        ("Section", ", ".join(map(str, sections)) if isinstance(sections, list) else sections),
        ("Section summary", document.get("section_summary")),
    ]
    texts = [(name, value) for name, value in named if isinstance(value, str) and not is_blank(value)]
    return ". ".join(f"{name}: {value}" for name, value in texts)


def _evidence(document: Document, layout: Layout, given: Sequence[str]) -> tuple[str, ...]:
    inline = None if layout is Layout.MESSAGES else document.get("evidence")
    if inline is None:
        inline = _object(document.get("metadata")).get("evidence")
    texts = [inline] if isinstance(inline, str) else inline
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        texts = []
    return tuple(dict.fromkeys(text for text in (*passages_of(document), *texts, *given) if not is_blank(text)))


def _thinking(document: Document, layout: Layout) -> Any:
    values = container_of(document, layout)
    if "thinking" in values:
        return values["thinking"]
    if layout is Layout.MESSAGES:
        return inline_thinking(document)
    answer = document.get("answer")
    return split(answer).thought or None if isinstance(answer, str) else None


def inline_thinking(document: Document) -> Any:
    """The thinking that stands in the last answer itself, in a field of it or in marks; `None` where there is none."""
    answers = [message for message in messages_of(document) if message["role"] == "assistant"]
    if not answers:
        return None
    told = next((answers[-1][name] for name in INLINE if answers[-1].get(name) is not None), None)
    content = answers[-1].get("content")
    return told if told is not None or not isinstance(content, str) else split(content).thought or None


def without_inline_thinking(document: Document, layout: Layout) -> Document:
    """An enhanced document without the thinking that stood in its answer: `original_thinking` holds that now."""
    if layout is Layout.MESSAGES:
        return {**document, "messages": [_without_thinking(message) for message in messages_of(document)]}
    answer = document["answer"]
    return {**document, "answer": split(answer).said} if isinstance(answer, str) else document


def _without_thinking(message: dict[str, Any]) -> dict[str, Any]:
    if message["role"] != ROLES["answer"]:
        return message
    kept = {name: value for name, value in message.items() if name not in INLINE}
    content = message.get("content")
    return {**kept, "content": split(content).said} if isinstance(content, str) else kept


def container_of(document: Document, layout: Layout) -> dict[str, Any]:
    """The object that holds thinking and its bookkeeping, empty where there is none yet.

    Raises `DocumentError` when something else stands in its place.
    """
    if layout is not Layout.MESSAGES:
        return document
    metadata = document.get("metadata")
    if metadata is not None and not isinstance(metadata, dict):
        raise DocumentError(f"`metadata` is {kind_of(metadata)}: there is no place for thinking")
    return metadata or {}


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def enhancement(document: Document, layout: Layout, *, thinking: str, iterations: int, converged: bool) -> Document:
    """The patch that writes new thinking into the document.

    It holds only what changes: no `original_thinking` when the document has one already.
    """
    fields: dict[str, Any] = {}
    if "original_thinking" not in container_of(document, layout):
        fields["original_thinking"] = _thinking(document, layout)
    fields |= {"thinking": thinking, "thinking_iterations": iterations, "thinking_converged": converged}
    for name in reversed(container(layout)):
        fields = {name: fields}
    return fields


def enhanced_copy(document: Document, patch: Document) -> Document:
    """The document with the patch merged in, in the same order of names.

    The names in `metadata` are merged one by one. Any other value is replaced as a whole.
    """
    merged = {**document, **patch}
    old, new = document.get("metadata"), patch.get("metadata")
    if isinstance(old, dict) and isinstance(new, dict):
        merged["metadata"] = {**old, **new}
    return merged


def export_document(document: Document) -> Document:
    """The document as a line of training data: `messages` and `metadata`, without the attributes of the database.

    Messages stay as stored, but once enhanced a document is without the thinking that stood in its answer. A flat
    document becomes messages, with options that stand beside its question below it, and its other names go into
    `metadata`; a top-level name wins over the same name in its own `metadata`. As in the generator's own export,
    `question_type` is then in capitals, and `validated` says whether the citation was found. Raises `DocumentError`
    when the document is not a Q&A document.
    """
    layout = detect_layout(document)
    rest = _without(document, SYSTEM_ATTRIBUTES)
    with suppress(DocumentError):  # `metadata` may be anything here
        if is_enhanced(rest, layout):
            rest = without_inline_thinking(rest, layout)
    if layout is Layout.MESSAGES:
        return {"messages": rest.pop("messages"), "metadata": rest.pop("metadata", None) or {}, **rest}
    question, answer, context = _read_fields(rest)
    with suppress(DocumentError):
        options = options_of(rest)
        question, answer = with_options(question, options), meant_by(rest["answer"], options) or answer
    messages = [{"role": "system", "content": context}] if context else []
    messages += [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    rest = _without(rest, {"messages", "question", "answer"})
    if rest.get("metadata") is None or isinstance(rest["metadata"], dict):
        rest = {**(rest.pop("metadata", None) or {}), **rest}
    return {"messages": messages, "metadata": {**rest, **_training_fields(rest)}}


def _training_fields(rest: Document) -> Document:
    """The fields that training filters on, in the form that the generator's exports give them, not its collection."""
    fields: Document = {}
    if isinstance(rest.get("question_type"), str):
        fields["question_type"] = rest["question_type"].upper()
    if isinstance(rest.get("citation_found"), bool) and "validated" not in rest:
        fields["validated"] = rest["citation_found"]
    return fields


def _without(values: Document, names: Set[str]) -> Document:
    return {name: value for name, value in values.items() if name not in names}
