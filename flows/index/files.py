"""The files of the columnar index, from its own list of paths, as one dataset."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pyarrow import dataset as ds
from pyarrow.fs import FSSpecHandler, PyFileSystem

from conf.places import Place
from conf.settings import Settings
from flows.sources.common_crawl import lines_of
from flows.sources.fetch import FetchError
from flows.sources.source import SelectionError
from schemas.cc_index import CC_INDEX, SUBSETS

PARTITION = re.compile(r"crawl=([^/]+)/subset=([^/]+)/")


def keys(archive: Place, crawls: Sequence[str], subset: str, settings: Settings) -> list[str]:
    """Keys of the index's files of some crawls.

    Raises:
        SelectionError: A crawl without an index, or an unknown subset.
    """
    if subset not in SUBSETS:
        raise SelectionError(f"'{subset}' is no part of the index; choose from {', '.join(SUBSETS)}")
    found: list[str] = []
    for crawl in crawls:
        listed = archive / f"crawl-data/{crawl}/cc-index-table.paths.gz"
        try:
            of_crawl = [key for key in lines_of(listed, settings) if f"/subset={subset}/" in key]
        except FetchError as error:
            raise SelectionError(f"{crawl} has no list of its index: {error} ({listed.url})") from None
        if not of_crawl:
            raise SelectionError(f"the index of {crawl} has no files of '{subset}'")
        found += of_crawl
    return found


def index(archive: Place, found: Sequence[str]) -> ds.Dataset:
    """The files as one dataset with the columns of all times; nothing is read yet."""
    files = PyFileSystem(FSSpecHandler(archive.fs))
    form = ds.ParquetFileFormat()
    fragments = []
    for key in found:
        crawl, subset = PARTITION.search(key).groups()  # type: ignore[union-attr]
        known = (ds.field("crawl") == crawl) & (ds.field("subset") == subset)
        fragments.append(form.make_fragment((archive / key).path, files, partition_expression=known))
    return ds.FileSystemDataset(fragments, CC_INDEX, form, files)
