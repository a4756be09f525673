"""A real S3 server on loopback (s3proxy): it checks signatures, lists in pages and takes multipart uploads.

Use the session fixture `s3`; every test takes a prefix of its own in the one bucket.
"""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from conf.settings import Settings, load
from tests.servers.jars import S3PROXY

TRIES = 300
"""How often the port is tried, a tenth of a second apart."""

CONF = """s3proxy.endpoint=http://127.0.0.1:{port}
s3proxy.authorization=aws-v2-or-v4
s3proxy.identity={key}
s3proxy.credential={secret}
s3proxy.ignore-unknown-headers=true
jclouds.provider=filesystem-nio2
jclouds.filesystem.basedir={folder}
"""


@dataclass(frozen=True)
class S3Server:
    """A running server and how to reach it."""

    endpoint_url: str
    """Address of the server."""
    folder: Path
    """Where it keeps buckets, each a folder of files."""
    key: str = "fieldwork-test"
    """The one access key it knows."""
    secret: str = "a-secret-of-tests-only"
    """The secret of that key."""
    bucket: str = "lake"
    """A bucket that is there."""

    def settings(self, **over: Any) -> Settings:
        """Settings that reach this server; `over` as in `conf.settings.load`."""
        s3 = {
            "endpoint_url": self.endpoint_url,
            "key": self.key,
            "secret": self.secret,
            "region": "us-east-1",
            "path_style": True,
        }
        over["s3"] = s3 | over.get("s3", {})
        return load(environ={}, **over)

    def url(self, prefix: str) -> str:
        """Address of a prefix in the bucket."""
        return f"s3://{self.bucket}/{prefix}"


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """The S3 server; tests that ask for it are skipped where Java or its jar is missing."""
    jar = next(iter(S3PROXY.glob("*.jar")), None)
    java = shutil.which("java")
    if jar is None or java is None:
        pytest.skip("no S3 server: needs Java 17 and `make jars`")
    base = tmp_path_factory.mktemp("s3proxy")
    server = S3Server(f"http://127.0.0.1:{_free_port()}", base / "buckets")
    (server.folder / server.bucket).mkdir(parents=True)
    (server.folder / server.bucket).chmod(0o700)  # a bucket that others may read is public to this server
    process = _start([java, "-Xmx256m", "-jar", str(jar)], server, base)
    try:
        _await(process, server, base / "log")
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _start(command: list[str], server: S3Server, base: Path) -> subprocess.Popen[bytes]:
    port = server.endpoint_url.rpartition(":")[2]
    conf = base / "s3proxy.conf"
    conf.write_text(
        CONF.format(port=port, key=server.key, secret=server.secret, folder=server.folder), "utf-8"
    )
    with (base / "log").open("wb") as log:
        return subprocess.Popen([*command, "--properties", str(conf)], stdout=log, stderr=log)


def _await(process: subprocess.Popen[bytes], server: S3Server, log: Path) -> None:
    """Return once the server answers a request, whatever it says."""
    address = server.endpoint_url.removeprefix("http://")
    for _ in range(TRIES):
        connection = http.client.HTTPConnection(address, timeout=5)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
            return
        except OSError:
            try:  # the wait between two tries, which ends at once where the server has died
                process.wait(timeout=0.1)
            except subprocess.TimeoutExpired:
                continue
            break
        finally:
            connection.close()
    pytest.fail(f"the S3 server did not start: {log.read_text('utf-8', 'replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
