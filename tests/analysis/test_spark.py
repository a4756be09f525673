from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analysis.engines import EngineError, Job
from analysis.engines import engine as find
from analysis.engines.spark.buckets import packed, split, unpacked
from analysis.engines.spark.session import ARGUMENTS, _submit_arguments, failures, require_java, session
from analysis.engines.spark.types import carrier
from analysis.lake import Dataset, dataset
from conf.places import place
from conf.settings import load
from tests.analysis.toys import COLUMNS, PARTIAL, SUMS, everything, fail, keep, measure, toys

ROOT = Path(__file__).parents[2]
WHOLE = pa.schema([toys.column(name).field for name in COLUMNS])
spark = pytest.mark.spark

rows = st.fixed_dictionaries(
    {
        "id": st.integers(-(2**63), 2**63 - 1),
        "word": st.none() | st.sampled_from(["", "a", "A", "é", "e\u0301", "\0", "%41"]) | st.text(),
        "small": st.none() | st.integers(-128, 127),
        "seen_at": st.none()
        | st.datetimes(dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30), timezones=st.just(dt.UTC)),
        "bytes": st.none() | st.binary(min_size=4, max_size=4),
        "dn": st.none() | st.sampled_from([0, 1, 32767, 32768, 65535]),
        "bands": st.none() | st.lists(st.none() | st.integers(0, 65535), min_size=2, max_size=2),
        "weight": st.integers(-(2**31), 2**31 - 1),
    }
)


def write(folder: Path, parts: dict[tuple[str, str], list[dict]], row_group: int = 20) -> Dataset:
    """A lake of toys: rows by partition and name of the part."""
    for (crawl, name), part in parts.items():
        path = folder / toys.folder({"crawl": crawl}) / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(part, toys.schema()), path, row_group_size=row_group)
    return dataset(place(str(folder), load(environ={})), toys)


def test_what_is_sent_is_no_larger_than_its_rows():
    # Arrow's sums come as many slices of one buffer; pickled, each took all of it (2 GB of heap for 190 MB)
    whole = pa.table({"word": [f"w{n}" for n in range(50_000)], "tf": range(50_000)})
    sliced = pa.concat_tables([whole.slice(start, 1000) for start in range(0, 50_000, 1000)])
    assert len(packed(sliced)) < 1.2 * whole.nbytes
    assert len(packed(whole.slice(7, 10))) < 2000
    assert unpacked(packed(sliced)).equals(sliced)
    assert unpacked(packed(whole.slice(0, 0))).equals(whole.slice(0, 0))


def a_row(number: int) -> dict:
    """A row whose keys are empty now and then, each in a rhythm of its own."""
    times = [
        None,
        dt.datetime(1969, 12, 31, 23, 59, 59, 1, dt.UTC),
        dt.datetime(2024, 3, 31, 2, 30, tzinfo=dt.UTC),
    ]
    return {
        "id": number,
        "word": [None, "a", "é", "ж"][number % 4],
        "small": [None, -128, 127][number % 3],
        "seen_at": times[number % 3],
        "bytes": [None, b"\xff\x00ab"][number % 2],
        "dn": [65535, None][number % 2],
        "bands": [None, [1, None], [65535, 0]][number % 3],
        "weight": number * 7 - 100,
    }


@pytest.fixture(scope="module")
def lake(tmp_path_factory) -> Dataset:
    """Several row groups, parts without rows, and names that a glob, a URL or a shell would bend."""
    odd = "part a#{n}*[x]{{y}}?%41é+&'\"$.warc"
    parts = {
        (crawl, odd.format(n=n)): [a_row(i) for i in range(n * 10, n * 10 + count)]
        for crawl in ("CC-MAIN-2024-22", "é/b =%2F")
        for n, count in enumerate((50, 0, 1))
    }
    return write(tmp_path_factory.mktemp("toys"), parts)


def same(one: pa.Table, other: pa.Table) -> bool:
    """The same rows, in whatever order."""
    return sorted(map(repr, one.to_pylist())) == sorted(map(repr, other.to_pylist()))


def test_every_engine_adds_up_the_same(engine, lake):
    job = Job(lake, COLUMNS, measure, PARTIAL, SUMS)
    found = find(engine)(job)
    assert found.schema.equals(PARTIAL, check_metadata=True)
    assert sum(found["rows"].to_pylist()) == 102
    assert same(found, find("dask")(job))


def test_every_engine_adds_up_without_a_key(engine, lake):
    job = Job(lake, ("crawl", "id"), everything, pa.schema([("rows", pa.int64())]), {"rows": "sum"})
    assert find(engine)(job).to_pylist() == [{"rows": 102}]


