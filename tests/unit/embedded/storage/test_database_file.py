from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from arango_thinking.embedded.storage.database_file import DatabaseFile
from arango_thinking.embedded.storage.records import WriteOptions
from arango_thinking.embedded.storage.storage import Storage


def python(script: str, *arguments: str) -> subprocess.Popen[str]:
    """Another process that runs the script."""
    command = [sys.executable, "-c", textwrap.dedent(script), *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )


def test_a_connection_given_back_is_used_again() -> None:
    file = DatabaseFile(":memory:")
    first = file.take()
    second = file.take()
    assert first is not second
    file.give(first)
    assert file.take() is first
    for connection in (first, second):
        file.give(connection)
    file.close()


def test_a_database_in_memory_leaves_nothing_behind() -> None:
    file = DatabaseFile(":memory:")
    folder = Path(file.path).parent
    assert folder.exists()
    file.close()
    assert not folder.exists()


def test_two_databases_in_memory_are_two() -> None:
    one, other = DatabaseFile(":memory:"), DatabaseFile(":memory:")
    assert one.path != other.path
    one.close()
    other.close()


def test_a_connection_in_use_survives_closing_and_is_closed_afterwards() -> None:
    file = DatabaseFile(":memory:")
    connection = file.take()
    file.close()
    file.give(connection)
    with pytest.raises(sqlite3.ProgrammingError):
        connection.execute("SELECT 1")
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        file.take()


def test_a_folder_that_is_missing_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"file.db: unable to open"):
        Storage(str(tmp_path / "missing" / "file.db"))


def test_a_file_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no database at all, but long enough to be taken for one\n" * 100)
    with pytest.raises(OSError, match="not a database"):
        Storage(str(text))
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    with pytest.raises(OSError, match="another program"):
        Storage(str(foreign))


def test_a_file_opened_by_many_at_once_is_prepared_once(tmp_path: Path) -> None:
    path, opened, barrier = str(tmp_path / "file.db"), [], threading.Barrier(8)

    def open_it() -> None:
        barrier.wait()
        opened.append(Storage(path))

    threads = [threading.Thread(target=open_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 8
    with opened[0].read("_system") as transaction:
        assert transaction.databases() == ["_system"]
    for storage in opened:
        storage.close()


def test_another_process_reads_what_was_written_and_writes_too(tmp_path: Path) -> None:
    path = str(tmp_path / "file.db")
    storage = Storage(path)
    with storage.write("_system") as transaction:
        transaction.create_collection("pages")
        transaction.insert("pages", {"_key": "a", "n": 1}, WriteOptions())
    other = python(
        """
        import sys
        from arango_thinking.embedded.storage.records import WriteOptions
        from arango_thinking.embedded.storage.storage import Storage
        storage = Storage(sys.argv[1])
        with storage.write("_system") as transaction:
            print(transaction.get("pages", "a")["n"])
            transaction.insert("pages", {"_key": "b"}, WriteOptions())
        storage.close()
        """,
        path,
    )
    assert other.communicate() == ("1\n", None)
    with storage.read("_system") as transaction:
        assert transaction.count("pages") == 2
    storage.close()


def test_acknowledged_writes_survive_kill_9(tmp_path: Path) -> None:
    path = str(tmp_path / "file.db")
    writer = python(
        """
        import sys
        from arango_thinking.embedded.storage.records import WriteOptions
        from arango_thinking.embedded.storage.storage import Storage
        storage = Storage(sys.argv[1])
        with storage.write("_system") as transaction:
            transaction.create_collection("pages")
        number = 0
        while True:
            with storage.write("_system") as transaction:
                transaction.insert("pages", {"_key": str(number), "text": "x" * 2000}, WriteOptions())
            print(number, flush=True)
            number += 1
        """,
        path,
    )
    assert writer.stdout is not None
    acknowledged = [int(writer.stdout.readline()) for _ in range(50)]
    writer.send_signal(signal.SIGKILL)
    rest, _ = writer.communicate()
    acknowledged += [int(line) for line in rest.split("\n")[:-1]]
    storage = Storage(path)
    with storage.read("_system") as transaction:
        assert all(transaction.get("pages", str(number)) for number in acknowledged)
        assert transaction.count("pages") - len(acknowledged) in (0, 1)
    storage.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_opens_connections_of_its_own(tmp_path: Path) -> None:
    other = python(
        """
        import os, sys
        from arango_thinking.embedded.storage.records import WriteOptions
        from arango_thinking.embedded.storage.storage import Storage
        storage = Storage(sys.argv[1])
        with storage.write("_system") as transaction:
            transaction.create_collection("pages")
        child = os.fork()
        with storage.write("_system") as transaction:
            transaction.insert("pages", {}, WriteOptions())
        if child:
            assert os.waitpid(child, 0)[1] == 0
            with storage.read("_system") as transaction:
                print(transaction.count("pages"))
        storage.close()
        """,
        str(tmp_path / "file.db"),
    )
    assert other.communicate() == ("2\n", None)
