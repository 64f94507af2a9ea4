from __future__ import annotations

import pytest

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.storage.access.rights import Grants
from arango_thinking.embedded.storage.access.users import User, hashed
from arango_thinking.embedded.storage.storage import Storage


def test_a_new_server_has_root_without_a_password(storage: Storage) -> None:
    with storage.read("_system") as transaction:
        (root,) = transaction.users.all()
    assert (root.name, root.active, root.has_password(""), root.has_password("x")) == ("root", True, True, False)
    assert root.grants.database("whatever") == "rw"


def test_passwords_are_salted() -> None:
    assert hashed("secret") != hashed("secret")
    assert "secret" not in hashed("secret")
    user = User("etl", hashed("secret"))
    assert user.has_password("secret")
    assert not user.has_password("Secret")
    assert not user.has_password("")
    assert user.with_password("other").has_password("other")


def test_users_are_kept(storage: Storage) -> None:
    user = User("etl", hashed("secret"), active=False, extra={"a": 1}, grants=Grants().with_database("a", "ro"))
    with storage.write("_system") as transaction:
        transaction.users.add(user)
    with storage.write("_system") as transaction:
        assert transaction.users.get("etl") == user
        with pytest.raises(ArangoError) as caught:
            transaction.users.add(user)
        assert caught.value.number == 1702
        transaction.users.remove("etl")
        assert transaction.users.find("etl") is None
        for missing in (transaction.users.get, transaction.users.remove):
            with pytest.raises(ArangoError) as caught:
                missing("etl")
            assert caught.value.number == 1703
