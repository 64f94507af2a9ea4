"""What was acknowledged is there, whatever happens to the server; and one of several writers wins, not two."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from arango.client import ArangoClient
from arango.database import StandardDatabase
from arango.exceptions import ArangoClientError, ArangoServerError, DocumentRevisionError
from arango.http import DefaultHTTPClient
from requests.exceptions import RequestException

from tests.served import Server, serving

GONE = (RequestException, ArangoClientError, ArangoServerError, ConnectionError)
QUERY_WRITES = 10


@contextmanager
def opened(server: Server) -> Iterator[StandardDatabase]:
    client = ArangoClient(hosts=server.url, http_client=DefaultHTTPClient(retry_attempts=0))
    try:
        yield client.db("_system")
    finally:
        client.close()


@dataclass
class Ledger:
    """What the server acknowledged."""

    inserted: set[str] = field(default_factory=set)
    #: Key -> the greatest acknowledged number.
    counted: dict[str, int] = field(default_factory=dict)
    #: Every run of the query that was sent, acknowledged or not.
    queries: set[str] = field(default_factory=set)
    acknowledged_queries: set[str] = field(default_factory=set)


def insert_one(database: StandardDatabase, ledger: Ledger, name: str) -> None:
    database.collection("pages").insert({"_key": name, "text": "x" * 500})
    ledger.inserted.add(name)


def insert_many(database: StandardDatabase, ledger: Ledger, name: str) -> None:
    keys = [f"{name}-{number}" for number in range(5)]
    results: Any = database.collection("pages").insert_many([{"_key": key} for key in keys])
    ledger.inserted.update(result["_key"] for result in results)


def count_up(database: StandardDatabase, ledger: Ledger, name: str) -> None:
    key = name.partition("-")[0]
    number = ledger.counted.get(key, 0) + 1
    database.collection("counters").insert({"_key": key, "number": number}, overwrite=True)
    ledger.counted[key] = number


def run_query(database: StandardDatabase, ledger: Ledger, name: str) -> None:
    ledger.queries.add(name)
    query = f"FOR number IN 1..{QUERY_WRITES} INSERT {{run: @run}} INTO runs"
    database.aql.execute(query, bind_vars={"run": name})
    ledger.acknowledged_queries.add(name)


WORK: tuple[Callable[[StandardDatabase, Ledger, str], None], ...] = (insert_one, insert_many, count_up, run_query)


def write_until_gone(server: Server, ledger: Ledger, work: int, round_number: int) -> None:
    with opened(server) as database:
        number = 0
        while True:
            number += 1
            try:
                WORK[work](database, ledger, f"{work}-{round_number}-{number}")
            except GONE:
                return


def check(database: StandardDatabase, ledger: Ledger) -> None:
    def keys(collection: str) -> set[str]:
        return set(database.aql.execute(f"FOR one IN {collection} RETURN one._key", batch_size=10_000))  # type: ignore[arg-type]

    assert ledger.inserted <= keys("pages")
    for key, number in ledger.counted.items():
        stored: Any = database.collection("counters").get(key)
        assert stored["number"] in (number, number + 1)
    counts: Any = database.aql.execute(
        "FOR one IN runs COLLECT run = one.run WITH COUNT INTO total RETURN [run, total]"
    )
    found = dict(counts)
    assert set(found.values()) <= {QUERY_WRITES}
    assert ledger.acknowledged_queries <= found.keys() <= ledger.queries


@pytest.mark.parametrize("kills", [1, pytest.param(50, marks=pytest.mark.slow)])
def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path, kills: int) -> None:
    file, ledger, chance = tmp_path / "data.db", Ledger(), random.Random(kills)
    for number in range(kills):
        with serving(file, "--no-auth") as server:
            with opened(server) as database:
                if number == 0:
                    for name in ("pages", "counters", "runs"):
                        database.create_collection(name)
                check(database, ledger)
            threads = [
                threading.Thread(target=write_until_gone, args=(server, ledger, work, number))
                for work in range(len(WORK))
            ]
            for thread in threads:
                thread.start()
            time.sleep(chance.uniform(0.02, 0.5))
            server.process.kill()
            for thread in threads:
                thread.join()
    with serving(file, "--no-auth") as server, opened(server) as database:
        check(database, ledger)
    assert ledger.inserted
    assert ledger.acknowledged_queries


KEYS = ("a", "b", "c")


def compare_and_set(server: Server, wins: list[tuple[str, str]], target: int) -> None:
    """Count up until `target` updates went through; each win is noted with the revision that it replaced."""
    chance = random.Random(threading.get_ident())
    done = 0
    with opened(server) as database:
        counters = database.collection("counters")
        while done < target:
            document: Any = counters.get(chance.choice(KEYS))
            document["number"] += 1
            try:
                counters.update(document, check_rev=True)
            except (DocumentRevisionError, ArangoServerError) as error:
                if error.error_code != 1200:
                    raise
                continue
            wins.append((document["_key"], document["_rev"]))
            done += 1


@pytest.mark.parametrize("each", [8, pytest.param(500, marks=pytest.mark.slow)])
def test_of_many_writers_in_two_processes_one_wins_each_revision(tmp_path: Path, each: int) -> None:
    with ExitStack() as stack:
        servers = [stack.enter_context(serving(tmp_path / "data.db", "--no-auth")) for _ in range(2)]
        with opened(servers[0]) as database:
            counters = database.create_collection("counters")
            counters.insert_many([{"_key": key, "number": 0} for key in KEYS])
        wins: list[tuple[str, str]] = []
        threads = [
            threading.Thread(target=compare_and_set, args=(servers[number % 2], wins, each)) for number in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(wins) == 8 * each
        assert len(set(wins)) == len(wins), "two writers replaced the same revision"
        with opened(servers[1]) as database:
            total = sum(database.aql.execute("FOR counter IN counters RETURN counter.number"))  # type: ignore[arg-type]
        assert total == len(wins)
