"""A small HTTP and S3 server that fails on request: for what no real server does when asked to.

It answers GET and HEAD with ranges and ETags, and errors in the XML of S3 (path style: `/bucket/key`).
Faults are queued per path, one request takes one; every request is logged. Use the fixture `faulty`.

PYTEST_DONT_REWRITE: test modules import this too, and there is no assertion in it.
"""

from __future__ import annotations

import hashlib
import re
import socket
import struct
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

import pytest

from conf.settings import Settings, load

CODES = {403: "AccessDenied", 404: "NoSuchKey", 416: "InvalidRange", 500: "InternalError", 503: "SlowDown"}


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one request."""

    kind: Literal["status", "reset", "stall", "short", "overlong", "whole", "whole_short", "etag", "refuse"]
    """`status`: an error status; `reset`, `stall`, `short`: the body stops after `after` bytes by a reset, by
    silence, by a close; `overlong`: Content-Length says more than there is; `whole`: Range is ignored;
    `whole_short`: that and a cut; `etag`: another ETag; `refuse`: the connection closes without an answer."""
    status: int = 503
    """HTTP status, for `status`."""
    retry_after: str | None = None
    """Value of the header Retry-After, for `status`."""
    after: int = 10
    """Bytes of the body that still come."""


@dataclass(frozen=True)
class Request:
    """A request as it came."""

    at: float
    """Time by the monotonic clock, in seconds."""
    method: str
    """GET or HEAD."""
    path: str
    """Path, without a query."""
    headers: Mapping[str, str]
    """Headers, names in lower case."""

    @property
    def range(self) -> str | None:
        """The range asked for."""
        return self.headers.get("range")


@dataclass
class Faulty:
    """The server: what it holds, what goes wrong, what was asked."""

    address: str
    """Root, http://127.0.0.1:port."""
    files: dict[str, bytes] = field(default_factory=dict)
    """Bodies by path, such as `/bucket/key`."""
    folder: Path | None = None
    """A folder whose files are served too, by their relative path."""
    requester_pays: bool = False
    """Whether requests without `x-amz-request-payer: requester` are refused."""
    requests: list[Request] = field(default_factory=list)
    """All requests, in order."""
    faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    """Faults still to come, by path."""
    always: dict[str, Fault] = field(default_factory=dict)
    """Faults of every request once the queue of the path is empty."""
    over: threading.Event = field(default_factory=threading.Event)
    """Set when the server stops; ends all stalls."""

    def put(self, path: str, data: bytes) -> str:
        """Hold a body; gives back its address over HTTP."""
        self.files[path] = data
        return self.address + path

    def fail(self, path: str, *faults: Fault) -> None:
        """The next requests of a path go wrong, one fault each."""
        self.faults[path].extend(faults)

    def asked(self, path: str) -> list[Request]:
        """Requests of one path."""
        return [r for r in self.requests if r.path == path]

    def settings(self, **over: Any) -> Settings:
        """Settings for this server as an S3 server, with waits too short to notice."""
        s3 = {
            "endpoint_url": self.address,
            "key": "k",
            "secret": "s",
            "region": "us-west-2",
            "path_style": True,
        }
        over["s3"] = s3 | over.get("s3", {})
        over["http"] = {"wait_min_s": 0.0, "wait_max_s": 0.01, "timeout_s": 5.0} | over.get("http", {})
        return load(environ={}, **over)

    def body(self, path: str) -> bytes | None:
        """The body of a path, from memory or from the folder."""
        if path in self.files or self.folder is None:
            return self.files.get(path)
        file = self.folder / path.lstrip("/")
        return file.read_bytes() if file.is_file() else None

    def fault(self, path: str) -> Fault | None:
        """The fault of the next request, taken from the queue."""
        queue = self.faults[path]
        return queue.popleft() if queue else self.always.get(path)


@pytest.fixture(scope="session")
def faulty_server() -> Iterator[_Server]:
    """One listening server for all tests: S3 clients, slow to make, are kept per address."""
    server = _Server(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def faulty(faulty_server: _Server) -> Iterator[Faulty]:
    """The server, empty and without faults."""
    state = Faulty(f"http://127.0.0.1:{faulty_server.server_address[1]}")
    faulty_server.state = state
    yield state
    state.over.set()
    for thread in threading.enumerate():  # a read begun ahead must not reach the next test
        if thread.name == "fetch-ahead":
            thread.join(timeout=30)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    state: Faulty

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are part of the game."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else every answer waits 40 ms for an acknowledgement
    server: _Server
    state: Faulty

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def _answer(self) -> None:
        state = self.state = self.server.state
        path = self.path.partition("?")[0]
        headers = {name.lower(): value for name, value in self.headers.items()}
        state.requests.append(Request(time.monotonic(), self.command, path, headers))
        fault = state.fault(path)
        data = state.body(path)
        if fault and fault.kind == "refuse":
            self._hang_up()
        elif fault and fault.kind == "status":
            self._error(fault.status, {"Retry-After": fault.retry_after} if fault.retry_after else {})
        elif state.requester_pays and headers.get("x-amz-request-payer") != "requester":
            self._error(403)
        elif data is None:
            self._error(404)
        else:
            self._send(data, headers.get("range"), fault)

    def _send(self, data: bytes, asked: str | None, fault: Fault | None) -> None:
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", asked or "")
        etag = hashlib.md5(data).hexdigest()
        head = {"ETag": f'"{etag}"', "Accept-Ranges": "bytes", "Content-Type": "application/octet-stream"}
        if fault and fault.kind == "etag":
            head["ETag"] = '"another"'
        if found and not (fault and fault.kind.startswith("whole")):
            start = int(found[1])
            end = min(int(found[2] or len(data)), len(data) - 1)
            if start >= len(data):
                return self._error(416, {"Content-Range": f"bytes */{len(data)}"})
            head["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
            return self._body(206, head, data[start : end + 1], fault)
        return self._body(200, head, data, fault)

    def _body(self, status: int, head: Mapping[str, str], data: bytes, fault: Fault | None) -> None:
        kind = fault.kind if fault else ""
        length = len(data) + (7 if kind == "overlong" else 0)
        self.send_response(status)
        for name, value in {**head, "Content-Length": str(length)}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        cut = fault.after if fault and kind in ("reset", "stall", "short", "whole_short") else len(data)
        self.wfile.write(data[:cut])
        if kind == "stall":
            self.state.over.wait(60)
        if kind == "reset":
            # With a linger of zero seconds, close sends a reset instead of an orderly end.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if kind in ("reset", "stall", "short", "whole_short", "overlong"):
            self._hang_up()

    def _error(self, status: int, head: Mapping[str, str] | None = None) -> None:
        code = CODES.get(status, "Error")
        text = f"<Error><Code>{code}</Code><Message>{code}</Message></Error>"
        body = b"" if self.command == "HEAD" else text.encode()
        self.send_response(status)
        for name, value in {**(head or {}), "Content-Type": "application/xml"}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        self.connection.close()
