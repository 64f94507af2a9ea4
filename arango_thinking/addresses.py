"""The URLs and paths that users give, of databases, of model APIs and of files.

The URL of a database may name several servers, and may use the schemes of ArangoDB's own tools.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, urlsplit

from arango_thinking.errors import ConfigurationError

EMBEDDED = "embedded:"
#: The port on which ArangoDB listens.
DEFAULT_PORT = 8529
#: Each scheme that arangosh and arangod write, with the scheme that HTTP clients use for it.
_SCHEMES = {"http": "http", "https": "https", "http+tcp": "http", "http+ssl": "https", "tcp": "http", "ssl": "https"}
_FORMS = "Use http://host:8529 or https://host:8529 (several, separated by commas), or embedded:PATH"
_SECRET_NAME = re.compile(r"key|token|secret|passw|pwd|auth|sig|credential", re.IGNORECASE)


def expanded(path: str | Path) -> Path:
    """The path with a leading "~" replaced. Raises `ConfigurationError` when it is not known whose home that is."""
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise ConfigurationError(f"{path}: there is no home folder; give the whole path, or set HOME.") from error


def embedded_path(url: str) -> str | None:
    """The file that "embedded:PATH" means; `None` for the URL of a server."""
    return url.removeprefix(EMBEDDED) if url.startswith(EMBEDDED) else None


def endpoints(url: str) -> tuple[str, ...]:
    """The servers of a database URL in the form that HTTP clients use, "http://host:8529"; `()` for an embedded one.

    Raises `ConfigurationError` for anything else; the message never shows a password.
    """
    parts = [part.strip() for part in url.split(",")]
    embedded = [part for part in parts if part.startswith(EMBEDDED)]
    if embedded and (len(embedded) > 1 or any("://" in part for part in parts)):
        raise ConfigurationError(f"An embedded database stands alone: name no other database beside it. {_FORMS}.")
    if url.startswith(EMBEDDED) and len(url) > len(EMBEDDED):
        return ()
    found = tuple(dict.fromkeys(_endpoint(part) for part in parts))
    if len({endpoint.partition(":")[0] for endpoint in found}) > 1:
        raise ConfigurationError(
            "The URL names some servers with TLS and some without, so a password would go to some of them unencrypted. "
            "Write https:// (or ssl://) for all of them, or for none."
        )
    return found


def _endpoint(part: str) -> str:
    if "@" in part:
        raise ConfigurationError(
            "Leave the name and password out of the URL; use ARANGO_USERNAME, and ARANGO_PASSWORD or "
            "ARANGO_PASSWORD_FILE."
        )
    split = _split(part)
    if split is None or split.scheme not in _SCHEMES or split.query or split.fragment:
        shown = part.partition("?")[0]
        raise ConfigurationError(f"'{shown}' is not a database URL. {_FORMS}.")
    if split.path.startswith("/_db/"):
        raise ConfigurationError(f"'{part}' names a database; use --database or ARANGO_DATABASE for that.")
    port = "" if split.port else f":{DEFAULT_PORT}"
    return f"{_SCHEMES[split.scheme]}://{split.netloc.rstrip(':')}{port}{split.path.rstrip('/')}"


def is_model_url(url: str) -> bool:
    """Whether `url` is an http or https URL, as an API has.

    Raises `ConfigurationError` when the URL holds a secret; the message does not show the secret.
    """
    authority = url.partition("://")[2].partition("/")[0]
    split = _split(url)
    names = [name for name, _ in parse_qsl(url.partition("?")[2], keep_blank_values=True)]
    if "@" in authority or any(_SECRET_NAME.search(name) for name in names):
        raise ConfigurationError(
            "A model's URL holds a password or key, which would show in records and messages: leave it out, and use "
            "OPENAI_API_KEY or OPENAI_API_KEY_FILE."
        )
    return split is not None and split.scheme in ("http", "https")


def _split(url: str) -> SplitResult | None:
    """The parts of a URL; `None` when it is not a URL with a host and a valid port."""
    try:
        split = urlsplit(url)
        return split if split.hostname and split.port != 0 else None
    except ValueError:  # a bracket left open, a port that is not a number
        return None
