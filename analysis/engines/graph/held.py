"""What a computation of many rounds keeps on Spark meanwhile: lineage cut at each step, nothing left afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


class Held:
    """DataFrames that are kept until they are dropped, or until the end of `holding`."""

    def __init__(self, spark: SparkSession) -> None:
        self.spark = spark
        self._reliable = spark.sparkContext.getCheckpointDir() is not None
        self._kept: list[Any] = []
        self._cached: list[DataFrame] = []

    def keep(self, frame: DataFrame) -> DataFrame:
        """The rows of a frame, computed now and without their history; partitions and their order stay.

        They survive the loss of an executor only where `spark.checkpoint.dir` is set.
        """
        kept = frame.checkpoint() if self._reliable else frame.localCheckpoint()
        self._kept.append(kept)
        return kept

    def cache(self, frame: DataFrame) -> DataFrame:
        """The rows of a frame in compressed columns, in memory or on disk, computed when first needed."""
        from pyspark import StorageLevel

        self._cached.append(frame.persist(StorageLevel.MEMORY_AND_DISK))
        return frame

    def drop(self, *frames: DataFrame) -> None:
        """Give back what these take; frames that are not held are left alone."""
        for frame in frames:
            if any(frame is kept for kept in self._kept):
                self._kept = [kept for kept in self._kept if kept is not frame]
                self._release(frame)
            if any(frame is cached for cached in self._cached):
                self._cached = [cached for cached in self._cached if cached is not frame]
                frame.unpersist(blocking=True)

    def close(self) -> None:
        """Drop all."""
        self.drop(*self._kept, *self._cached)

    def _release(self, frame: Any) -> None:
        rdd = frame._jdf.queryExecution().logical().rdd()
        if not self._reliable:
            rdd.unpersist(True)
            return
        file = rdd.getCheckpointFile()
        if file.isDefined():
            path = self.spark._jvm.org.apache.hadoop.fs.Path(file.get())
            path.getFileSystem(self.spark._jsc.hadoopConfiguration()).delete(path, True)


@contextmanager
def holding(spark: SparkSession) -> Iterator[Held]:
    """What is kept in the block is given back at its end, whatever happened."""
    held = Held(spark)
    try:
        yield held
    finally:
        held.close()
