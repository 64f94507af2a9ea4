"""The embedded database served by the command line, in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

#: Enough for a slow machine; a server is up in half a second.
PATIENCE = 30


@dataclass
class Server:
    """A running `serve`."""

    process: subprocess.Popen[str]
    url: str
    talk: list[str]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send the signal; returns the exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def rest(self) -> str:
        """What it said after it had started. The server has to be stopped."""
        assert self.process.stderr is not None
        return self.process.stderr.read()


def start(file: Path, *options: str, **environment: str) -> Server:
    """Start `arango-thinking serve` on any free port."""
    command = [sys.executable, "-m", "arango_thinking", "serve", "--db", str(file), "--port", "0", *options]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
    )
    assert process.stderr is not None
    talk: list[str] = []
    while not talk or not talk[-1].startswith("Ready"):
        line = process.stderr.readline()
        if not line:
            process.stderr.close()
            raise RuntimeError(f"serve ended with {process.wait()}: {''.join(talk)}")
        talk.append(line.rstrip())
    found = re.search(r"http://\S+", "\n".join(talk))
    assert found is not None, talk
    return Server(process, found[0], talk)


@contextmanager
def serving(file: Path, *options: str, **environment: str) -> Iterator[Server]:
    """A server that is stopped at the end."""
    server = start(file, *options, **environment)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.kill()
        server.process.wait()
        assert server.process.stderr is not None
        server.process.stderr.close()
