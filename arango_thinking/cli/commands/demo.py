"""`demo`: the main job on the bundled sample, with a small real LLM, on a machine without server, key or GPU."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from arango_thinking.choices import OnDuplicate
from arango_thinking.cli import options as given
from arango_thinking.cli.option_groups import config_of, dialogue, takes
from arango_thinking.dialogue_options import Panel

if TYPE_CHECKING:
    from arango_thinking.store.store import Store

DEMO_DATABASE = "embedded:arango-thinking-demo.db"
SHOWN = "satellite_vulnerabilities"
#: The sample's answers are short, and so should be the thinking of a model of 135 M parameters.
DEMO_TOKENS = 120
DEMO_CONCURRENCY = 4


@takes(dialogue("student_model", "teacher_model", "teacher_url", "check_judge"))
def demo(
    context: typer.Context,
    url: Annotated[
        str,
        typer.Option(
            "--url", help="Embedded database that keeps the data of the demo.", rich_help_panel=Panel.DATABASE
        ),
    ] = DEMO_DATABASE,
    as_json: given.AsJson = False,
) -> None:
    """Enhance the bundled sample with a small real LLM. It needs no server, key or GPU: the database is embedded."""
    from arango_thinking.cli.commands.enhance import report
    from arango_thinking.cli.connecting import opened
    from arango_thinking.cli.console import RunProgress, say
    from arango_thinking.cli.running import run
    from arango_thinking.errors import ConfigurationError
    from arango_thinking.runs.enhancer import ThinkingEnhancer
    from arango_thinking.settings import database_settings
    from arango_thinking.store.records import Selection

    settings = database_settings(url)
    if settings.embedded_path is None:
        raise ConfigurationError("demo writes its sample into an embedded database only: give --url embedded:PATH.")
    config = config_of(context, max_new_tokens=DEMO_TOKENS, batch_size=DEMO_CONCURRENCY)
    with opened(settings) as store:
        _load(store)
    say(f"The sample is in {url}: collections qa_pairs, document_objects and qa_relationships.")
    selection = Selection(given.DEFAULT_COLLECTION, evidence_edges="qa_relationships")
    with RunProgress("demo", quiet=as_json) as progress:
        figures = run(ThinkingEnhancer(config, settings).enhance_collection(selection, progress=progress))
    if not as_json:
        with opened(settings) as store:
            _show(store)
    report(figures, "demo", as_json=as_json)
    if not as_json:
        _next_steps(url)


def _load(store: Store) -> None:
    from arango_thinking.sample import load_sample

    sample = load_sample()
    for name, documents in sample._asdict().items():
        store.create_collection(name, edge=name == "qa_relationships")
        store.import_documents(name, documents, OnDuplicate.IGNORE)


def _show(store: Store) -> None:
    """Print one document before and after."""
    from arango_thinking.cli.console import show_before_after
    from arango_thinking.store.records import Selection

    document = next(store.export(Selection(given.DEFAULT_COLLECTION, f'doc._key == "{SHOWN}"')))
    metadata = document["metadata"]
    if metadata.get("thinking_iterations") is not None:
        show_before_after(document["messages"][1]["content"], str(metadata["original_thinking"]), metadata["thinking"])


def _next_steps(url: str) -> None:
    from arango_thinking.cli.console import say

    say(f"""
Next, on this data:
  arango-thinking status --url {url}
  arango-thinking export enhanced.jsonl --url {url}
On your own data: set ARANGO_URL, ARANGO_DATABASE, ARANGO_USERNAME and ARANGO_PASSWORD, then
  arango-thinking enhance --collection qa_pairs --evidence-edges qa_relationships --limit 10 \\
    --student path/to/your-student.gguf --teacher gpt-4o-mini""")
