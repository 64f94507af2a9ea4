"""The embedded database behind TLS, with a certificate of an authority that nobody else knows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

from arango_thinking.embedded.http.api import EmbeddedServer
from arango_thinking.embedded.http.server import Application
from arango_thinking.embedded.storage.storage import Storage
from tests.pretending import serving_application


@dataclass(frozen=True)
class Secured:
    """Where it is, and the certificate of the authority."""

    url: str
    ca_file: Path


@contextmanager
def serving_with_tls(folder: Path) -> Iterator[Secured]:
    """A server in this process; it asks for no passwords."""
    authority, certificate = trustme.CA(), str(folder / "server.pem")
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(certificate)
    application = Application(EmbeddedServer(Storage(str(folder / "secured.db"))), authenticates=False)
    with serving_application(application, ssl_certfile=certificate) as port:
        yield Secured(f"https://127.0.0.1:{port}", folder / "ca.pem")
