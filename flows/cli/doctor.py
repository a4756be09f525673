"""`fieldwork doctor`: what this machine has, what it lacks, and the cure."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

import click

from flows.cli.console import emit, show, size


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    """The thing."""
    state: str
    """`ok`, `absent` (something optional) or `bad`."""
    seen: str
    """What was found."""
    cure: str = ""
    """What to do about it, where something is to be done."""


@click.command(epilog="\b\nExamples:\n  fieldwork doctor\n  fieldwork doctor --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of a table.")
def doctor(as_json: bool) -> int:
    """What this machine has, what it lacks, and the cure for each."""
    found = [look() for look in LOOKS]
    if as_json:
        emit([asdict(f) for f in found])
    else:
        show(("what", "state", "seen", "cure"), [(f.what, f.state, f.seen, f.cure) for f in found])
    return 1 if any(f.state == "bad" for f in found) else 0


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    return Finding("Python", "ok" if good else "bad", version, "" if good else "install Python 3.11 or newer")


def _settings() -> Finding:
    from conf.settings import SettingsError, load

    try:
        settings = load()
    except SettingsError as error:
        return Finding("settings", "bad", str(error), "mend the profile or the variable")
    profile = os.environ.get("FIELDWORK_PROFILE", "laptop")
    return Finding("settings", "ok", f"profile {profile}, lake {settings.lake}")


def java_version() -> int | None:
    """Major version of the Java that Spark would start, None where there is none."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if not java or not Path(java).exists():
        return None
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    return int(found[1]) if found else None


def _java() -> Finding:
    version = java_version()
    if version is None:
        return Finding("Java", "absent", "none", "for Spark, install a Java 17 or newer and set JAVA_HOME")
    if version < 17:
        return Finding("Java", "absent", str(version), "too old for Spark 4: install Java 17 or newer")
    return Finding("Java", "ok", str(version))


def _spark() -> Finding:
    if find_spec("pyspark") is None:
        return Finding("Spark", "absent", "no pyspark", "pip install 'fieldwork[spark]'; Dask needs none")
    from importlib.metadata import version

    return Finding("Spark", "ok", f"pyspark {version('pyspark')}")


def _graphframes() -> Finding:
    if find_spec("graphframes") is None:
        return Finding(
            "GraphFrames", "absent", "none", "pip install 'fieldwork[spark]', only for some graph metrics"
        )
    if found := _graphframes_jar():
        return Finding("GraphFrames", "ok", f"jar by {found}")
    return Finding(
        "GraphFrames", "absent", "Python package, but no jar",
        "for strong, triangles, cores and motifs of `graph` on Spark: spark.jars.packages in conf/spark.conf, or "
        "FIELDWORK_SPARK__JARS=/folder/with/jars",
    )  # fmt: skip


def _graphframes_jar() -> str:
    """What brings GraphFrames' jar to a session; empty where nothing does."""
    from conf.settings import PROFILES, SettingsError, load

    lines = PROFILES.joinpath("spark.conf").read_text("utf-8").splitlines()
    if any(line.startswith("spark.jars") and "graphframes" in line for line in lines):
        return "conf/spark.conf"
    try:
        jars = load().spark.properties.get("spark.jars", "")
    except SettingsError:  # told by its own line
        return ""
    return f"the setting spark.jars, {load().spark.jars}" if "graphframes-spark4" in jars else ""


def _gpu() -> Finding:
    if not shutil.which("nvidia-smi"):
        return Finding("GPU", "absent", "no NVIDIA GPU", "none needed")
    ready = find_spec("cudf") is not None
    return Finding("GPU", "ok" if ready else "absent", "GPU" + (" and RAPIDS" if ready else ", but no RAPIDS"),
                   "" if ready else "install RAPIDS (cudf, cugraph) to use it")  # fmt: skip


def _credentials() -> Finding:
    from botocore.session import Session

    os.environ.setdefault("AWS_METADATA_SERVICE_TIMEOUT", "1")
    os.environ.setdefault("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "1")
    try:
        found = Session().get_credentials()
    except Exception as error:
        return Finding("AWS credentials", "bad", str(error), "mend the AWS configuration")
    if found is None:
        return Finding(
            "AWS credentials", "absent", "none", "needed for s3:// only; Common Crawl is on https:// too"
        )
    return Finding("AWS credentials", "ok", f"by {found.method}")


def _memory() -> Finding:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    cores = len(os.sched_getaffinity(0))
    need = 1e9 * cores
    return Finding("memory", "ok" if total > need else "bad", f"{size(total)}, {cores} cores",
                   "" if total > need else "set FIELDWORK_INGEST__PROCESSES lower: 1 GB a core is wanted")  # fmt: skip


def _disk() -> Finding:
    free = shutil.disk_usage(".").free
    return Finding("disk", "ok" if free > 5e9 else "bad", f"{size(free)} free here",
                   "" if free > 5e9 else "put the lake elsewhere: FIELDWORK_LAKE=/larger/disk")  # fmt: skip


LOOKS: tuple[Callable[[], Finding], ...] = (
    _python, _settings, _java, _spark, _graphframes, _gpu, _credentials, _memory, _disk,
)  # fmt: skip
