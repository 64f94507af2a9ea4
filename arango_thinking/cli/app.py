"""The command line application, with all commands."""

from __future__ import annotations

from typing import Annotated

import typer

from arango_thinking.cli.commands import data, demo, doctor, enhance, history, init, repair, serve, sync
from arango_thinking.cli.help import GroupedCommand

app = typer.Typer(
    name="arango-thinking",
    help="Turn Q&A documents in ArangoDB into training data with thinking that is worth learning from.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
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


for _command in (
    demo.demo,
    init.init,
    doctor.doctor,
    data.import_file,
    enhance.enhance,
    enhance.enhance_thinking,
    sync.sync,
    data.export,
    history.status,
    history.runs,
    history.show,
    repair.revert,
    repair.retry_failed,
    serve.serve,
):
    # "import" is a keyword of Python, so its function has a longer name.
    _name = "import" if _command is data.import_file else None
    app.command(_name, cls=GroupedCommand)(_command)
