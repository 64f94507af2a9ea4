"""Every setting, declared once. This is the only module that reads the environment."""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from arango_thinking.addresses import EMBEDDED, embedded_path, endpoints, is_model_url
from arango_thinking.choices import DEFAULT_DATABASE_FILE, Login
from arango_thinking.dialogue_options import DialogueOptions, Panel, declared
from arango_thinking.errors import ConfigurationError

#: Options about speed, cost and storage. They do not change the dialogue about a document.
_OPERATIONAL = {
    "check_judge",
    *(name for name, found in declared().items() if found.option.panel in (Panel.COST, Panel.LIMITS)),
}


class StudentTeacherConfig(DialogueOptions, BaseModel):
    """How a dialogue goes: who takes part, how long it lasts, and what happens to its result.

    Raises `ConfigurationError` for unknown names and for values out of range.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise ConfigurationError(explain(error)) from error

    @property
    def fingerprint(self) -> str:
        """A hash of all options that may change the result of a dialogue."""
        chosen = self.model_dump(mode="json", exclude=_OPERATIONAL)
        return hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()[:16]

    @field_validator("student_url", "teacher_url", "judge_url")
    @classmethod
    def _is_url(cls, url: str | None) -> str | None:
        if url and not is_model_url(url):
            raise ValueError("not a URL such as http://localhost:8000/v1")
        return url or None

    @field_validator("student_extra", "teacher_extra", "judge_extra", mode="before")
    @classmethod
    def _as_text(cls, given: Any) -> Any:
        return json.dumps(given, sort_keys=True) if isinstance(given, dict) else given

    @field_validator("student_extra", "teacher_extra", "judge_extra")
    @classmethod
    def _is_object(cls, text: str | None) -> str | None:
        if text:
            try:
                found = json.loads(text)
            except ValueError as error:
                raise ValueError(f"not JSON: {error}") from error
            if not isinstance(found, dict):
                raise ValueError("not a JSON object")
        return text or None

    @field_validator("prices")
    @classmethod
    def _are_prices(cls, prices: dict[str, tuple[float, ...]]) -> dict[str, tuple[float, ...]]:
        for name, figures in prices.items():
            if not name or len(figures) not in (2, 3) or not all(0 <= figure < math.inf for figure in figures):
                raise ValueError(f"'{name}' at {figures} is not the name of a model and two or three prices, 0 or more")
        return prices

    @model_validator(mode="after")
    def _iterations_agree(self) -> StudentTeacherConfig:
        if self.min_iterations > self.max_iterations:
            raise ValueError(
                f"min_iterations ({self.min_iterations}) is greater than max_iterations ({self.max_iterations})"
            )
        return self


def explain(error: ValidationError) -> str:
    """The findings of a pydantic validation on one line, separated by semicolons."""
    findings = []
    for finding in error.errors(include_url=False):
        name = ".".join(str(part) for part in finding["loc"])
        message = finding["msg"].removeprefix("Value error, ")
        findings.append(f"{name}: {message} (got {finding['input']!r})" if name else message)
    return "; ".join(findings)


_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
#: Seconds; the driver's own default, and long enough for a page of large documents.
DATABASE_TIMEOUT = 60.0


class DatabaseSettings(BaseModel):
    """Where the database is and how to log in. `url` is "http(s)://host:port[,...]" or "embedded:PATH"."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    url: str
    database: str = "_system"
    username: str = "root"
    password: SecretStr = SecretStr("")
    #: A token of a user or a superuser. It is sent unchanged, in place of name and password.
    token: SecretStr | None = None
    login: Login = Login.BASIC
    ca_file: Path | None = None
    #: Whether to skip the check of TLS certificates.
    insecure: bool = False
    #: Seconds that one request may take.
    timeout: Annotated[float, Field(gt=0)] = DATABASE_TIMEOUT
    is_default: bool = False

    @model_validator(mode="after")
    def _certificates_agree(self) -> DatabaseSettings:
        if self.insecure and self.ca_file is not None:
            raise ValueError("ARANGO_CA_FILE and --insecure (ARANGO_INSECURE) exclude each other: unset one of them")
        return self

    @property
    def embedded_path(self) -> str | None:
        """The file of the embedded database, or `None` for a server."""
        return embedded_path(self.url)

    @property
    def endpoints(self) -> tuple[str, ...]:
        """The servers, tried in this order. Raises `ConfigurationError` when `url` has no known form."""
        return endpoints(self.url)


