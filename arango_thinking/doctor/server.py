"""Checks of the connection to the server, which need no open database, and of the server itself."""

from __future__ import annotations

import ipaddress
import re
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from arango_thinking.doctor.findings import Finding, Level, failed, ok, skipped, unavailable, warning, wrong
from arango_thinking.doctor.patient import Patient
from arango_thinking.errors import ArangoThinkingError
from arango_thinking.settings import DatabaseSettings
from arango_thinking.store.connection import seconds_to_answer

OLDEST = (3, 11)
#: Seconds by which clocks may differ, and within which a server should answer.
SKEW, SLOW = 5.0, 1.0


# ---------------------------------------------------------------------- before there is a connection


def address(settings: DatabaseSettings) -> Finding:
    if settings.embedded_path is None:
        return ok("address", ", ".join(settings.endpoints))
    default = "; no ARANGO_URL is set" if settings.is_default else ""
    return warning(
        "address",
        f"{settings.url}, an embedded database{default}",
        "It is for development and small data; set ARANGO_URL for an ArangoDB server.",
    )


def encryption(settings: DatabaseSettings) -> Finding:
    if not settings.endpoints:
        return skipped("encryption", "an embedded database has no network in between")
    if settings.endpoints[0].startswith("http:"):
        if all(_is_of_this_machine(endpoint) for endpoint in settings.endpoints):
            return ok("encryption", "none, and none needed on this machine")
        return warning("encryption", "none: password and data travel in the clear", "Use https:// (ssl://).")
    if settings.insecure:
        return warning("encryption", "TLS, but certificates are not verified", "Use ARANGO_CA_FILE, not --insecure.")
    return ok("encryption", f"TLS, certificates verified by {settings.ca_file or 'the usual authorities'}")


def _is_of_this_machine(endpoint: str) -> bool:
    host = urlsplit(endpoint).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def servers(settings: DatabaseSettings) -> list[Finding]:
    """One finding a server. One that is down is only a warning while another answers."""
    found = [_server(settings, endpoint) for endpoint in settings.endpoints]
    if all(finding.level is Level.ERROR for finding in found):
        return found
    return [replace(f, level=Level.WARNING, exit_code=0) if f.level is Level.ERROR else f for f in found]


def _server(settings: DatabaseSettings, endpoint: str) -> Finding:
    name = f"server {endpoint}"
    try:
        seconds = seconds_to_answer(settings, endpoint)
    except ArangoThinkingError as error:
        return replace(failed(name, error), to_do="Start it, or correct the URL, the certificate or the network.")
    if seconds > SLOW:
        return warning(
            name, f"answers in {seconds:.1f} s", "Run closer to it: every page and every write waits that long."
        )
    return ok(name, f"answers in {seconds * 1000:.0f} ms")


def file(settings: DatabaseSettings) -> Finding | None:
    """A finding when the embedded file does not exist, else `None`. It is not opened then: that would make it."""
    path = Path(settings.embedded_path or "")
    if settings.embedded_path is None or (path.is_file() and path.stat().st_size):
        return None
    return warning("file", f"there is no {path} yet", "The first import or init makes it.")


# ---------------------------------------------------------------------- over the connection


def version(patient: Patient) -> Finding:
    stated = str(patient.connection.get("/_api/version").get("version", ""))
    numbers = re.match(r"(\d+)\.(\d+)", stated)
    if numbers is None:
        return warning("version", f"unknown ({stated or 'not told'})", "Tested versions are 3.11, 3.12 and later.")
    if (int(numbers[1]), int(numbers[2])) < OLDEST:
        return wrong("version", stated, f"Upgrade to {'.'.join(map(str, OLDEST))} or later.")
    return ok("version", f"{stated}; nothing is used that version 4 has removed")


def deployment(patient: Patient) -> Finding:
    role = patient.connection.get("/_admin/server/role").get("role", "UNDEFINED")
    database = patient.connection.get("/_api/database/current")["result"]
    if role == "SINGLE":
        return ok("deployment", "single server")
    if role != "COORDINATOR":
        return wrong("deployment", f"a server of role {role}", "Give the URLs of the Coordinators.")
    return ok("deployment", "cluster, OneShard database" if database.get("sharding") == "single" else "cluster")


def mode(patient: Patient) -> Finding:
    stated = patient.connection.get("/_admin/server/mode").get("mode")
    if stated == "readonly":
        return unavailable("mode", "the server is read-only", "Wait until it takes writes, or ask its administrator.")
    return ok("mode", "takes writes")


def clock(patient: Patient) -> Finding:
    before = time.time()
    told = patient.connection.rows("who_and_when", {})[0]["now"] / 1000
    skew = told - (before + time.time()) / 2
    if abs(skew) > SKEW:
        ahead = "ahead of" if skew > 0 else "behind"
        return warning(
            "clock",
            f"the server's is {abs(skew):.0f} s {ahead} this machine's",
            "Set both by NTP: logins by token, leases and the journal depend on them.",
        )
    return ok("clock", f"the server's and this machine's differ by {abs(skew):.1f} s")
