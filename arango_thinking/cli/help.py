"""`--help` with the options of a command under headings."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand

from arango_thinking.dialogue_options import Panel

_ARGUMENTS, _OTHERS = "Arguments", "Options"


class GroupedCommand(TyperCommand):
    """A command whose help lists its options under their panels; options without a panel come last."""

    def format_options(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        """Write the arguments and the options, each list under its heading."""
        panels: dict[str, list[tuple[str, str]]] = {name: [] for name in (_ARGUMENTS, *Panel)}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                otherwise = _ARGUMENTS if parameter.param_type_name == "argument" else _OTHERS
                panels.setdefault(getattr(parameter, "rich_help_panel", None) or otherwise, []).append(record)
        panels[_OTHERS] = panels.pop(_OTHERS, [])
        for panel, records in panels.items():
            if records:
                with formatter.section(panel):
                    formatter.write_dl(records)