class Environment(BaseModel):
    """The environment variables that are not about the database. Each field has the name of its variable.

    A variable that is empty counts as not set.
    """

    model_config = ConfigDict(frozen=True)

    openai_api_key: SecretStr | None = None
    openai_api_key_file: Path | None = None
    student_api_key: SecretStr | None = None
    student_api_key_file: Path | None = None
    teacher_api_key: SecretStr | None = None
    teacher_api_key_file: Path | None = None
    judge_api_key: SecretStr | None = None
    judge_api_key_file: Path | None = None
    student_headers: SecretStr | None = None
    student_headers_file: Path | None = None
    teacher_headers: SecretStr | None = None
    teacher_headers_file: Path | None = None
    judge_headers: SecretStr | None = None
    judge_headers_file: Path | None = None
    openai_base_url: str | None = None
    arango_root_password: SecretStr | None = None
    arango_root_password_file: Path | None = None
    xdg_cache_home: Path | None = None
    arango_thinking_cache: Path | None = None
    arango_thinking_journal: Path | None = None
    arango_thinking_config: Path | None = None

    def __init__(self, **values: Any) -> None:
        found = {name: _clean(os.environ.get(name.upper(), "")) for name in type(self).model_fields}
        super().__init__(**({name: value for name, value in found.items() if value} | values))

    @field_validator("openai_base_url")
    @classmethod
    def _holds_no_secret(cls, url: str | None) -> str | None:
        if url and not is_model_url(url):
            raise ConfigurationError("OPENAI_BASE_URL is not a URL such as http://localhost:8000/v1.")
        return url

    @property
    def cache_folder(self) -> Path:
        """Where downloaded models are kept. Raises `ConfigurationError` when no variable names a place for it."""
        if self.arango_thinking_cache is not None:
            return self.arango_thinking_cache
        try:
            return (self.xdg_cache_home or Path.home() / ".cache") / "arango-thinking"
        except RuntimeError as error:
            raise ConfigurationError(
                "There is no home folder, and so no place for a cache: set ARANGO_THINKING_CACHE to a folder."
            ) from error

    @property
    def journal_file(self) -> Path:
        """The file where runs on JSONL files keep model replies. Runs on a database keep them in that database."""
        return self.arango_thinking_journal or self.cache_folder / "journal.db"

    def api_key(self, role: str) -> str | None:
        """The key for the API of a role, from its own variable or from that for all; or from the files they name.

        The judge has the teacher's unless it has its own. Raises `ConfigurationError` for what no HTTP header takes.
        """
        for name in (*_variables(role, "api_key"), "openai_api_key"):
            key = self._secret(name)
            if key:
                _check_header(name.upper(), key)
                return key
        return None

    def headers(self, role: str) -> dict[str, str]:
        """The headers for the API of a role: a "Name: value" on each line, or between semicolons.

        The judge has the teacher's unless it has its own. Raises `ConfigurationError` when they have another form.
        """
        for variable in _variables(role, "headers"):
            told = self._secret(variable)
            if told:
                pairs = [part.partition(":") for part in re.split(r"[\n;]", told) if part.strip()]
                if not all(separator and _HEADER_NAME.fullmatch(name.strip()) for name, separator, _ in pairs):
                    raise ConfigurationError(f"{variable.upper()} is not of the form 'Name: value; Other: value'.")
                headers = {name.strip(): value.strip() for name, _, value in pairs}
                for value in headers.values():
                    _check_header(variable.upper(), value)
                return headers
        return {}

    def _secret(self, name: str) -> str | None:
        return _secret(getattr(self, name), getattr(self, f"{name}_file"))

    @property
    def root_password(self) -> str | None:
        """The password that root gets when the embedded database is served."""
        return _secret(self.arango_root_password, self.arango_root_password_file)


