"""`doctor`: what would go wrong, and what to do about it."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from arango_thinking.cli import options as given


def doctor(
    collection: given.Collection = given.DEFAULT_COLLECTION,
    evidence_edges: given.EvidenceEdges = None,
    student: given.Student = given.DEFAULT_STUDENT,
    teacher: given.Teacher = given.DEFAULT_TEACHER,
    judge: given.Judge = None,
    student_url: given.StudentUrl = None,
    teacher_url: given.TeacherUrl = None,
    with_models: Annotated[
        bool, typer.Option("--models/--no-models", help="Whether the models are looked at, APIs by one token each.")
    ] = True,
    url: given.Url = None,
    database: given.DatabaseName = None,
    insecure: given.Insecure = False,
    database_timeout: given.DatabaseTimeout = None,
    as_json: given.AsJson = False,
) -> None:
    """Check the database, the collection, the models and this machine; nothing is made or changed.

    Exits with 0 when there is no error, with 2 when something has to be corrected, and with 69 when all that is
    wrong is that a server or a model is not there now.
    """
    from arango_thinking.cli.console import print_json, show_finding
    from arango_thinking.doctor.examination import Request, examine
    from arango_thinking.doctor.findings import exit_code
    from arango_thinking.settings import StudentTeacherConfig, database_settings
    from arango_thinking.store.records import Selection

    config = StudentTeacherConfig(
        student_model=student,
        teacher_model=teacher,
        judge_model=judge,
        student_url=student_url,
        teacher_url=teacher_url,
    )
    settings = partial(database_settings, url, database, insecure=insecure, timeout=database_timeout)
    request = Request(Selection(collection, evidence_edges=evidence_edges), config, with_models)
    findings = []
    for finding in examine(settings, request):
        findings.append(finding)
        if not as_json:
            show_finding(finding)
    code = exit_code(findings)
    if as_json:
        print_json({"exit_code": code, "findings": findings})
    raise typer.Exit(code)
