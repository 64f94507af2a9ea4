from __future__ import annotations

from arango_thinking.embedded.storage.records import WriteOptions
from arango_thinking.embedded.storage.revisions import revision_of
from arango_thinking.embedded.storage.storage import Storage


def test_revisions_look_like_arangodbs_and_differ() -> None:
    ticks = [1_700_000_000_000 << 20 | counter for counter in range(5000)]
    revisions = {revision_of(tick) for tick in ticks}
    assert len(revisions) == len(ticks)
    assert all(len(one) == 11 and one.startswith("_") for one in revisions)


def test_generated_keys_are_growing_numbers_also_after_a_rollback_or_a_restart(tmp_path) -> None:
    storage = Storage(str(tmp_path / "file.db"))
    with storage.write("_system") as transaction:
        transaction.create_collection("pages")
        first = [_insert(transaction) for _ in range(3)]
    storage.close()
    storage = Storage(str(tmp_path / "file.db"))
    with storage.write("_system") as transaction:
        second = [_insert(transaction) for _ in range(3)]
    storage.close()
    numbers = [int(key) for key in first + second]
    assert numbers == sorted(set(numbers))


def test_a_generated_key_steps_over_keys_that_a_user_chose(storage: Storage) -> None:
    with storage.write("_system") as transaction:
        transaction.create_collection("pages")
        last = int(_insert(transaction))
        transaction.insert("pages", {"_key": str(last + 5)}, WriteOptions())
        assert int(_insert(transaction)) > last + 5


def _insert(transaction) -> str:
    return transaction.insert("pages", {}, WriteOptions()).new["_key"]
