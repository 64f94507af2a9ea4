"""The servers that the store must work on: the embedded one always, ArangoDB where Docker can start it."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests
from arango.client import ArangoClient
from arango.database import StandardDatabase
from pydantic import SecretStr

from arango_thinking.settings import DatabaseSettings
from arango_thinking.store.audit import Audit
from arango_thinking.store.connection import Connection
from arango_thinking.store.leases import Lease
from arango_thinking.store.store import Store
from arango_thinking.store.write_back import WriteBack

#: Of the image a test run may ask for another; then it must start, and no test is skipped for want of it.
ASKED_IMAGE = os.environ.get("ARANGODB_IMAGE")
IMAGE = ASKED_IMAGE or "arangodb:3.12.11"
PASSWORD = "contract"
START_SECONDS = 120
COLLECTION = "qa_pairs"


@pytest.fixture(scope="session", params=["embedded", "arangodb"])
def server(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The URL of a running ArangoDB, or None for the embedded database.

    Where no Docker engine answers that is found out once, and the half that needs it is skipped. An engine that
    answers but cannot start the image is a failure.
    """
    if request.param == "embedded":
        yield None
        return
    docker = pytest.importorskip("docker", reason="testcontainers is not installed")
    containers = pytest.importorskip("testcontainers.core.container", reason="testcontainers is not installed")
    try:
        with closing(docker.from_env()) as engine:
            engine.ping()
    except docker.errors.DockerException as error:
        if ASKED_IMAGE:
            raise
        pytest.skip(f"no Docker engine answers, which is to start {IMAGE}: {error}")
    container = containers.DockerContainer(IMAGE).with_env("ARANGO_ROOT_PASSWORD", PASSWORD).with_exposed_ports(8529)
    # The client that it makes closes nothing by itself: over TCP a socket left open would count as a fault of a test.
    with closing(container.get_docker_client().client), container:
        url = f"http://{container.get_container_host_ip()}:{container.get_exposed_port(8529)}"
        _wait_until_ready(url)
        yield url


def _wait_until_ready(url: str) -> None:
    """Until it knows the password and serves everything: its version alone it may tell while it still starts."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            paths = ("_api/version", "_api/collection")
            if all(requests.get(f"{url}/{path}", auth=("root", PASSWORD), timeout=5).ok for path in paths):
                return
        except requests.RequestException:
            pass
        time.sleep(0.5)
    pytest.fail(f"{IMAGE} did not answer within {START_SECONDS} s")


@pytest.fixture
def settings(server: str | None, tmp_path: Path) -> Iterator[DatabaseSettings]:
    """A database of the test's own."""
    if server is None:
        yield DatabaseSettings(url=f"embedded:{tmp_path / 'contract.db'}")
        return
    name = f"contract_{uuid.uuid4().hex[:12]}"
    client = ArangoClient(hosts=server)
    system = client.db("_system", username="root", password=PASSWORD)
    system.create_database(name)
    yield DatabaseSettings(url=server, database=name, password=SecretStr(PASSWORD))
    system.delete_database(name)
    client.close()


@pytest.fixture
def bare_store(settings: DatabaseSettings) -> Iterator[Store]:
    """A store on an empty database."""
    opened = Store.connect(settings)
    yield opened
    opened.close()


@pytest.fixture
def store(bare_store: Store) -> Store:
    """A store that is initialised for an empty collection."""
    bare_store.create_collection(COLLECTION, edge=False)
    bare_store.initialise(COLLECTION)
    return bare_store


@pytest.fixture
def database(bare_store: Store) -> StandardDatabase:
    """What another program sees and does in the same database."""
    return bare_store.connection.database


@pytest.fixture
def audit(store: Store) -> Audit:
    """Runs, traces and failures of the same database."""
    return Audit(store.connection)


@pytest.fixture
def lease(store: Store) -> Lease:
    """The right to write, for long enough."""
    lease = Lease(store.connection, COLLECTION, "run", 600)
    lease.take()
    return lease


@pytest.fixture
def connections(settings: DatabaseSettings, store: Store) -> Iterator[list[Connection]]:
    """Two programs more that work on the same database."""
    opened = [Connection.open(settings) for _ in range(2)]
    yield opened
    for connection in opened:
        connection.close()


@pytest.fixture
def write_back(store: Store, lease: Lease) -> WriteBack:
    """Writes under that lease."""
    return WriteBack(store.connection, COLLECTION, lease)
