"""Every setting, declared once. This is the only module that reads the environment."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from arango_thinking.addresses import EMBEDDED, embedded_path, endpoints, is_model_url
from arango_thinking.choices import (
    DEFAULT_DATABASE_FILE,
    DEFAULT_STUDENT,
    DEFAULT_TEACHER,
    Continuation,
    FirstTry,
    Login,
    OnUnconverged,
    ThinkingFormat,
)
from arango_thinking.errors import ConfigurationError

#: Fields of `StudentTeacherConfig` about speed, money and keeping, not about what is asked.
_OPERATIONAL = (
    *("check_judge", "max_cost", "max_tokens", "prices", "journal", "journal_days"),
    *("batch_size", "batch_delay", "request_timeout", "requests_per_minute", "tokens_per_minute"),
)


class StudentTeacherConfig(BaseModel):
    """How the dialogue goes: who takes part, for how long, and what becomes of the result.

    Raises `ConfigurationError` for unknown names and for values out of range.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    student_model: str = Field(DEFAULT_STUDENT, min_length=1, description="The model that will be fine-tuned.")
    teacher_model: str = Field(DEFAULT_TEACHER, min_length=1, description="Judges and hints.")
    judge_model: str | None = Field(None, description="Judges in the teacher's place, in calls of its own.")
    use_local_student: bool = Field(True, description="False: the student is served by an API, whatever its name.")
    student_url: str | None = Field(None, description="Base URL of the student's OpenAI-compatible API.")
    teacher_url: str | None = Field(None, description="Base URL of the teacher's and judge's API.")

    max_iterations: int = Field(3, ge=1, le=20, description="Most attempts per question.")
    min_iterations: int = Field(1, ge=1, le=20, description="A right answer is verified until there are so many.")
    first_try: FirstTry = Field(FirstTry.DEEPEN, description="What to do with a right first attempt.")
    on_unconverged: OnUnconverged = Field(OnUnconverged.WRITE, description="What to do with a dialogue that failed.")
    thinking_format: ThinkingFormat = Field(ThinkingFormat.ITERATIVE, description="How a trace is rendered.")
    max_thinking_length: int | None = Field(
        None, ge=0, description="Most characters of thinking; whole turns are left out. 0: no limit."
    )
    save_iterations: bool = Field(False, description="Also write thinking_iterations_detail, turn by turn.")
    student_sees_evidence: bool = Field(True, description="Show the source paragraphs to the student.")

    check_judge: bool = Field(True, description="Try an LLM judge on answers known to be right or wrong, first.")

    student_temperature: float = Field(
        0.7, ge=0, le=2, description="The student's; only its final answer is drawn at 0."
    )
    teacher_temperature: float = Field(0.8, ge=0, le=2, description="The teacher's.")
    judge_temperature: float = Field(0.0, ge=0, le=2, description="The separate judge's.")
    max_new_tokens: int = Field(500, ge=16, le=32768, description="Most tokens of one model reply.")
    seed: int = Field(0, ge=0, description="Local models draw the same replies for the same seed.")

    max_cost: float | None = Field(None, gt=0, description="Most US dollars that a run may spend on model calls.")
    max_tokens: int | None = Field(None, gt=0, description="Most tokens of all model calls of a run together.")
    prices: dict[str, tuple[float, float]] = Field(
        {}, description="US dollars for a million tokens of a model: (prompt, completion)."
    )
    journal: bool = Field(True, description="Keep model replies, so that a run that was killed pays for none twice.")
    journal_days: int = Field(30, ge=1, description="How long replies are kept.")

    batch_size: int = Field(10, ge=1, le=4096, description="Dialogues in flight at once.")
    batch_delay: float = Field(0.0, ge=0, description="Seconds to wait after each batch_size dialogues started.")
    request_timeout: float = Field(120.0, gt=0, description="Seconds one API call may take.")
    requests_per_minute: float | None = Field(None, gt=0, description="Most calls a minute to one API.")
    tokens_per_minute: float | None = Field(
        None, gt=0, description="Most tokens a minute, prompt and reply, of one API."
    )
    continuation: Continuation = Field(
        Continuation.EMULATED, description="How the student's API goes on from the student's own text."
    )

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise ConfigurationError(explain(error)) from error

    @property
    def fingerprint(self) -> str:
        """Differs when anything differs that may change what a dialogue comes to."""
        chosen = self.model_dump(mode="json", exclude=set(_OPERATIONAL))
        return hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()[:16]

    @field_validator("student_url", "teacher_url")
    @classmethod
    def _is_url(cls, url: str | None) -> str | None:
        if url and not is_model_url(url):
            raise ValueError("not a URL such as http://localhost:8000/v1")
        return url or None

    @model_validator(mode="after")
    def _iterations_agree(self) -> StudentTeacherConfig:
        if self.min_iterations > self.max_iterations:
            raise ValueError(
                f"min_iterations ({self.min_iterations}) is greater than max_iterations ({self.max_iterations})"
            )
        return self


