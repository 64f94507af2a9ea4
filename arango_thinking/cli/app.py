"""The commands, put together."""

from __future__ import annotations

from typing import Annotated

import typer

from arango_thinking.cli.commands import data, database, demo, doctor, enhance, history, repair, serve, sync

app = typer.Typer(
    name="arango-thinking",
    help="Turns the Q&A documents in ArangoDB into training data whose chains of thought are worth learning from.",
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
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more on stderr.")] = False,
) -> None:
    """Options before the command."""
    import logging

    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(message)s")
    for chatty in ("aiohttp", "arango"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # It warns of every retry; when the last one fails, we say so in one sentence.
    logging.getLogger("urllib3").setLevel(logging.ERROR)


app.command()(demo.demo)
app.command()(database.init)
app.command()(doctor.doctor)
app.command("import")(data.import_file)
app.command()(enhance.enhance)
app.command()(enhance.enhance_thinking)
app.command()(sync.sync)
app.command()(data.export)
app.command()(history.status)
app.command()(history.runs)
app.command()(history.show)
app.command()(repair.revert)
app.command()(repair.retry_failed)
app.command()(serve.serve)