def test_every_engine_gathers_rows_as_they_are(engine, lake):
    found = find(engine)(Job(lake, COLUMNS, keep, WHOLE, {}))
    assert found.schema.equals(WHOLE, check_metadata=True)
    wanted = [r | {"crawl": c} for c in ("CC-MAIN-2024-22", "é/b =%2F") for r in map(a_row, [*range(50), 20])]
    assert same(found, pa.Table.from_pylist([r for r in wanted if r["weight"] % 2 == 0], WHOLE))


def test_only_the_parts_of_the_job_are_read(engine, lake, tmp_path):
    whole = write(tmp_path, {("a", "one"): [a_row(1)], ("a", "other"): [a_row(2)], ("b", "one"): [a_row(3)]})
    (tmp_path / whole.parts[1].path).write_bytes(b"no Parquet, and nobody may look")
    chosen = Dataset(whole.root, whole.table, (whole.parts[0], whole.parts[2]))
    found = find(engine)(Job(chosen, ("id",), keep_ids, pa.schema([toys.column("id").field]), {}))
    assert sorted(found["id"].to_pylist()) == [1, 3]


def keep_ids(batches):
    yield from batches


def test_no_rows_give_an_empty_table(engine, tmp_path):
    found = find(engine)(Job(write(tmp_path, {("a", "empty"): []}), COLUMNS, measure, PARTIAL, SUMS))
    assert found.num_rows == 0
    assert found.schema.equals(PARTIAL, check_metadata=True)


@spark
@settings(
    max_examples=3,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # an example takes seconds: no shrinking
    suppress_health_check=list(HealthCheck),
)
@given(parts=st.lists(st.lists(rows, max_size=30), min_size=1, max_size=4))
def test_any_rows_add_up_the_same(java, tmp_path_factory, parts):
    lake = write(tmp_path_factory.mktemp("any"), {("x", str(i)): part for i, part in enumerate(parts)}, 7)
    job = Job(lake, COLUMNS, measure, PARTIAL, SUMS)
    wanted = find("dask")(job)
    assert same(find("spark")(job), wanted)
    assert same(find("spark-rdd")(job), wanted)


@spark
@pytest.mark.parametrize("engine", ["spark", "spark-rdd"])
def test_a_kernel_that_fails_is_named_in_one_line(java, engine, lake):
    job = Job(lake, COLUMNS, partial(fail, word="Fernweh"), PARTIAL, SUMS)
    with pytest.raises(EngineError, match=r"^Spark failed: ValueError: no word 'Fernweh' here$"):
        find(engine)(job)


@spark
def test_a_part_that_is_gone_is_named(java, lake, tmp_path):
    here = write(tmp_path, {("a", "one"): [a_row(1)]})
    (tmp_path / here.parts[0].path).unlink()
    with pytest.raises(EngineError, match=r"one\.parquet"):
        find("spark")(Job(here, COLUMNS, measure, PARTIAL, SUMS))


