"""Logins, certificates, time limits and several hosts, on real servers."""

from __future__ import annotations

import base64
import logging
import re
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import jwt
import pytest
from pydantic import SecretStr

from arango_thinking.choices import Login
from arango_thinking.errors import ConfigurationError, UnavailableError
from arango_thinking.settings import DatabaseSettings, database_settings
from arango_thinking.store import connection
from arango_thinking.store.connection import Connection
from arango_thinking.store.records import Selection
from arango_thinking.store.store import Store
from tests.secure import Secured, serving_with_tls
from tests.served import Server, serving

PASSWORD = "correct horse"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    file = tmp_path_factory.mktemp("served") / "data.db"
    with serving(file, "--session-timeout", "2", ARANGO_ROOT_PASSWORD=PASSWORD) as running:
        yield running


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    with serving_with_tls(tmp_path_factory.mktemp("secured")) as running:
        yield running


def answers(settings: DatabaseSettings) -> bool:
    opened = Connection.open(settings)
    try:
        return opened.get("/_api/version")["server"] == "arango"
    finally:
        opened.close()


def token(server: Server) -> str:
    """One that the server gave."""
    opened = Connection.open(DatabaseSettings(url=server.url, password=SecretStr(PASSWORD), login=Login.JWT))
    given = opened.database.conn._token  # type: ignore[union-attr]
    opened.close()
    return str(given)


# ---------------------------------------------------------------------- logins


@pytest.mark.parametrize("login", list(Login))
def test_a_password_logs_in(server: Server, login: Login) -> None:
    settings = DatabaseSettings(url=server.url, password=SecretStr(PASSWORD), login=login)
    assert answers(settings)
    with pytest.raises(ConfigurationError, match="refuses the login"):
        answers(settings.model_copy(update={"password": SecretStr("wrong")}))


@pytest.mark.slow
def test_a_token_that_expires_is_renewed_again_and_again(server: Server) -> None:
    opened = Connection.open(DatabaseSettings(url=server.url, password=SecretStr(PASSWORD), login=Login.JWT))
    tokens = set()
    for _ in range(3):
        assert opened.get("/_api/version")
        tokens.add(opened.database.conn._token)  # type: ignore[union-attr]
        time.sleep(2.5)
    opened.close()
    assert len(tokens) == 3


def test_a_token_is_used_as_it_is(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(token(server))
    monkeypatch.setenv("ARANGO_TOKEN_FILE", str(tmp_path / "token"))
    assert answers(database_settings(server.url))


def test_a_netrc_does_not_replace_a_token(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login root password wrong\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert answers(DatabaseSettings(url=server.url, token=SecretStr(token(server))))


def test_a_token_that_is_not_good_any_more_is_a_wrong_setting(server: Server) -> None:
    old = jwt.encode({"iss": "arangodb", "preferred_username": "root", "exp": 1}, "x" * 32)
    with pytest.raises(ConfigurationError, match="ARANGO_TOKEN, which may have expired"):
        answers(DatabaseSettings(url=server.url, token=SecretStr(old)))


def test_a_superusers_token_needs_no_expiry() -> None:
    """The servers that we can run have no secret to share; what they get is the token as it was given."""
    eternal = jwt.encode({"iss": "arangodb", "server_id": "etl"}, "x" * 32)
    assert connection._checked_token(eternal) == eternal


def test_an_access_token_in_the_wrong_place_is_told(server: Server) -> None:
    with pytest.raises(ConfigurationError, match=r"into ARANGO_PASSWORD instead") as caught:
        answers(DatabaseSettings(url=server.url, token=SecretStr("v1.7b2265")))
    assert "7b2265" not in str(caught.value)


@pytest.mark.parametrize("login", list(Login))
def test_a_server_that_asks_for_no_login(secured: Secured, login: Login) -> None:
    assert answers(DatabaseSettings(url=secured.url, ca_file=secured.ca_file, login=login))


def test_the_way_to_log_in_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert database_settings().login is Login.BASIC
    monkeypatch.setenv("ARANGO_AUTH", "jwt")
    assert database_settings().login is Login.JWT
    monkeypatch.setenv("ARANGO_AUTH", "kerberos")
    with pytest.raises(ConfigurationError, match="'basic' or 'jwt'"):
        database_settings()


# ---------------------------------------------------------------------- certificates


def test_an_authority_of_ones_own(secured: Secured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "other.pem").write_text("nothing")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "other.pem"))
    monkeypatch.setenv("ARANGO_CA_FILE", str(secured.ca_file))
    assert answers(database_settings(secured.url))


def test_an_unknown_authority_is_a_wrong_setting(secured: Secured) -> None:
    with pytest.raises(ConfigurationError, match=r"not trusted here: .*ARANGO_CA_FILE") as caught:
        answers(DatabaseSettings(url=secured.url))
    assert caught.value.exit_code == 2


def test_a_missing_file_of_certificates_is_named(secured: Secured) -> None:
    with pytest.raises(ConfigurationError, match=r"no certificate file /nowhere\.pem"):
        answers(DatabaseSettings(url=secured.url, ca_file=Path("/nowhere.pem")))