def _variables(role: str, what: str) -> list[str]:
    """The variables of a role; those of the teacher hold for the judge too."""
    return [f"{name}_{what}" for name in ([role, "teacher"] if role == "judge" else [role])]


def _check_header(variable: str, value: str) -> None:
    if not (value.isascii() and value.isprintable()):
        raise ConfigurationError(
            f"{variable} holds characters that no HTTP header takes, such as a line end: set it anew."
        )


def _clean(text: str, around: str | None = None) -> str:
    """The value of a variable or the text of a secret file, without what editors and shells leave around it.

    `around` are the characters that are taken away; without it, all white space.
    """
    return text.removeprefix("\ufeff").strip(around)


def _secret(value: SecretStr | None, file: Path | None) -> str | None:
    if value is not None:
        return value.get_secret_value()
    return _read_secret(file) if file else None


#: Each setting with the environment variables that may hold it, those of this package first.
DATABASE_VARIABLES: dict[str, tuple[str, ...]] = {
    "url": ("ARANGO_URL", "ARANGODB_URL", "ARANGO_HOST", "ARANGODB_HOST_URL"),
    "database": ("ARANGO_DATABASE", "ARANGO_DB_NAME", "ARANGO_DB", "ARANGODB_DBNAME", "ARANGODB_DATABASE"),
    "username": ("ARANGO_USERNAME", "ARANGO_USER", "ARANGODB_USERNAME"),
    "password": ("ARANGO_PASSWORD", "ARANGODB_PASSWORD"),
    "token": ("ARANGO_TOKEN",),
    "login": ("ARANGO_AUTH",),
    "ca_file": ("ARANGO_CA_FILE",),
    "insecure": ("ARANGO_INSECURE",),
    "timeout": ("ARANGO_TIMEOUT",),
}
_SECRETS = ("password", "token")


def database_settings(
    url: str | None = None,
    database: str | None = None,
    *,
    insecure: bool = False,
    timeout: float | None = None,
    otherwise: Mapping[str, Any] | None = None,
) -> DatabaseSettings:
    """The database that the arguments choose, else the environment, else `otherwise`, else the embedded default.

    Raises `ConfigurationError` when two variables for one setting disagree, or the URL has no known form.
    """
    found = {name: _from_environment(name) for name in DATABASE_VARIABLES}
    values: dict[str, Any] = dict.fromkeys(DATABASE_VARIABLES) | dict(otherwise or {})
    values |= {name: value for name, value in found.items() if value is not None}
    given = {"url": url, "database": database, "insecure": insecure, "timeout": timeout}
    values.update({name: value for name, value in given.items() if value})
    is_default = values["url"] is None
    values["url"] = values["url"] or f"{EMBEDDED}{DEFAULT_DATABASE_FILE}"
    endpoints(values["url"])
    present = {name: value for name, value in values.items() if value is not None}
    try:
        return DatabaseSettings(is_default=is_default, **present)
    except ValidationError as error:
        raise ConfigurationError(explain(error)) from error


def in_environment(setting: str) -> bool:
    """Whether the environment says what a setting of the database is."""
    return _from_environment(setting) is not None


def _from_environment(setting: str) -> str | None:
    names = DATABASE_VARIABLES[setting]
    around = "\r\n" if setting == "password" else None  # a password may begin with a space
    found = {name: value for name in names if (value := _clean(os.environ.get(name, ""), around))}
    if setting in _SECRETS:
        files = {f"{name}_FILE": os.environ.get(f"{name}_FILE") for name in names}
        found.update({name: _read_secret(Path(path)) for name, path in files.items() if path})
    if len(set(found.values())) > 1:
        raise ConfigurationError(f"{' and '.join(found)} disagree about the {setting}; unset all but one.")
    return next(iter(found.values()), None)


def _read_secret(path: Path) -> str:
    try:
        return _clean(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"The secret file {path} cannot be read: {error}.") from error
