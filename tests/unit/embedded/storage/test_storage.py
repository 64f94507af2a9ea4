from __future__ import annotations

import threading
from pathlib import Path

import pytest

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.storage.records import WriteOptions
from arango_thinking.embedded.storage.storage import Storage

OPTIONS = WriteOptions()


@pytest.fixture
def pages(storage: Storage) -> Storage:
    with storage.write("_system") as transaction:
        transaction.create_collection("pages")
    return storage


def test_an_unknown_database_is_told_and_blocks_nobody(pages: Storage) -> None:
    for begin in (pages.read, pages.write):
        with pytest.raises(ArangoError) as caught:
            begin("nowhere")
        assert caught.value.number == 1228
    with pages.write("_system") as transaction:
        transaction.insert("pages", {}, OPTIONS)


def test_two_storages_of_one_file_take_turns(tmp_path: Path) -> None:
    one, other = (Storage(str(tmp_path / "file.db")) for _ in range(2))
    with one.write("_system") as transaction:
        transaction.create_collection("pages")

    def insert(storage: Storage) -> None:
        for _ in range(25):
            with storage.write("_system") as transaction:
                transaction.insert("pages", {}, OPTIONS)

    threads = [threading.Thread(target=insert, args=(storage,)) for storage in (one, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with one.read("_system") as transaction:
        assert transaction.count("pages") == 50
    one.close()
    other.close()


def test_everything_is_there_after_opening_again(tmp_path: Path) -> None:
    path = str(tmp_path / "file.db")
    first = Storage(path)
    with first.write("_system") as transaction:
        transaction.create_database("other")
        transaction.create_collection("pages", properties={"waitForSync": True})
        stored = transaction.insert("pages", {"_key": "k", "n": 1}, OPTIONS).new
    first.close()
    second = Storage(path)
    with second.read("_system") as transaction:
        assert transaction.databases() == ["_system", "other"]
        assert transaction.collection("pages").properties == {"waitForSync": True}
        assert transaction.get("pages", "k") == stored
    second.close()