def test_verification_may_be_off_which_is_said(
    secured: Secured,
    caplog: pytest.LogCaptureFixture,
    recwarn: pytest.WarningsRecorder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connection._warn_unverified.cache_clear()
    assert answers(database_settings(secured.url, insecure=True))
    assert f"The certificate of {secured.url} is not verified" in caplog.text
    assert not recwarn.list
    monkeypatch.setenv("ARANGO_INSECURE", "1")
    assert answers(database_settings(secured.url))
    monkeypatch.setenv("ARANGO_INSECURE", "0")
    assert not database_settings(secured.url).insecure


def test_certificates_and_no_verification_exclude_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARANGO_CA_FILE", "a.pem")
    monkeypatch.setenv("ARANGO_PASSWORD", "hunter2")
    with pytest.raises(ConfigurationError, match="exclude each other") as caught:
        database_settings("https://a", insecure=True)
    assert "hunter2" not in str(caught.value) + str(caught.value.__cause__)


def test_tls_where_there_is_none_is_told(server: Server) -> None:
    with pytest.raises(ConfigurationError, match="Does it need http://"):
        answers(DatabaseSettings(url=server.url.replace("http:", "https:")))


# ---------------------------------------------------------------------- hosts and time limits


def refusing() -> Iterator[str]:
    with socket.socket() as reserved:  # bound but not listening
        reserved.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{reserved.getsockname()[1]}"


def test_why_it_cannot_be_reached_is_said() -> None:
    [url] = refusing()
    with pytest.raises(UnavailableError, match=re.escape(f"The database at {url} cannot be reached: Connection ref")):
        answers(DatabaseSettings(url=url))


def test_a_server_that_does_not_answer_in_time_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        monkeypatch.setenv("ARANGO_TIMEOUT", "0.1")
        started = time.monotonic()
        with pytest.raises(UnavailableError, match="timed out"):
            answers(database_settings(url))
        assert time.monotonic() - started < 10
        assert database_settings(url, timeout=7).timeout == 7


@pytest.mark.parametrize("seconds", ["0", "-1", "soon"])
def test_a_time_limit_is_a_number_above_zero(monkeypatch: pytest.MonkeyPatch, seconds: str) -> None:
    monkeypatch.setenv("ARANGO_TIMEOUT", seconds)
    with pytest.raises(ConfigurationError, match="timeout"):
        database_settings()


def test_a_host_that_is_down_is_passed_over(server: Server) -> None:
    gone = next(refusing())
    settings = DatabaseSettings(url=f"{gone},tcp://{server.url[7:]}", password=SecretStr(PASSWORD))
    assert settings.endpoints == (gone, server.url)
    assert answers(settings)


def test_a_cursor_stays_with_its_host(server: Server, tmp_path: Path) -> None:
    with serving(tmp_path / "other.db", ARANGO_ROOT_PASSWORD=PASSWORD) as other:
        store = Store.connect(DatabaseSettings(url=f"{server.url},{other.url}", password=SecretStr(PASSWORD)))
        store.create_collection("many", edge=False)
        for _ in range(2):
            store.connection.database.collection("many").insert_many([{"n": n} for n in range(1100)], silent=True)
        assert len(list(store.export(Selection("many")))) == 2200
        store.close()


# ---------------------------------------------------------------------- secrets


def test_no_log_holds_a_secret(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    for name in (None, "urllib3"):
        caplog.set_level(logging.DEBUG, name)
    given = token(server)
    answers(DatabaseSettings(url=server.url, token=SecretStr(given)))
    answers(DatabaseSettings(url=server.url, password=SecretStr(PASSWORD)))
    with pytest.raises(ConfigurationError) as caught:
        answers(DatabaseSettings(url=server.url, password=SecretStr("hunter2"), login=Login.JWT))
    assert "GET /_db/_system" in caplog.text
    written = base64.b64encode(f"root:{PASSWORD}".encode()).decode()
    for secret in (PASSWORD, written, given, given.partition(".")[2], "hunter2"):
        assert secret not in caplog.text + str(caught.value)


class _Redirecting(BaseHTTPRequestHandler):
    """Sends everybody to another server, and keeps what it was sent."""

    elsewhere = ""
    met: ClassVar[list[str]] = []

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.met.append(self.path)
        self.send_response(307)
        self.send_header("Location", f"{self.elsewhere}{self.path}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = _answer  # noqa: N815 - names of the base class

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("login", [Login.BASIC, Login.JWT])
def test_a_redirection_is_not_followed_with_a_login(login: Login) -> None:
    met: list[str] = []
    thief = ThreadingHTTPServer(("127.0.0.1", 0), type("Thief", (_Redirecting,), {"met": met}))
    elsewhere = f"http://127.0.0.1:{thief.server_port}"
    door = ThreadingHTTPServer(("127.0.0.1", 0), type("Door", (_Redirecting,), {"elsewhere": elsewhere, "met": []}))
    for one in (thief, door):
        threading.Thread(target=one.serve_forever, daemon=True).start()
    try:
        settings = DatabaseSettings(
            url=f"http://127.0.0.1:{door.server_port}", password=SecretStr(PASSWORD), login=login
        )
        with pytest.raises(ConfigurationError, match=f"redirects to {elsewhere}.*: give that server as ARANGO_URL"):
            Connection.open(settings)
        assert met == []
    finally:
        for one in (thief, door):
            one.shutdown()
            one.server_close()
