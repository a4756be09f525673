"""What can be set, where it is read from, and errors that name the nearest known key.

Order, the later wins: the defaults here, the profile (`conf/<profile>.toml`, or a path), variables of the
environment (`FIELDWORK_INGEST__PROCESSES=8`), keyword arguments of `load`.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

PREFIX = "FIELDWORK_"
PROFILES = files(__package__)


class SettingsError(ValueError):
    """A setting that is unknown or has a value that does not fit; the message says the cure."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Archives(_Part):
    """Roots of the public archives; point one at a mirror or at a test server and all keys stay the same."""

    commoncrawl: str = "https://data.commoncrawl.org/"
    """Root of Common Crawl's bucket: https:// without an account, s3://commoncrawl/ with one, or a folder."""
    crawl_list: str = "https://index.commoncrawl.org/collinfo.json"
    """Common Crawl's list of its crawls, for `latest`."""
    landsat: str = "s3://usgs-landsat/"
    """Root of the Landsat bucket (us-west-2, requester pays)."""


class S3(_Part):
    """How S3 is reached; what is not set here follows the usual AWS chain (environment, profile, role)."""

    endpoint_url: str | None = None
    """Address of another S3 server than Amazon's."""
    region: str | None = None
    """Region of the bucket, where the AWS chain has none."""
    profile: str | None = None
    """Named profile of the AWS configuration."""
    key: str | None = None
    """Access key; better left to the AWS chain."""
    secret: SecretStr | None = None
    """Secret key; never printed, never written into a manifest."""
    requester_pays: bool = False
    """Whether to accept that reading is charged to your account (needed for usgs-landsat)."""
    path_style: bool = False
    """Address buckets as /bucket/key instead of bucket.host; most servers other than Amazon's want it."""
    jars: str | None = None
    """Folder with the S3A jars for Spark, where spark.jars.packages is not used."""


class Spark(_Part):
    """What a session of Spark started here gets; the rest stands in conf/spark.conf."""

    jars: str | None = None
    """Folder with jars that Spark has not (GraphFrames'), where spark.jars.packages is not used."""

    @property
    def properties(self) -> dict[str, str]:
        """Spark's properties for them; none where the folder holds no jar."""
        found = sorted(map(str, Path(self.jars).expanduser().glob("*.jar"))) if self.jars else []
        return {"spark.jars": ",".join(found)} if found else {}


class Http(_Part):
    """Manners towards servers."""

    user_agent: str = "fieldwork/0.1 (research; reads with care)"
    """Who we are; put a contact address here for large jobs."""
    timeout_s: float = Field(60.0, gt=0)
    """Silence after which a read counts as failed, in seconds."""
    tries: int = Field(6, ge=1, le=20)
    """How often a read is tried in all."""
    wait_min_s: float = Field(1.0, ge=0)
    """Shortest wait before a retry, in seconds; Common Crawl asks for at most one a second."""
    wait_max_s: float = Field(60.0, gt=0)
    """Longest wait before a retry, in seconds; a Retry-After is honoured up to ten times this."""
    block_bytes: int = Field(16 << 20, ge=1 << 10)
    """Bytes asked for at once."""


class Ingest(_Part):
    """Landing of inputs."""

    processes: int = Field(default_factory=lambda: len(os.sched_getaffinity(0)), ge=1)
    """Inputs landed at the same time; the machine's cores where nothing is said."""
    record_cap_bytes: int = Field(32 << 20, ge=1)
    """A record larger than this, unpacked, goes to the quarantine."""
    ratio_cap: int = Field(200, ge=2)
    """A record that unpacks to more than this many times its size goes to the quarantine."""
    wrong_lengths: Literal["set_aside", "repair"] = "set_aside"
    """A record whose Content-Length is wrong goes to the quarantine, or is read up to where the next begins."""
    loss_limit: float = Field(0.01, ge=0, le=1)
    """Share of inputs failed or records set aside above which a run ends with an error."""
    row_group_bytes: int = Field(32 << 20, ge=1 << 16)
    """Text held in memory before it is written, in bytes."""
    raw_head_bytes: int = Field(512, ge=0)
    """How much of a record in the quarantine is kept for a look."""


