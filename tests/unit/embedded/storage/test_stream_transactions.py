from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.storage.records import WriteOptions
from arango_thinking.embedded.storage.storage import Storage
from arango_thinking.embedded.storage.stream_transactions import StreamTransactions

HOME = "_system"


@pytest.fixture
def streams(storage: Storage) -> Iterator[StreamTransactions]:
    with storage.write(HOME) as transaction:
        transaction.create_collection("pages")
    opened = StreamTransactions()
    yield opened
    opened.close()


def keys(storage: Storage) -> list[str]:
    with storage.read(HOME) as transaction:
        return [document["_key"] for document in transaction.scan("pages")]


def insert(streams: StreamTransactions, identifier: str, *names: str) -> None:
    with streams.using(HOME, identifier) as transaction:
        for name in names:
            transaction.insert("pages", {"_key": name}, WriteOptions())


def number_of(error: pytest.ExceptionInfo[ArangoError]) -> int:
    return error.value.number


def test_nothing_is_seen_before_the_commit_and_all_after_it(storage: Storage, streams: StreamTransactions) -> None:
    identifier = streams.begin(HOME, storage.write(HOME))
    insert(streams, identifier, "a")
    insert(streams, identifier, "b")
    assert keys(storage) == []
    assert streams.running(HOME) == [identifier]
    streams.commit(HOME, identifier)
    assert keys(storage) == ["a", "b"]
    assert streams.running(HOME) == []


def test_an_abort_leaves_nothing(storage: Storage, streams: StreamTransactions) -> None:
    identifier = streams.begin(HOME, storage.write(HOME))
    insert(streams, identifier, "a")
    streams.abort(HOME, identifier)
    assert keys(storage) == []
    assert streams.status(HOME, identifier) == "aborted"


def test_a_failed_call_is_undone_and_the_transaction_goes_on(storage: Storage, streams: StreamTransactions) -> None:
    identifier = streams.begin(HOME, storage.write(HOME))
    insert(streams, identifier, "a")
    with pytest.raises(ArangoError) as caught:
        insert(streams, identifier, "b", "a")
    assert number_of(caught) == 1210
    insert(streams, identifier, "c")
    streams.commit(HOME, identifier)
    assert keys(storage) == ["a", "c"]


def test_how_a_transaction_ended_is_remembered(storage: Storage, streams: StreamTransactions) -> None:
    committed = streams.begin(HOME, storage.write(HOME))
    streams.commit(HOME, committed)
    streams.commit(HOME, committed)
    with pytest.raises(ArangoError) as caught:
        streams.abort(HOME, committed)
    assert number_of(caught) == 1653
    aborted = streams.begin(HOME, storage.read(HOME))
    streams.abort(HOME, aborted)
    streams.abort(HOME, aborted)
    with pytest.raises(ArangoError) as caught:
        streams.commit(HOME, aborted)
    assert number_of(caught) == 1653
    with pytest.raises(ArangoError) as caught, streams.using(HOME, aborted):
        pass
    assert number_of(caught) == 1654


def test_ids_that_nobody_gave(storage: Storage, streams: StreamTransactions) -> None:
    identifier = streams.begin(HOME, storage.read(HOME))
    for database, name, number in ((HOME, "17", 1655), ("other", identifier, 1655), (HOME, "no number", 10)):
        with pytest.raises(ArangoError) as caught:
            streams.status(database, name)
        assert number_of(caught) == number
        with pytest.raises(ArangoError) as caught:
            streams.commit(database, name)
        assert number_of(caught) == number


def test_aborting_an_unknown_transaction_is_remembered(streams: StreamTransactions) -> None:
    with pytest.raises(ArangoError) as caught:
        streams.abort(HOME, "17")
    assert number_of(caught) == 1655
    streams.abort(HOME, "17")
    assert streams.status(HOME, "17") == "aborted"


def test_a_transaction_left_alone_is_aborted_and_lets_others_write(storage: Storage) -> None:
    streams = StreamTransactions(idle_timeout=0.2)
    with storage.write(HOME) as transaction:
        transaction.create_collection("pages")
    identifier = streams.begin(HOME, storage.write(HOME))
    insert(streams, identifier, "a")
    started = time.monotonic()
    with storage.write(HOME) as transaction:
        transaction.insert("pages", {"_key": "b"}, WriteOptions())
    assert time.monotonic() - started < 5
    assert keys(storage) == ["b"]
    assert streams.status(HOME, identifier) == "aborted"
    streams.close()


def test_a_transaction_in_use_is_not_called_idle(storage: Storage) -> None:
    streams = StreamTransactions(idle_timeout=0.1)
    identifier = streams.begin(HOME, storage.read(HOME))
    with streams.using(HOME, identifier):
        time.sleep(0.3)
        assert streams.status(HOME, identifier) == "running"
    streams.close()


def test_calls_on_one_transaction_wait_for_each_other(storage: Storage, streams: StreamTransactions) -> None:
    identifier = streams.begin(HOME, storage.write(HOME))
    threads = [threading.Thread(target=insert, args=(streams, identifier, f"k{number}")) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    streams.commit(HOME, identifier)
    assert len(keys(storage)) == 20


def test_closing_aborts_what_is_running(storage: Storage, streams: StreamTransactions) -> None:
    identifier = streams.begin(HOME, storage.write(HOME))
    insert(streams, identifier, "a")
    streams.close()
    assert keys(storage) == []


def test_one_that_somebody_ends_at_the_same_time_does_not_stop_the_watch(storage: Storage) -> None:
    streams = StreamTransactions(idle_timeout=60)
    first = streams.begin(HOME, storage.read(HOME))
    stale = streams._running[HOME, first]
    streams.commit(HOME, first)
    streams._end_quietly(stale)
    assert streams.status(HOME, first) == "committed"
    streams.close()
