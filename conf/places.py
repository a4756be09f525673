"""A place is a URL that can be opened: a local folder, https:// or s3://, all through fsspec."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from conf.settings import Settings


class PlaceError(OSError):
    """A place that cannot be opened; one line that says why and the cure."""


@dataclass(frozen=True)
class Place:
    """A file or folder somewhere, with the file system that reaches it; can be sent to other processes."""

    url: str
    """The address, without a trailing slash."""
    fs: Any
    """The fsspec file system."""
    path: str
    """The address as the file system wants it."""

    def __truediv__(self, key: str) -> Place:
        """The place below this one."""
        key = key.strip("/")
        return Place(f"{self.url}/{key}", self.fs, f"{self.path}/{key}") if key else self

    @property
    def is_local(self) -> bool:
        """Whether it is a folder or file of this machine."""
        return "://" not in self.url

    def files(self, suffix: str = "") -> list[str]:
        """Paths of all files below, relative to here, sorted; empty where the folder is absent."""
        found: Iterable[str] = self.fs.find(self.path)
        start = len(self.path.rstrip("/")) + 1
        return sorted(f[start:] for f in found if f.endswith(suffix))


def place(url: str, settings: Settings) -> Place:
    """Open a place.

    Raises:
        PlaceError: An unknown kind of address, missing credentials, …
    """
    import fsspec

    fs, path = fsspec.core.url_to_fs(url)
    return Place(url.rstrip("/"), fs, path.rstrip("/"))
