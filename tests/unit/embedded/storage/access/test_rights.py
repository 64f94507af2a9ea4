from __future__ import annotations

import pytest

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.storage.access.rights import EVERYTHING, Grants, Rights, checked_level


def numbers(rights: Rights, name: str) -> tuple[int | None, int | None]:
    """The errors of reading and of writing."""

    def raised(check: object) -> int | None:
        try:
            check(name)  # type: ignore[operator]
        except ArangoError as error:
            return error.number
        return None

    return raised(rights.check_read), raised(rights.check_write)


@pytest.mark.parametrize(
    ("rights", "expected"),
    [
        (Rights("rw"), (None, None)),
        (Rights("ro"), (None, 1004)),
        (Rights("none"), (11, 11)),
        (Rights("ro", {"pages": "rw"}), (None, None)),
        (Rights("rw", {"pages": "ro"}), (None, 1004)),
        (Rights("rw", {"pages": "none"}), (11, 11)),
        (Rights("rw", {"*": "ro"}), (None, 1004)),
        (Rights("ro", {"*": "none", "pages": "rw"}), (None, None)),
        (Rights("none", {"pages": "rw"}), (11, 11)),
    ],
)
def test_the_most_specific_grant_counts(rights: Rights, expected: tuple[int | None, int | None]) -> None:
    assert numbers(rights, "pages") == expected


def test_only_rw_on_a_database_makes_collections() -> None:
    Rights("rw").check_administration()
    for level in ("ro", "none"):
        with pytest.raises(ArangoError) as caught:
            Rights(level).check_administration()  # type: ignore[arg-type]
        assert caught.value.number == 11


def test_grants_by_database() -> None:
    grants = Grants().with_database("a", "ro").with_collection("a", "pages", "rw").with_database("*", "none")
    assert [grants.database(name) for name in ("a", "b")] == ["ro", "none"]
    assert grants.within("a") == Rights("ro", {"pages": "rw"})
    assert grants.within("b") == Rights("none", {})
    assert grants.with_database("a", None).database("a") == "none"
    assert grants.with_collection("a", "pages", None).within("a") == Rights("ro", {})
    assert Grants(**grants.to_json()) == grants
    assert Grants().database("a") == "none"


def test_root_may_do_everything() -> None:
    assert EVERYTHING.within("any").collection("pages") == "rw"


def test_levels() -> None:
    assert checked_level("ro") == "ro"
    for wrong in ("RW", None, 1):
        with pytest.raises(ArangoError) as caught:
            checked_level(wrong)
        assert caught.value.number == 10
