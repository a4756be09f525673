"""Where a Spark session comes from; its master and memory come from properties files, never from here."""

from __future__ import annotations

import atexit
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import IO, TYPE_CHECKING

from analysis.engines import EngineError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

OLDEST_JAVA = 17
"""Spark 4 runs on Java 17 and newer."""
PROPERTIES = Path(__file__).parents[3] / "conf" / "spark.conf"
ARGUMENTS = "PYSPARK_SUBMIT_ARGS"
"""Variable with arguments of spark-submit for sessions made by a plain Python call; Spark's own."""
ON_THIS_MACHINE = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",  # a laptop's own name often resolves to an address of another network
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "16",  # the default, 200, opens 200 files a task
}


def session(options: Mapping[str, str] | None = None) -> SparkSession:
    """The active session; else the one spark-submit has set up; else a quiet one of our own on this machine.

    Args:
        options: Properties for a session of our own, e.g. where its jars lie; those of Hadoop are left to the
            reader. A session that is there stays as it is.

    Raises:
        EngineError: No pyspark, no Java, or a Java that is too old.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise EngineError("Spark needs pyspark; install it with: pip install 'fieldwork[spark]'") from None
    from pyspark import SparkContext

    found = SparkSession.getActiveSession()
    if found is not None:
        return found
    if SparkContext._active_spark_context is None and "PYSPARK_GATEWAY_PORT" not in os.environ:
        _start(options or {})
    return SparkSession.builder.appName("fieldwork").getOrCreate()


def _start(options: Mapping[str, str]) -> None:
    """Start a JVM as spark-submit would with conf/spark.conf, its chatter in a file, and a context in it."""
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkRuntimeError
    from pyspark.java_gateway import launch_gateway

    require_java()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else workers take the python3 of PATH
    try:
        with _submit_arguments(options):
            gateway = launch_gateway(popen_kwargs={"stderr": _log()})
    except PySparkRuntimeError:
        raise EngineError(f"Spark did not start: {_last_line()}") from None
    SparkContext._ensure_initialized(gateway=gateway)
    conf = SparkConf()
    if conf.get("spark.master", "").startswith("local"):
        for name, value in ON_THIS_MACHINE.items():
            conf.setIfMissing(name, value)
    SparkContext(
        conf=conf.setAppName("fieldwork"), environment={"PYTHONPATH": os.pathsep.join(_own_folders())}
    )


@contextmanager
def _submit_arguments(options: Mapping[str, str]) -> Iterator[None]:
    """Set the arguments of spark-submit: ours first, so that those already in the environment win."""
    given = os.environ.get(ARGUMENTS)
    ours = ["--properties-file", str(PROPERTIES), "--load-spark-defaults"]
    for name, value in options.items():
        if not name.startswith(
            "spark.hadoop."
        ):  # keys may be among them, and everybody can read a command line
            ours += ["--conf", f"{name}={value}"]
    os.environ[ARGUMENTS] = f"{shlex.join(ours)} {given or 'pyspark-shell'}"
    try:
        yield
    finally:
        if given is None:
            del os.environ[ARGUMENTS]
        else:
            os.environ[ARGUMENTS] = given


def _own_folders() -> list[str]:
    """Folders this process imports from, without Python's own: workers must find the same kernels."""
    paths = sysconfig.get_paths()
    pythons = [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    folders = dict.fromkeys(str(Path(entry).absolute()) for entry in sys.path if Path(entry).exists())
    return [f for f in folders if not any(Path(f).is_relative_to(p) for p in pythons)]


def require_java() -> None:
    """Check the Java that Spark would start.

    Raises:
        EngineError: None, or too old.
    """
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    cure = f"install Java {OLDEST_JAVA} or newer, or set JAVA_HOME, or use the engine dask"
    try:
        said = subprocess.run([java or "java", "-version"], capture_output=True, text=True, check=True).stderr
    except (OSError, subprocess.CalledProcessError):
        raise EngineError(f"Spark needs Java, and {java or 'java'} does not run; {cure}") from None
    version = re.search(r'version "(?:1\.)?(\d+)', said)
    if version and int(version[1]) < OLDEST_JAVA:
        raise EngineError(f"Spark needs Java {OLDEST_JAVA}, and {java} is version {version[1]}; {cure}")


@cache
def _log() -> IO[bytes]:
    """Where the JVM of our own session and its workers write what is not a result."""
    file = tempfile.TemporaryFile(prefix="fieldwork-spark-")  # noqa: SIM115  it is open as long as Spark
    atexit.register(file.close)
    return file


def _last_line() -> str:
    """The last thing it says, read without moving the place where the JVM writes."""
    size = os.fstat(_log().fileno()).st_size
    lines = os.pread(_log().fileno(), 4096, max(0, size - 4096)).decode(errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else "it said nothing"


@contextmanager
def failures() -> Iterator[None]:
    """Turn what Spark raises, a page of Java, into an EngineError of one line that says what went wrong.

    Raises:
        EngineError: With Spark's own error as its cause.
    """
    from py4j.protocol import Py4JError, Py4JNetworkError
    from pyspark.errors import PySparkException

    try:
        yield
    except (ConnectionError, EOFError, Py4JNetworkError) as error:
        cure = "it may lack memory: raise spark.driver.memory (in conf/spark.conf)"
        raise EngineError(f"Spark's Java process ended; {cure}. Its last words: {_last_line()}") from error
    except (Py4JError, PySparkException) as error:
        text = str(error)
        if "S3AFileSystem not found" in text:
            cure = "set s3.jars to a folder with them, or spark.jars.packages to hadoop-aws"
            raise EngineError(f"Spark has no jars for S3: {cure}") from error
        raise EngineError(f"Spark failed: {_cause(text)}") from error


def _cause(text: str) -> str:
    """The last line of a worker's traceback, else the innermost Java exception."""
    _, found, trace = text.rpartition("Traceback (most recent call last):\n")
    if found:
        lines = takewhile(lambda line: line.strip() and not line.startswith("\tat "), trace.splitlines())
        return [line for line in lines if not line.startswith(" ")][-1]
    causes = re.findall(r"^Caused by: (.+)", text, re.MULTILINE)
    return causes[-1] if causes else text.strip().splitlines()[0]
