"""The health check of compose.yaml's database, run by BusyBox as in its image, against a server with a password."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.served import serving

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("password", "healthy"), [("s3cret:%" + "x" * 60, True), ("other", False)])
def test_it_is_a_call_that_only_the_right_password_passes(tmp_path: Path, password: str, healthy: bool) -> None:
    busybox = shutil.which("busybox") or pytest.skip("busybox is not installed")
    services = yaml.safe_load((ROOT / "docker/compose.yaml").read_text())["services"]
    kind, text = services["arangodb"]["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    secret = tmp_path / "arango_password"
    secret.write_text(password)
    for name in ("wget", "base64", "tr", "cat"):
        (tmp_path / name).symlink_to(busybox)
    with serving(tmp_path / "health.db", ARANGO_ROOT_PASSWORD="s3cret:%" + "x" * 60) as server:
        check = text.replace("$$", "$").replace("/run/secrets/arango_password", str(secret))
        check = check.replace("http://127.0.0.1:8529", server.url)
        done = subprocess.run(
            [busybox, "sh", "-c", check], env={"PATH": str(tmp_path)}, capture_output=True, check=False
        )
    assert (done.returncode == 0) is healthy, done.stderr