def explain(error: ValidationError) -> str:
    """The findings of a pydantic validation, one sentence each."""
    findings = []
    for finding in error.errors(include_url=False):
        name = ".".join(str(part) for part in finding["loc"])
        message = finding["msg"].removeprefix("Value error, ")
        findings.append(f"{name}: {message} (got {finding['input']!r})" if name else message)
    return "; ".join(findings)


#: The driver's own, and long enough for a page of large documents.
DATABASE_TIMEOUT = 60.0


class DatabaseSettings(BaseModel):
    """Where the database is and how to log in. `url` is "http(s)://host:port[,...]" or "embedded:PATH"."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    url: str
    database: str = "_system"
    username: str = "root"
    password: SecretStr = SecretStr("")
    #: A token to use as it is, in place of name and password: a user's, or a superuser's.
    token: SecretStr | None = None
    login: Login = Login.BASIC
    ca_file: Path | None = None
    #: Whether certificates go unchecked.
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
        """The file of the embedded database, or None for a server."""
        return embedded_path(self.url)

    @property
    def endpoints(self) -> tuple[str, ...]:
        """The servers, tried in this order. Raises `ConfigurationError` when `url` has no known form."""
        return endpoints(self.url)


def _names(*names: str) -> Any:
    return Field(None, validation_alias=AliasChoices(*names))


class Environment(BaseSettings):
    """Everything read from environment variables, with the aliases that other ArangoDB tools use."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True, populate_by_name=True)

    openai_api_key: SecretStr | None = None
    openai_api_key_file: Path | None = None
    openai_base_url: str | None = None
    arango_root_password: SecretStr | None = None
    arango_root_password_file: Path | None = None
    xdg_cache_home: Path | None = None
    arango_thinking_cache: Path | None = None
    arango_thinking_journal: Path | None = None
    no_color: str | None = None

    @field_validator("openai_base_url")
    @classmethod
    def _holds_no_secret(cls, url: str | None) -> str | None:
        if url and not is_model_url(url):
            raise ConfigurationError("OPENAI_BASE_URL is not a URL such as http://localhost:8000/v1.")
        return url

    @property
    def cache_folder(self) -> Path:
        """Where downloaded models are kept."""
        return self.arango_thinking_cache or (self.xdg_cache_home or Path.home() / ".cache") / "arango-thinking"

    @property
    def journal_file(self) -> Path:
        """Where runs on files keep model replies; runs on a database keep them there."""
        return self.arango_thinking_journal or self.cache_folder / "journal.db"

    @property
    def api_key(self) -> str | None:
        """The key for OpenAI-compatible APIs, from the variable or from the file it names."""
        return _secret(self.openai_api_key, self.openai_api_key_file)

    @property
    def root_password(self) -> str | None:
        """What root's password is to be where the embedded database is served."""
        return _secret(self.arango_root_password, self.arango_root_password_file)


def _secret(value: SecretStr | None, file: Path | None) -> str | None:
    if value is not None:
        return value.get_secret_value()
    return _read_secret(file) if file else None


#: Setting -> the variables that may hold it, our own first.
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
    url: str | None = None, database: str | None = None, *, insecure: bool = False, timeout: float | None = None
) -> DatabaseSettings:
    """The database chosen by arguments, else by the environment, else the embedded default.

    Raises `ConfigurationError` when two variables for one setting disagree, or the URL has no known form.
    """
    values: dict[str, Any] = {name: _from_environment(name) for name in DATABASE_VARIABLES}
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


def _from_environment(setting: str) -> str | None:
    import os

    names = DATABASE_VARIABLES[setting]
    found = {name: os.environ[name] for name in names if os.environ.get(name)}
    if setting in _SECRETS:
        files = {f"{name}_FILE": os.environ.get(f"{name}_FILE") for name in names}
        found.update({name: _read_secret(Path(path)) for name, path in files.items() if path})
    if len(set(found.values())) > 1:
        raise ConfigurationError(f"{' and '.join(found)} disagree about the {setting}; unset all but one.")
    return next(iter(found.values()), None)


def _read_secret(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"The secret file {path} cannot be read: {error}.") from error
