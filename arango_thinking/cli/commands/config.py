"""`config`: the settings of a run, and where each comes from."""

from __future__ import annotations

from typing import Any

import typer

from arango_thinking.cli import options as given
from arango_thinking.cli.option_groups import (
    DATABASE,
    config_of,
    dialogue,
    file_of,
    given_of_dialogue,
    is_given,
    settings_of,
    takes,
)

#: The option of each setting of the database that has one.
_OPTIONS = {"url": "url", "database": "database", "insecure": "insecure", "timeout": "database_timeout"}
_SECRETS = ("password", "token")


@takes(dialogue(), DATABASE)
def show_config(context: typer.Context, as_json: given.AsJson = False) -> None:
    """Show each setting of a run, and where it comes from."""
    from arango_thinking.cli.console import print_json
    from arango_thinking.cli.screens import show_settings

    file = file_of(context)
    values = config_of(context).model_dump(mode="json")
    on_line = given_of_dialogue(context)
    rows = [
        {"name": name, "value": value, "from": "flag" if name in on_line else _otherwise(name in file.dialogue)}
        for name, value in values.items()
    ]
    rows += _of_database(context, file.database)
    told = {"file": str(file.path) if file.path else None, "settings": rows}
    if as_json:
        print_json(told)
    else:
        show_settings(told)


def _of_database(context: typer.Context, in_file: Any) -> list[dict[str, Any]]:
    from arango_thinking.settings import in_environment

    settings = settings_of(context)
    rows = []
    for name, value in settings.model_dump(mode="json", exclude={"is_default"}).items():
        if name in _SECRETS:  # never shown
            value = "set" if getattr(settings, name) and getattr(settings, name).get_secret_value() else None
        is_flag = name in _OPTIONS and is_given(context, _OPTIONS[name])
        source = "flag" if is_flag else "environment" if in_environment(name) else _otherwise(name in in_file)
        rows.append({"name": f"database.{name}", "value": value, "from": source})
    return rows


def _otherwise(in_file: bool) -> str:
    return "file" if in_file else "default"
