"""All checks, in order. None of them makes or changes anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

from arango_thinking.doctor import machine, rights, server, source
from arango_thinking.doctor.findings import Finding, Level, failed, ok, skipped, wrong
from arango_thinking.doctor.models import models
from arango_thinking.doctor.patient import Patient
from arango_thinking.errors import ArangoThinkingError, ConfigurationError
from arango_thinking.settings import DatabaseSettings, StudentTeacherConfig
from arango_thinking.store.connection import Connection
from arango_thinking.store.records import Selection

Check = Callable[[Patient], Finding | list[Finding]]

OF_THE_SERVER: tuple[Check, ...] = (server.version, server.deployment, server.mode, server.clock)
OF_THE_DATABASE: tuple[Check, ...] = (rights.rights, rights.own_collections)
OF_THE_SOURCE: tuple[Check, ...] = (
    source.documents,
    source.schema,
    source.computed_values,
    source.shard_keys,
    source.expiry,
    source.evidence,
)
ALL = (*OF_THE_SERVER, *OF_THE_DATABASE, *OF_THE_SOURCE)


@dataclass(frozen=True, slots=True)
class Request:
    """What a run would work on and with. Without `with_models` no model is checked."""

    selection: Selection
    config: StudentTeacherConfig
    with_models: bool = True


def examine(settings: Callable[[], DatabaseSettings], request: Request) -> Iterator[Finding]:
    """Yield each finding as soon as it is made. A `ConfigurationError` of `settings` is a finding too."""
    chosen = None
    try:
        chosen = settings()
    except ConfigurationError as error:
        yield failed("address", error)
        yield from _skipped(ALL, "it is not known where the database is")
    else:
        yield from _database(chosen, request.selection)
    if request.with_models:
        yield from models(request.config)
    yield from machine.room(chosen)


def _database(settings: DatabaseSettings, selection: Selection) -> Iterator[Finding]:
    yield server.address(settings)
    yield server.encryption(settings)
    servers = server.servers(settings)
    yield from servers
    missing = server.file(settings)
    if missing is not None:
        yield missing
    elif servers and all(finding.level is Level.ERROR for finding in servers):
        yield skipped("login", "no server answers")
    else:
        yield from _opened(settings, selection)
        return
    yield from _skipped(ALL, "there is no database to check")


def _opened(settings: DatabaseSettings, selection: Selection) -> Iterator[Finding]:
    try:
        connection = Connection.open(settings)
    except ArangoThinkingError as error:
        yield failed("login", error)
        yield from _skipped(ALL, "the login failed")
        return
    with closing(connection):
        patient = Patient(connection, settings, selection)
        yield from _run((_login, *OF_THE_SERVER, *OF_THE_DATABASE), patient)
        if selection.collection in patient.names:
            yield from _run(OF_THE_SOURCE, patient)
        else:
            what = f"there is no collection {selection.collection} in {settings.database}, or no right to see it"
            yield wrong("collection", what, "Correct --collection or --database, or import the Q&A documents.")
            yield from _skipped(OF_THE_SOURCE, "there is no collection to check")


def _login(patient: Patient) -> Finding:
    return ok("login", f"{patient.user or 'no user'}, database {patient.settings.database}")


def _run(checks: tuple[Check, ...], patient: Patient) -> Iterator[Finding]:
    for check in checks:
        try:
            found = check(patient)
        except ArangoThinkingError as error:
            found = failed(_name(check), error)
        yield from found if isinstance(found, list) else [found]


def _skipped(checks: tuple[Check, ...], why: str) -> Iterator[Finding]:
    return (skipped(_name(check), why) for check in checks)


def _name(check: Check) -> str:
    return check.__name__.strip("_").replace("_", " ")
