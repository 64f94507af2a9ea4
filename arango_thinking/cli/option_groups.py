"""Groups of options that several commands take: those of a dialogue, and those that choose a database.

A command that takes a group finds the values in its context.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, get_origin

import typer

from arango_thinking.cli import options as given
from arango_thinking.dialogue_options import Declared, declared

if TYPE_CHECKING:
    from arango_thinking.settings import DatabaseSettings, StudentTeacherConfig
    from arango_thinking.settings_file import FileSettings

Command = Callable[..., None]
Group = Mapping[str, inspect.Parameter]


def _file(config: given.Config = None) -> None:
    """Declares the option; it is never called."""


#: The file that the settings of all groups may stand in.
FILE: Group = inspect.signature(_file, eval_str=True).parameters


def takes(*groups: Group) -> Callable[[Command], Command]:
    """Give a command the options of these groups after its own, and that of their file.

    It must take a `context` to find their values in.
    """
    shared = {name: parameter for group in (*groups, FILE) for name, parameter in group.items()}

    def with_groups(command: Command) -> Command:
        own = inspect.signature(command, eval_str=True)

        @functools.wraps(command)
        def called(**values: object) -> None:
            command(**{name: value for name, value in values.items() if name not in shared})

        parameters = [*own.parameters.values(), *shared.values()]
        called.__signature__ = own.replace(  # type: ignore[attr-defined]
            parameters=[parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in parameters]
        )
        return called

    return with_groups


# ---------------------------------------------------------------- a dialogue


def dialogue(*names: str) -> Group:
    """The options of a dialogue that have flags, all of them or those with these names."""
    return {
        name: _parameter(name, found)
        for name, found in declared().items()
        if found.option.flags and (not names or name in names)
    }


def _parameter(name: str, found: Declared) -> inspect.Parameter:
    option = found.option
    default = found.default or None if _is_mapping(found.kind) else found.default
    flag = typer.Option(
        *option.flags,
        help=option.help,
        show_default=option.unset if default is None else True,
        rich_help_panel=option.panel,
    )
    kind = list[str] | None if _is_mapping(found.kind) else found.kind
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, flag])


def _is_mapping(kind: Any) -> bool:
    """Whether an option holds a value for each of several names; its flag is then given once for each."""
    return get_origin(kind) is dict


def config_of(context: typer.Context, **fixed: Any) -> StudentTeacherConfig:
    """The configuration that the options of a dialogue give, else the file of settings, else the defaults.

    `fixed` are values that the command itself sets. Raises `ConfigurationError` for a value out of range.
    """
    from arango_thinking.settings import StudentTeacherConfig

    return StudentTeacherConfig(**{**file_of(context).dialogue, **given_of_dialogue(context), **fixed})


def given_of_dialogue(context: typer.Context) -> dict[str, Any]:
    """The options of a dialogue that stand on the command line, by the names of the settings."""
    named = {name: value for name, value in context.params.items() if name in declared() and is_given(context, name)}
    if "prices" in named:
        named["prices"] = dict(_prices(named["prices"] or []))
    return named


def is_given(context: typer.Context, name: str) -> bool:
    """Whether an option stands on the command line."""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def file_of(context: typer.Context) -> FileSettings:
    """The file of settings that the options or the environment name. Raises `ConfigurationError` when it is wrong."""
    from arango_thinking.settings_file import read_settings

    return read_settings(context.params.get("config"))


def _prices(texts: list[str]) -> Iterator[tuple[str, tuple[float, ...]]]:
    from arango_thinking.errors import ConfigurationError

    for text in texts:
        name, _, figures = text.rpartition("=")
        try:
            prompt, completion, *cached = (float(figure) for figure in figures.split(",", 2))
        except ValueError as error:
            raise ConfigurationError(
                f"--price '{text}' is not of the form MODEL=PROMPT,COMPLETION[,CACHED]."
            ) from error
        yield name, (prompt, completion, *cached)


# ---------------------------------------------------------------- a database


def _database(
    url: given.Url = None,
    database: given.DatabaseName = None,
    insecure: given.Insecure = False,
    database_timeout: given.DatabaseTimeout = None,
) -> None:
    """Declares the options; it is never called."""


DATABASE: Group = inspect.signature(_database, eval_str=True).parameters


def settings_of(context: typer.Context) -> DatabaseSettings:
    """The database that the options, the environment or the file of settings name.

    Raises `ConfigurationError` when two variables disagree, or the URL has no known form.
    """
    from arango_thinking.settings import database_settings

    values = context.params
    return database_settings(
        values["url"],
        values["database"],
        insecure=values["insecure"],
        timeout=values["database_timeout"],
        otherwise=file_of(context).database,
    )
