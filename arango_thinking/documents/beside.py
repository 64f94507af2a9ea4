"""What belongs to a question but stands beside it in a document: options to choose from, passages, pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from arango_thinking.documents.contents import is_blank, is_number, kind_of
from arango_thinking.errors import DocumentError

_OPTIONS = ("choices", "options")
#: Options as attributes of their own; with fewer than two of them these names mean something else.
_LETTERS = "ABCDEFGHIJ"
_LABELS = ("label", "labels", "key", "letter", "id")
_TEXTS = ("text", "texts", "content", "value", "option")
_PASSAGES = ("context", "contexts", "passage", "passages", "evidence_blocks")
_MEDIA = ("images", "image", "videos", "video", "audios", "audio")
_PLACEHOLDERS = ("<image>", "<video>", "<audio>")

Options = dict[str, str]


def refuse_media(document: Mapping[str, Any], question: str) -> None:
    """Raise `DocumentError` when the question is about a picture, a film or a sound: no model is shown one."""
    for name in _MEDIA:
        if document.get(name):
            raise DocumentError(f"the question needs what is in `{name}`, which is not shown to the models")
    for placeholder in _PLACEHOLDERS:
        if placeholder in question.casefold():
            raise DocumentError(f"the question holds {placeholder}: what it stands for is not shown to the models")


def options_of(document: Mapping[str, Any]) -> Options:
    """The options by their letters or labels, from `choices`, `options` or `A`, `B`, ...; empty when there are none.

    Raises `DocumentError` when something stands there in which no options can be read.
    """
    for name in _OPTIONS:
        value = _beside(document, name)
        if value is not None:
            return _read(value, name)
    lettered = {letter: document[letter] for letter in _LETTERS if isinstance(document.get(letter), str)}
    return lettered if len(lettered) > 1 and "A" in lettered else {}


def with_options(question: str, options: Options) -> str:
    """The question with its options below it, unless it tells them all itself."""
    if not options or all(text in question for text in options.values()):
        return question
    listed = "\n".join(f"{letter}) {text}" for letter, text in zip(_LETTERS, options.values(), strict=False))
    return f"{question.rstrip()}\n{listed}"


def meant_by(answer: Any, options: Options) -> str | None:
    """The option that an answer names by its place, counted from 0, or by its label; `None` when it names none so.

    Raises `DocumentError` for a place where there is no option.
    """
    if not options:
        return None
    labels = list(options)
    if is_number(answer):
        if answer not in range(len(options)):
            raise DocumentError(f"the answer is the number {answer}, and there are {len(options)} options, from 0")
        return _told(int(answer), options)
    if isinstance(answer, str) and answer.strip() in labels:
        return _told(labels.index(answer.strip()), options)
    return None


def passages_of(document: Mapping[str, Any]) -> list[str]:
    """The passages that a question rests on, from `context`, `passage` and the like.

    Keys of other documents are no passages. Raises `DocumentError` when something stands there that is no text.
    """
    found: list[str] = []
    for name in _PASSAGES:
        value = document.get(name)
        texts = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        if name != "evidence_blocks" and (
            isinstance(value, Mapping) or not all(isinstance(text, str) for text in texts)
        ):
            raise DocumentError(f"the question needs its `{name}`, which is {kind_of(value)} and no text")
        found += [text for text in texts if isinstance(text, str) and not is_blank(text) and " " in text.strip()]
    return found


def _beside(document: Mapping[str, Any], name: str) -> Any:
    metadata = document.get("metadata")
    inner = metadata.get(name) if isinstance(metadata, Mapping) else None
    return document.get(name) if document.get(name) is not None else inner


def _read(value: Any, name: str) -> Options:
    if isinstance(value, Mapping):
        texts = next((value[key] for key in _TEXTS if isinstance(value.get(key), list)), None)
        if texts is None:
            return _checked([str(label) for label in value], list(value.values()), name)
        labels = next((value[key] for key in _LABELS if isinstance(value.get(key), list)), None)
        return _checked([str(label) for label in labels or _LETTERS], texts, name)
    if not isinstance(value, list):
        raise _unreadable(value, name)
    if all(isinstance(one, Mapping) for one in value):
        texts = [next((one[key] for key in _TEXTS if key in one), None) for one in value]
        labels = [next((str(one[key]) for key in _LABELS if key in one), "") for one in value]
        return _checked(labels if all(labels) else list(_LETTERS), texts, name)
    return _checked(list(_LETTERS), value, name)


def _checked(labels: Sequence[str], texts: Sequence[Any], name: str) -> Options:
    told = [text if isinstance(text, str) else str(text) if is_number(text) else "" for text in texts]
    if not all(text.strip() for text in told) or len(told) > min(len(labels), len(_LETTERS)):
        raise _unreadable(texts, name)
    return dict(zip(labels, told, strict=False))


def _unreadable(value: Any, name: str) -> DocumentError:
    return DocumentError(f"the question needs its `{name}`, which is {kind_of(value)} in which no options can be read")


def _told(place: int, options: Options) -> str:
    return f"{_LETTERS[place]}) {list(options.values())[place]}"
