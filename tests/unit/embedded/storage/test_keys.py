from __future__ import annotations

import re
from typing import Any

import pytest

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.storage.keys import key_options
from arango_thinking.embedded.storage.records import WriteOptions
from arango_thinking.embedded.storage.storage import Storage


def make(storage: Storage, options: dict[str, Any]) -> None:
    with storage.write("_system") as transaction:
        transaction.create_collection("pages", properties={"keyOptions": key_options(options)})


def insert(storage: Storage, *keys: str | None) -> list[str]:
    """The keys of new documents; None for one without a key of its own."""
    with storage.write("_system") as transaction:
        documents = [{} if key is None else {"_key": key} for key in keys]
        written = [transaction.insert("pages", document, WriteOptions()).new for document in documents]
    return [document["_key"] for document in written if document]


def test_autoincrement_counts_in_steps_from_its_offset(storage: Storage) -> None:
    make(storage, {"type": "autoincrement", "offset": 7, "increment": 5})
    assert insert(storage, None, None) == ["7", "12"]
    assert insert(storage, None) == ["17"]


def test_autoincrement_goes_on_above_keys_that_users_chose(storage: Storage) -> None:
    make(storage, {"type": "autoincrement"})
    assert insert(storage, None, "10", "x9", None, "3", None) == ["1", "10", "x9", "11", "3", "12"]


def test_a_removed_key_is_not_made_again(storage: Storage) -> None:
    make(storage, {"type": "autoincrement"})
    insert(storage, None)
    with storage.write("_system") as transaction:
        transaction.remove("pages", "1", None)
    assert insert(storage, None) == ["2"]


def test_a_rollback_takes_the_number_back(storage: Storage) -> None:
    make(storage, {"type": "autoincrement"})
    transaction = storage.write("_system")
    transaction.insert("pages", {}, WriteOptions())
    transaction.rollback()
    assert insert(storage, None) == ["1"]


def test_autoincrement_ends_at_64_bits(storage: Storage) -> None:
    make(storage, {"type": "autoincrement"})
    insert(storage, str(2**64 - 1))
    with pytest.raises(ArangoError) as caught:
        insert(storage, None)
    assert caught.value.number == 1225


def test_padded_keys_sort_as_they_were_made(storage: Storage) -> None:
    make(storage, {"type": "padded"})
    keys = insert(storage, None, "00000000000000ff", "ff", None)
    assert keys == ["0000000000000001", "00000000000000ff", "ff", "0000000000000100"]


def test_uuids(storage: Storage) -> None:
    make(storage, {"type": "uuid"})
    first, second = insert(storage, None, None)
    assert first != second
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", first)


def test_keys_of_users_may_be_forbidden(storage: Storage) -> None:
    make(storage, {"type": "padded", "allowUserKeys": False})
    with pytest.raises(ArangoError) as caught:
        insert(storage, "a")
    assert caught.value.number == 1222


@pytest.mark.parametrize(
    "given",
    [
        1,
        {"type": "random"},
        {"allowUserKeys": 1},
        {"type": "autoincrement", "increment": 0},
        {"type": "autoincrement", "increment": 2**16},
        {"type": "autoincrement", "increment": True},
        {"type": "autoincrement", "offset": -1},
        {"type": "autoincrement", "offset": "1"},
    ],
)
def test_options_that_make_no_sense(given: Any) -> None:
    with pytest.raises(ArangoError) as caught:
        key_options(given)
    assert caught.value.number == 1232
