"""`doctor`: what would go wrong, and what to do about it."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from arango_thinking.cli import options as given
from arango_thinking.cli.option_groups import DATABASE, config_of, dialogue, settings_of, takes
from arango_thinking.dialogue_options import Panel


@takes(dialogue("student_model", "teacher_model", "judge_model", "student_url", "teacher_url"), DATABASE)
def doctor(
    context: typer.Context,
    collection: given.Collection = given.DEFAULT_COLLECTION,
    evidence_edges: given.EvidenceEdges = None,
    with_models: Annotated[
        bool,
        typer.Option(
            "--models/--no-models",
            help="Check the models too; each API is asked for one token.",
            rich_help_panel=Panel.MODELS,
        ),
    ] = True,
    as_json: given.AsJson = False,
) -> None:
    """Check database, collection, models and this machine. Nothing is changed.

    Exits with 0 when there is no error, with 2 when something must be corrected, and with 69 when the only problem is
    that a server or a model is not available now.
    """
    from arango_thinking.cli.console import print_json, show_finding
    from arango_thinking.doctor.examination import Request, examine
    from arango_thinking.doctor.findings import exit_code
    from arango_thinking.store.records import Selection

    request = Request(Selection(collection, evidence_edges=evidence_edges), config_of(context), with_models)
    findings = []
    for finding in examine(partial(settings_of, context), request):
        findings.append(finding)
        if not as_json:
            show_finding(finding)
    code = exit_code(findings)
    if as_json:
        print_json({"exit_code": code, "findings": findings})
    raise typer.Exit(code)