class Landsat(_Part):
    """Reading of Landsat's rasters."""

    threads: int = Field(0, ge=0)
    """Windows read at the same time by a process; 0: as many as cores from a folder, 32 from S3 or a web server."""
    cache_bytes: int = Field(64 << 20, ge=1 << 20)
    """GDAL's cache of unpacked blocks, in bytes."""


class Extract(_Part):
    """From HTML to text; a page beyond a cap goes to the quarantine."""

    statuses: tuple[int, ...] = (200,)
    """Statuses of server's answers that are taken for pages."""
    page_cap_bytes: int = Field(16 << 20, ge=1)
    """Largest page, without its codings, in bytes; Common Crawl itself cuts pages at 1 or 5 MiB."""
    depth_cap: int = Field(2000, ge=16)
    """Deepest nesting of elements."""
    page_cpu_s: float = Field(10.0, gt=0)
    """CPU time for one page, in seconds; the kernel ends an extractor that takes longer."""
    page_wall_s: float = Field(120.0, gt=0)
    """Time for one page by the clock, in seconds, for an extractor that waits for something."""
    memory_bytes: int = Field(4 << 30, ge=256 << 20)
    """Address space of the process that extracts."""


class Settings(_Part):
    """All settings; immutable."""

    lake: str = "lake"
    """Root of the lake: a folder or s3://bucket/prefix."""
    archives: Archives = Archives()
    """Roots of the archives."""
    s3: S3 = S3()
    """How S3 is reached."""
    spark: Spark = Spark()
    """What a session of Spark started here gets."""
    http: Http = Http()
    """Manners towards servers."""
    ingest: Ingest = Ingest()
    """Landing of inputs."""
    extract: Extract = Extract()
    """From HTML to text."""
    landsat: Landsat = Landsat()
    """Reading of Landsat's rasters."""


def load(profile: str | Path | None = None, environ: Mapping[str, str] = os.environ, **over: Any) -> Settings:
    """Settings from defaults, profile, environment and `over` (nested dicts), in this order.

    Raises:
        SettingsError: An unknown profile or key, or a value that does not fit.
    """
    values: dict[str, Any] = {}
    _merge(values, _from_profile(profile or environ.get(f"{PREFIX}PROFILE") or "laptop"))
    _merge(values, _from_environment(environ))
    _merge(values, over)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_explain(error)) from None


def _merge(into: dict[str, Any], new: Mapping[str, Any]) -> None:
    for key, value in new.items():
        if isinstance(value, Mapping) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = dict(value) if isinstance(value, Mapping) else value


def _from_profile(profile: str | Path) -> dict[str, Any]:
    path = Path(profile) if str(profile).endswith(".toml") else PROFILES / f"{profile}.toml"
    if not path.is_file():
        names = (file.name for file in PROFILES.iterdir())
        have = ", ".join(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))
        raise SettingsError(f"no profile '{profile}'; choose from {have}, or give the path of a .toml file")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from None


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in environ.items():
        if not name.startswith(PREFIX) or name == f"{PREFIX}PROFILE":
            continue
        *parts, last = name.removeprefix(PREFIX).lower().split("__")
        place = values
        for part in parts:
            place = place.setdefault(part, {})
            if not isinstance(place, dict):
                raise SettingsError(f"{name}: '{part}' is a setting, not a section")
        if isinstance(place.get(last), dict):
            raise SettingsError(f"{name}: '{last}' is a section, not a setting")
        place[last] = value
    return values


@cache
def known() -> tuple[str, ...]:
    """Dotted names of all settings and their sections."""

    def walk(model: type[BaseModel], prefix: str) -> Iterator[str]:
        for name, info in model.model_fields.items():
            inner = info.annotation
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield prefix + name
                yield from walk(inner, f"{prefix}{name}.")
            else:
                yield prefix + name

    return tuple(walk(Settings, ""))


def _explain(error: ValidationError) -> str:
    lines = []
    for problem in error.errors():
        name = ".".join(str(p) for p in problem["loc"])
        if problem["type"] == "extra_forbidden":
            near = get_close_matches(name, known(), n=1, cutoff=0.0)
            lines.append(f"unknown setting '{name}'; the nearest known one is '{near[0]}'")
        else:
            shown = "…" if "secret" in name else repr(problem["input"])
            lines.append(f"setting '{name}' cannot be {shown}: {problem['msg'].lower()}")
    return "; ".join(lines)
