"""What all tests share: the sample archive with its truth, a lake made from it, and every engine."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from conf.settings import Settings, load
from flows.cli.doctor import java_version
from tests.servers.jars import GRAPHFRAMES, S3A

pytest_plugins = ["tests.servers.s3", "tests.servers.faulty", "tests.browser"]

# The same tree gives the same answer: property tests draw the same examples every time. `make fuzz` draws new ones.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.register_profile("fuzz", derandomize=False, deadline=None, database=None, print_blob=True)
hypothesis.settings.load_profile("same")

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data"


def pytest_collection_modifyitems(items):
    """PySpark leaves the sockets it collects rows from to the garbage collector."""
    for item in items:
        if item.get_closest_marker("spark"):
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"))


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch, tmp_path_factory):
    """No setting or credential of this machine reaches a test."""
    for name in [n for n in os.environ if n.startswith(("FIELDWORK_", "AWS_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def data():
    """A file of real data by its path below shared/data; the test is skipped where it is absent."""

    def find(name: str) -> Path:
        path = DATA / name
        if not path.exists():
            pytest.skip(f"real data is not here: shared/data/{name}")
        return path

    return find


@pytest.fixture(scope="session")
def archive(tmp_path_factory) -> Path:
    """The small sample archive, seed 0."""
    from flows.sources.sample import write

    path = tmp_path_factory.mktemp("sample") / "archive"
    write(path, "small", 0)
    return path


@pytest.fixture(scope="session")
def truth(archive) -> dict:
    """What was planted in it."""
    return json.loads((archive / "truth.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def settings(archive, tmp_path_factory) -> Settings:
    """Settings with the sample archive and a lake of the session."""
    lake = tmp_path_factory.mktemp("lake")
    over = {"archives": {"commoncrawl": str(archive)}, "ingest": {"processes": 1}}
    return load(environ={}, lake=str(lake), **over)


@pytest.fixture(scope="session")
def lake(settings, truth) -> Settings:
    """Settings whose lake holds the sample archive."""
    from conf.places import place
    from flows.landing.run import land_all
    from flows.sources.common_crawl import Selection
    from flows.sources.wet import wet

    chosen = Selection(crawl=tuple(truth["crawls"]))
    land_all("wet", wet.inputs(chosen, place(settings.archives.commoncrawl, settings), settings), settings)
    return settings


@pytest.fixture(scope="session")
def java() -> None:
    """Skips where Spark cannot run."""
    pytest.importorskip("pyspark", reason="pyspark is not installed (extra `spark`)")
    if (java_version() or 0) < 17:
        pytest.skip("Spark needs Java 17 or newer")
    # Jobs of seconds: the JVM's second compiler would cost more than it gains.
    short = "--driver-java-options '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC'"
    jars = f"--driver-class-path '{S3A}/*:{GRAPHFRAMES}/*'"  # the one session of all tests has them from its start
    os.environ.setdefault("PYSPARK_SUBMIT_ARGS", f"--master local[2] {short} {jars} pyspark-shell")


@pytest.fixture(
    params=[
        "dask",
        pytest.param("spark", marks=pytest.mark.spark),
        pytest.param("spark-rdd", marks=pytest.mark.spark),
    ]
)
def engine(request) -> str:
    """Each engine in turn."""
    if request.param != "dask":
        request.getfixturevalue("java")
    return request.param


@pytest.fixture(autouse=True)
def _quiet_logs() -> Iterator[None]:
    """py4j logs each call at debug level, which only costs time."""
    logging.getLogger("py4j").setLevel(logging.WARNING)
    yield
