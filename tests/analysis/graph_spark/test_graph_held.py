"""What rounds keep meanwhile: on this machine, or in a folder that all executors reach; nothing is left of either."""

from __future__ import annotations

import pytest

from analysis.engines.graph.held import holding
from analysis.engines.spark.session import session

pytestmark = pytest.mark.spark


@pytest.fixture
def folder(java, tmp_path):
    """A folder for checkpoints, which the shared session has for one test."""
    context = session().sparkContext
    assert context.getCheckpointDir() is None
    context.setCheckpointDir(str(tmp_path))
    yield tmp_path
    getattr(context._jsc.sc(), "checkpointDir_$eq")(context._jvm.scala.Option.empty())
    assert context.getCheckpointDir() is None


def files(folder) -> list:
    return [p for p in folder.rglob("*") if p.is_file() and p.name.startswith("part-")]


def test_rows_lie_in_the_folder_for_checkpoints_until_they_are_dropped(folder):
    spark = session()
    with holding(spark) as held:
        kept = held.keep(spark.range(10))
        assert files(folder)
        held.drop(kept)
        assert not files(folder)
        held.keep(spark.range(10))
        assert files(folder)
    assert not files(folder)


def test_without_such_a_folder_nothing_stays_cached(java):
    spark = session()
    before = spark.sparkContext._jsc.getPersistentRDDs().size()
    with pytest.raises(RuntimeError, match="under way"), holding(spark) as held:
        kept = held.keep(spark.range(10))
        cached = held.cache(spark.range(5))
        assert (kept.count(), cached.count()) == (10, 5)
        assert spark.sparkContext._jsc.getPersistentRDDs().size() > before
        raise RuntimeError("under way")
    assert spark.sparkContext._jsc.getPersistentRDDs().size() == before
