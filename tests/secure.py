"""The embedded database behind TLS, with a certificate of an authority that nobody else knows."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme
import uvicorn

from arango_thinking.embedded.api import EmbeddedServer
from arango_thinking.embedded.server import Application
from arango_thinking.embedded.storage import Storage


@dataclass(frozen=True)
class Secured:
    """Where it is, and the certificate of the authority."""

    url: str
    ca_file: Path


@contextmanager
def serving_with_tls(folder: Path) -> Iterator[Secured]:
    """A server in this process; it asks for no passwords."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    application = Application(EmbeddedServer(Storage(str(folder / "secured.db"))), authenticates=False)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            application, log_level="critical", lifespan="off", ws="none", ssl_certfile=str(folder / "server.pem")
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.005)
        try:
            yield Secured(f"https://127.0.0.1:{listener.getsockname()[1]}", folder / "ca.pem")
        finally:
            server.should_exit = True
            thread.join()
            application.close()
