"""The command line application. A command is imported when it is called, so that every start is short."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from arango_thinking.cli.help import GroupedCommand

#: Each command with its module in `cli.commands` and its function there, in the order of `--help`.
COMMANDS = {
    "demo": ("demo", "demo"),
    "init": ("init", "init"),
    "doctor": ("doctor", "doctor"),
    "import": ("data", "import_file"),
    "enhance": ("enhance", "enhance"),
    "enhance-thinking": ("enhance", "enhance_thinking"),
    "sync": ("sync", "sync"),
    "export": ("data", "export"),
    "status": ("history", "status"),
    "runs": ("history", "runs"),
    "show": ("history", "show"),
    "revert": ("repair", "revert"),
    "retry-failed": ("repair", "retry_failed"),
    "serve": ("serve", "serve"),
    "config": ("config", "show_config"),
}
_LOOK: dict[str, Any] = {"pretty_exceptions_enable": False, "rich_markup_mode": None}


class _Commands(Mapping[str, Any]):
    """The commands by their names, each made when it is asked for."""

    def __getitem__(self, name: str) -> Any:
        return command(name)

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class _Group(TyperGroup):
    def __init__(self, **named: Any) -> None:
        super().__init__(**(named | {"commands": _Commands()}))


def command(name: str) -> Any:
    """The command with that name, with its options. Raises `KeyError` when there is none."""
    module, function = COMMANDS[name]
    alone = typer.Typer(add_completion=False, **_LOOK)
    alone.command(name, cls=GroupedCommand)(getattr(import_module(f"arango_thinking.cli.commands.{module}"), function))
    return typer.main.get_command(alone)


app = typer.Typer(
    name="arango-thinking",
    cls=_Group,
    help="Turn Q&A documents in ArangoDB into training data with thinking that is worth learning from.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    **_LOOK,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from arango_thinking.cli.console import print_line
        from arango_thinking.version import __version__

        print_line(f"arango-thinking {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Print more on stderr.")] = False,
) -> None:
    """Options before the command."""
    import logging

    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(message)s")
    for chatty in ("aiohttp", "arango"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # It warns of every retry; when the last retry fails, this package raises an error that says so.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
