"""One run at a time writes to a collection, on whichever server."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest
from arango.database import StandardDatabase

from arango_thinking.errors import LockedError
from arango_thinking.store.connection import Connection
from arango_thinking.store.leases import Lease
from arango_thinking.store.records import key_of
from arango_thinking.store.schema import LOCKS
from arango_thinking.store.store import Store
from arango_thinking.store.write_back import WriteBack
from tests.contract.conftest import COLLECTION
from tests.contract.documents import flat, one_pending, patch_of, put, stored

#: Seconds of a lease that is to run out in the test.
SHORT = 0.3


def leased(connection: Connection, run: str, seconds: float = 60, collection: str = COLLECTION) -> Lease:
    lease = Lease(connection, collection, run, seconds)
    lease.take()
    return lease


def lapse() -> None:
    time.sleep(SHORT * 1.5)


def lock(database: StandardDatabase) -> dict[str, Any]:
    return stored(database, key_of(COLLECTION), LOCKS)


def server_clock(database: StandardDatabase) -> float:
    """Seconds since 1970."""
    return float(next(cast(Any, database.aql.execute("RETURN DATE_NOW()")))) / 1000


def test_the_first_taking_makes_it(store: Store, database: StandardDatabase) -> None:
    lease = leased(store.connection, "one")
    assert lease.hold.fence == 1
    assert (lock(database)["collection"], lock(database)["run"]) == (COLLECTION, "one")


def test_it_is_held_for_its_seconds_by_the_servers_clock(store: Store, database: StandardDatabase) -> None:
    def ends_in(clock: float) -> float:
        return float(lock(database)["expires_at"]) / 1000 - clock

    lease = Lease(store.connection, COLLECTION, "one", 100_000)
    for hold in (lease.take, lease.renew):
        before = server_clock(database)
        hold()
        assert ends_in(server_clock(database)) <= 100_000 <= ends_in(before)


def test_another_run_is_refused_and_told_who_holds_it(store: Store) -> None:
    leased(store.connection, "one")
    with pytest.raises(LockedError, match=rf"works on '{COLLECTION}': one on .+, process \d+, since \d{{4}}-") as told:
        leased(store.connection, "two")
    assert told.value.exit_code == 75


def test_a_run_whose_answer_was_lost_takes_it_again(store: Store) -> None:
    first = leased(store.connection, "one")
    assert leased(store.connection, "one").hold.fence == first.hold.fence + 1


def test_collections_have_leases_of_their_own(store: Store) -> None:
    leased(store.connection, "one")
    assert leased(store.connection, "two", collection="others").hold.fence == 1


def test_renewing_holds_it_for_longer(store: Store, database: StandardDatabase) -> None:
    lease = leased(store.connection, "one")
    before = lock(database)["expires_at"]
    time.sleep(0.01)
    lease.renew()
    assert lock(database)["expires_at"] > before


def test_one_that_ran_out_is_taken_over_with_a_higher_fence(store: Store) -> None:
    first = leased(store.connection, "one", SHORT)
    lapse()
    assert leased(store.connection, "two").hold.fence > first.hold.fence
    with pytest.raises(LockedError, match=r"The lease was lost. .*: two on .* Nothing more is written"):
        first.renew()


def test_one_that_ran_out_and_was_not_taken_is_renewed(store: Store) -> None:
    lease = leased(store.connection, "one", SHORT)
    lapse()
    lease.seconds = 60
    lease.renew()
    with pytest.raises(LockedError):
        leased(store.connection, "two")


def test_one_given_back_is_free_and_its_notes_are_read(store: Store, database: StandardDatabase) -> None:
    first = leased(store.connection, "one")
    first.release({"search": {"after": "t9"}})
    assert lock(database)["run"] is None
    taken = Lease(store.connection, COLLECTION, "two", 60)
    assert taken.take()["search"] == {"after": "t9"}
    taken.release({})
    assert leased(store.connection, "three").hold.fence == 3
    assert lock(database)["search"] == {"after": "t9"}


def test_one_given_back_is_not_renewed(store: Store) -> None:
    lease = leased(store.connection, "one")
    lease.release({})
    with pytest.raises(LockedError, match=rf"Another run works on '{COLLECTION}'\. Nothing more is written"):
        lease.renew()


def test_a_statement_needs_a_lease_that_was_taken(store: Store) -> None:
    lease = Lease(store.connection, COLLECTION, "one", 60)
    with pytest.raises(RuntimeError, match="not taken"):
        _ = lease.hold


def test_the_lease_of_a_process_that_has_ended_is_taken_over_once_its_last_statement_has_arrived(
    store: Store, database: StandardDatabase
) -> None:
    first = leased(store.connection, "one")
    tell = "from arango_thinking.store.processes import identity; print(identity())"
    ended = subprocess.run([sys.executable, "-c", tell], capture_output=True, text=True, check=True).stdout.strip()
    if ended == "None":
        pytest.skip("this system does not tell which processes have ended")
    holder = {**lock(database), "identity": ended}
    database.collection(LOCKS).replace({"_key": key_of(COLLECTION), **holder})
    started = time.monotonic()
    assert leased(store.connection, "two").hold.fence > first.hold.fence
    assert time.monotonic() - started >= 1.0
    started = time.monotonic()
    leased(store.connection, "three", collection="others")
    assert time.monotonic() - started < 1.0


def test_a_former_holder_gives_nothing_back(store: Store, database: StandardDatabase) -> None:
    first = leased(store.connection, "one", SHORT)
    lapse()
    leased(store.connection, "two")
    before = lock(database)
    first.release({"search": "mine"})
    assert lock(database) == before


def test_what_was_not_taken_is_not_given_back(store: Store, database: StandardDatabase) -> None:
    leased(store.connection, "one")
    before = lock(database)
    Lease(store.connection, COLLECTION, "two", 60).release({"search": "mine"})
    assert lock(database) == before


def test_a_former_holder_writes_nothing(store: Store, database: StandardDatabase) -> None:
    put(store, flat("a"))
    first = leased(store.connection, "one", SHORT)
    patch = patch_of(one_pending(store))
    lapse()
    leased(store.connection, "two")
    with pytest.raises(LockedError, match="Nothing more is written"):
        WriteBack(store.connection, COLLECTION, first).save([patch])
    assert stored(database, "a") == flat("a")


@pytest.mark.parametrize("fence", [0, 1, 3])
def test_a_statement_with_another_fence_writes_nothing(store: Store, database: StandardDatabase, fence: int) -> None:
    put(store, flat("a"))
    leased(store.connection, "one")
    hold = leased(store.connection, "one").hold
    patch = patch_of(one_pending(store))
    told = {"key": patch.key, "revision": patch.revision, "body": patch.body}
    binds = {"@collection": COLLECTION, "lease": hold.key, "fence": fence}
    assert store.rows("write_back", {**binds, "patches": [told]}) == []
    assert store.rows("write_one", {**binds, **told}) == []
    assert stored(database, "a") == flat("a")
    assert len(store.rows("write_one", {**binds, **told, "fence": hold.fence})) == 1


def test_a_statement_under_a_lease_that_ran_out_writes_nothing(store: Store, database: StandardDatabase) -> None:
    put(store, flat("a"))
    hold = leased(store.connection, "one", SHORT).hold
    patch = patch_of(one_pending(store))
    lapse()
    told = {"key": patch.key, "revision": patch.revision, "body": patch.body}
    binds = {"@collection": COLLECTION, "lease": hold.key, "fence": hold.fence}
    assert store.rows("write_back", {**binds, "patches": [told]}) == []
    assert store.rows("write_one", {**binds, **told}) == []
    assert stored(database, "a") == flat("a")


@pytest.mark.parametrize("state", ["new", "given back", "run out"])
def test_of_two_takers_at_once_exactly_one_wins(connections: list[Connection], state: str) -> None:
    barrier = threading.Barrier(2)

    def take(connection: Connection, run: str) -> Lease | None:
        barrier.wait()
        try:
            return leased(connection, run, 60, collection)
        except LockedError:
            return None

    with ThreadPoolExecutor(2) as threads:
        for number in range(7):
            collection = f"contested {state} {number}"
            if state != "new":
                # Only the lease that ran out is short: one of the takers' own could run out before the other tries.
                earlier = leased(connections[0], "earlier", 0.02, collection)
                earlier.release({}) if state == "given back" else time.sleep(0.03)
            tries = [threads.submit(take, one, f"{number}-{n}") for n, one in enumerate(connections)]
            [_] = [lease for lease in (tried.result() for tried in tries) if lease is not None]