@spark
def test_a_plain_session_is_quiet_and_reads_the_properties(java, tmp_path):
    code = """
import sys
from analysis.engines.spark.session import session
context = session({"spark.hadoop.fs.s3a.secret.key": "hush"}).sparkContext
for name in ("master", "ui.enabled", "sql.session.timeZone", "hadoop.fs.s3a.secret.key"):
    print(context.getConf().get("spark." + name))
on_worker = context.parallelize([1]).map(lambda _: (sys.executable, __import__("own_kernel").answer))
print(on_worker.first() == (sys.executable, 42))
"""
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "own_kernel.py").write_text("answer = 42")
    search = os.pathsep.join([str(ROOT), str(tmp_path / "modules")])
    start = f"import sys; sys.path[:0] = {search.split(os.pathsep)}\n"
    environ = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYSPARK_PYTHON")}
    told = subprocess.run(
        [sys.executable, "-c", start + code],
        env=environ | {ARGUMENTS: "--master local[1] pyspark-shell"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stderr == ""
    assert told.stdout.split() == ["local[1]", "false", "UTC", "None", "True"]


def test_a_dead_jvm_is_told_from_a_failed_job():
    pytest.importorskip("pyspark")
    with (
        pytest.raises(
            EngineError, match=r"Java process ended; it may lack memory: raise spark\.driver\.memory"
        ),
        failures(),
    ):
        raise ConnectionRefusedError(111, "Connection refused")  # what py4j says of a JVM that was killed


def test_no_key_gets_onto_a_command_line(monkeypatch):
    monkeypatch.setenv(ARGUMENTS, "--master local[3] pyspark-shell")
    options = {"spark.hadoop.fs.s3a.secret.key": "hush", "spark.driver.extraClassPath": "my jars/*"}
    with _submit_arguments(options):
        assert "hush" not in os.environ[ARGUMENTS]
        assert "'spark.driver.extraClassPath=my jars/*'" in os.environ[ARGUMENTS]
        assert os.environ[ARGUMENTS].endswith(" --master local[3] pyspark-shell")  # the later wins
    assert os.environ[ARGUMENTS] == "--master local[3] pyspark-shell"


def test_without_pyspark_the_cure_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(EngineError, match=r"pip install 'fieldwork\[spark\]'"):
        session()


def fake_java(folder: Path, said: str, status: int = 0) -> Path:
    """A JAVA_HOME whose java says this."""
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit {status}\n")
    java.chmod(0o755)
    return folder


@pytest.mark.parametrize(
    "said", ['openjdk version "17.0.1" 2021-10-19', 'java version "21" 2023', "a new vendor"]
)
def test_a_java_that_will_do(monkeypatch, tmp_path, said):
    monkeypatch.setenv("JAVA_HOME", str(fake_java(tmp_path, said)))
    require_java()


@pytest.mark.parametrize(
    ("said", "status", "message"),
    [
        ('openjdk version "11.0.2" 2019-01-15', 0, "is version 11; install Java 17 or newer"),
        ('java version "1.8.0_292"', 0, "is version 8; install Java 17 or newer"),
        ("cannot allocate memory", 1, "does not run; install Java 17 or newer"),
    ],
)
def test_a_java_that_will_not_do(monkeypatch, tmp_path, said, status, message):
    monkeypatch.setenv("JAVA_HOME", str(fake_java(tmp_path, said, status)))
    with pytest.raises(EngineError, match=message):
        require_java()


def test_no_java_at_all(monkeypatch, tmp_path):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        EngineError, match="Spark needs Java, and java does not run; install Java 17 or newer"
    ):
        require_java()


@pytest.mark.parametrize(
    "values",
    [
        pa.array([0, 255, None], pa.uint8()),
        pa.array([0, 2**16 - 1, None], pa.uint16()),
        pa.array([0, 2**32 - 1, None], pa.uint32()),
        pa.array([0, 2**64 - 1, None], pa.uint64()),
        pa.array([-128, None], pa.int8()),
        pa.array(["é", None], pa.large_string()),
        pa.array(["é", None]).dictionary_encode(),
        pa.array([b"\xff", None], pa.large_binary()),
        pa.array([b"\xff\x00", None], pa.binary(2)),
        pa.array([1, None], pa.timestamp("s", "Asia/Kathmandu")),
        pa.array([1, None], pa.timestamp("ms")),
        pa.array([[1, None], None], pa.list_(pa.uint16(), 2)),
        pa.array([[1], [], None], pa.large_list(pa.uint8())),
        pa.array([{"a": 1}, None], pa.struct([("a", pa.uint8())])),
        pa.array([[("a", 1)], None], pa.map_(pa.large_string(), pa.uint8())),
    ],
    ids=lambda values: str(values.type),
)
def test_values_survive_the_types_they_travel_in(values):
    pytest.importorskip("pyspark")
    from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

    schema = pa.schema([pa.field("x", values.type)])
    there = pa.table([values], schema).cast(carrier(schema))
    in_spark = from_arrow_schema(carrier(schema), prefer_timestamp_ntz=True)
    assert there.schema == to_arrow_schema(in_spark)
    assert there.cast(schema)["x"].combine_chunks().equals(values)


keys = st.tuples(st.none() | st.text(), st.none() | st.integers(-(2**63), 2**63 - 1), st.none() | st.binary())


@settings(deadline=None)
@given(found=st.lists(keys), buckets=st.integers(1, 9), data=st.data())
def test_equal_keys_share_a_bucket_and_no_row_is_lost(found, buckets, data):
    doubled = data.draw(st.permutations(found + found))
    schema = pa.schema([("text", pa.large_string()), ("number", pa.int64()), ("bytes", pa.binary())])
    table = pa.table([list(c) for c in zip(*doubled, strict=True)] or [[], [], []], schema)
    cut = pa.concat_tables([table.slice(0, len(found)), table.slice(len(found))])
    pieces = dict(split(cut, ("text", "number", "bytes"), buckets))
    assert same(pa.concat_tables([schema.empty_table(), *pieces.values()]), table)
    homes = {key: number for number, piece in pieces.items() for key in map(repr, piece.to_pylist())}
    assert sum(len(set(map(repr, p.to_pylist()))) for p in pieces.values()) == len(homes)
    assert all(0 <= number < buckets for number in pieces)


def test_words_spread_over_the_buckets():
    words = pa.table({"word": [f"{a}{b}{c}" for a in "abcdefgh" for b in "ijklmn" for c in "opqrstuvw"]})
    sizes = [piece.num_rows for _, piece in split(words, ("word",), 8)]
    assert len(sizes) == 8
    assert max(sizes) < 2 * words.num_rows / 8
