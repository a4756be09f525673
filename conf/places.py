"""A place is a URL that can be opened: a local folder, https:// or s3://, all through fsspec."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from conf.errors import PlaceError
from conf.settings import Http, Settings

__all__ = ["Place", "PlaceError", "place"]

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem


@dataclass(frozen=True)
class Place:
    """A file or folder somewhere, with the file system that reaches it; can be sent to other processes."""

    url: str
    """The address, without a trailing slash."""
    fs: Any = field(repr=False)
    """The fsspec file system; it may hold a secret, so it is never shown."""
    path: str
    """The address as the file system wants it."""
    spark: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """Spark's properties for reaching it (keys of S3A, folder of jars), and further jars; never shown either."""

    def __truediv__(self, key: str) -> Place:
        """The place below this one."""
        key = key.strip("/")
        return replace(self, url=f"{self.url}/{key}", path=f"{self.path}/{key}") if key else self

    @property
    def is_local(self) -> bool:
        """Whether it is a folder or file of this machine."""
        return "://" not in self.url

    @property
    def is_http(self) -> bool:
        """Whether it is on a web server: read only, without listing."""
        return self.url.startswith(("http://", "https://"))

    def files(self, suffix: str = "") -> list[str]:
        """Paths of all files below, relative to here, sorted; empty where the folder is absent.

        Hidden ones (a step of the path begins with a dot) are left out: they are not finished.

        Raises:
            PlaceError: A web server, which cannot list; or no access.
        """
        return list(self.sizes(suffix))

    def sizes(self, suffix: str = "") -> dict[str, int]:
        """Size in bytes of each of these files, by its path; the rest as for `files`."""
        self._not_http("cannot be listed; start from a list of paths, such as wet.paths.gz")
        start = len(self.path.rstrip("/")) + 1
        with self._explained():
            found = {str(f)[start:]: told["size"] for f, told in self.fs.find(self.path, detail=True).items()}
        shown = sorted(f for f in found if f.endswith(suffix) and not f.endswith("/") and _shown(f))
        return {f: int(found[f] or 0) for f in shown}

    def exists(self) -> bool:
        """Whether there is a file or folder here; no access is an error, not a no."""
        self._not_http(
            "is asked with flows.sources.fetch.size, which tells a missing file from a busy server"
        )
        with self._explained():
            return bool(self.fs.exists(self.path))

    def size(self) -> int:
        """Size of the file in bytes."""
        self._not_http(
            "is asked with flows.sources.fetch.size, which tells a missing file from a busy server"
        )
        with self._explained():
            return int(self.fs.size(self.path))

    def read_bytes(self) -> bytes:
        """The whole file."""
        with self._explained():
            return bytes(self.fs.cat_file(self.path))

    def write_bytes(self, data: bytes) -> None:
        """Write a file in one step: others see the old one or the new one, never a part."""
        self._not_http("can only be read")
        if self.is_local:
            with _replacing(Path(self.path)) as temporary:
                temporary.write_bytes(data)
        else:
            with self._explained():
                self.fs.pipe_file(self.path, data)

    def write(self, local: Path) -> None:
        """Move a finished local file here in one step: a rename, or one completed upload."""
        self._not_http("can only be read")
        if not self.is_local:
            with self._explained():
                self.fs.put_file(str(local), self.path)
            local.unlink()
            return
        target = Path(self.path)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            local.replace(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            with _replacing(target) as temporary:  # another disk: copy beside the target, then rename
                shutil.copyfile(local, temporary)
            local.unlink()

    def remove(self) -> None:
        """Remove the file; no error where it is gone already."""
        self._not_http("can only be read")
        with self._explained():
            if self.fs.exists(self.path):
                self.fs.rm_file(self.path)

    def _not_http(self, what: str) -> None:
        if self.is_http:
            raise PlaceError(f"{self.url}: a web server {what}")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        if not self.url.startswith("s3://"):
            yield
            return
        from conf import s3

        with s3.explained(self.url):
            yield


def place(url: str, settings: Settings) -> Place:
    """Open a place; nothing is read yet.

    Raises:
        PlaceError: An unknown kind of address, a password in it, or missing credentials.
    """
    scheme = url.partition("://")[0] if "://" in url else "file"
    if scheme == "file":
        path = Path(url.removeprefix("file://")).expanduser()
        from fsspec.implementations.local import LocalFileSystem

        return Place(str(path), LocalFileSystem(), str(path.absolute()), settings.spark.properties)
    if scheme not in ("s3", "http", "https"):
        raise PlaceError(f"'{scheme}://' is not known; use a folder, https://, http:// or s3://")
    parts = urlsplit(url)
    if "@" in parts.netloc or parts.query:
        raise PlaceError(
            f"{scheme}://{parts.netloc.rpartition('@')[2]}: an address with a password or a query is not "
            "taken; put keys into the AWS configuration or the settings `s3`"
        )
    if not parts.netloc:
        raise PlaceError(f"'{url}' names no {'bucket' if scheme == 's3' else 'server'}")
    url = url.rstrip("/")
    if scheme == "s3":
        from conf import s3

        fs = s3.filesystem(parts.netloc, settings)
        return Place(
            url, fs, url.removeprefix("s3://"), s3.spark_options(settings) | settings.spark.properties
        )
    return Place(url, _web(settings.http), url, settings.spark.properties)


def _web(http: Http) -> AbstractFileSystem:
    from aiohttp import ClientTimeout
    from fsspec.implementations.http import HTTPFileSystem

    silence = http.timeout_s
    options = {
        # identity and no unpacking: a file named .gz must arrive as it lies on the server
        "headers": {"User-Agent": http.user_agent, "Accept-Encoding": "identity"},
        "auto_decompress": False,
        "timeout": ClientTimeout(total=None, sock_connect=silence, sock_read=silence),
        "trust_env": True,  # a proxy of the institution
    }
    return HTTPFileSystem(client_kwargs=options)


def _shown(file: str) -> bool:
    return bool(file) and not any(step.startswith(".") for step in file.split("/"))


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """A hidden file beside the target, renamed onto it when the block ends well, else removed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        yield temporary
        with temporary.open("rb") as handle:
            os.fsync(handle.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
