"""Coded texts: a sample's folder or a file, with what must stay together in cross-validation."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from analysis.learning.errors import LearningError
from conf.places import place
from conf.settings import Settings

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Coded:
    """Texts with labels given by hand."""

    texts: NDArray[np.object_]
    """The texts; [texts]."""
    labels: NDArray[np.str_]
    """Their labels; [texts]."""
    together: Integers
    """Number of the group of each text; no group is parted by grouped cross-validation; [texts]."""
    groups: dict[str, NDArray[np.object_]]
    """Columns that scores are told by, where there are any: outlet, period, language; [texts] each."""
    sha256: str
    """Digest of what was read."""
    dropped: int = 0
    """Texts without a label, or without a word, which nothing can be learnt from."""

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def classes(self) -> list[str]:
        """Labels there are, sorted."""
        return sorted(set(self.labels.tolist()))


def read(address: str, together: Sequence[str], settings: Settings) -> Coded:
    """Coded texts of a folder (`labels.parquet` with `sample.parquet`), or a CSV or Parquet file.

    Raises:
        LearningError: There is no text or label, a column is missing, or there is one class only.
    """
    from hashlib import sha256

    source = place(address, settings)
    if address.endswith((".csv", ".parquet")):
        content = source.read_bytes()
        return coded(_table(address, content), together, sha256(content).hexdigest())
    try:
        files = [(source / name).read_bytes() for name in ("labels.parquet", "sample.parquet")]
    except FileNotFoundError as error:
        raise LearningError(
            f"{address} holds no coded sample ({error}); give the folder of `fieldwork annotate read`"
        ) from None
    labels, sample = (pq.read_table(io.BytesIO(one)) for one in files)
    rows = labels.join(sample.select(["item_id", "text"]), "item_id", join_type="inner").sort_by("item_id")
    return coded(rows, together, sha256(b"".join(files)).hexdigest())


def _table(name: str, content: bytes) -> pa.Table:
    if name.endswith(".parquet"):
        return pq.read_table(io.BytesIO(content))
    from pyarrow import csv

    texts = csv.ConvertOptions(column_types={"label": pa.string(), "text": pa.string(), "group": pa.string()})
    return csv.read_csv(
        io.BytesIO(content), parse_options=csv.ParseOptions(newlines_in_values=True), convert_options=texts
    )


def coded(rows: pa.Table, together: Sequence[str], digest: str = "") -> Coded:
    """Coded texts of a table with the columns text and label, and those of `together` (story is found here).

    Raises:
        LearningError: As `read`.
    """
    for name in ("text", "label", *(n for n in together if n == "group")):
        if name not in rows.column_names:
            raise LearningError(
                f"the codes have no column '{name}'; they have {', '.join(rows.column_names)}"
            )
    given = rows.num_rows
    rows = rows.filter(pc.and_(pc.is_valid(rows["label"]), pc.match_substring_regex(rows["text"], r"\S")))
    labels = np.array(rows["label"].cast(pa.string()).to_pylist(), dtype=str)
    if len(set(labels.tolist())) < 2:
        raise LearningError(
            f"{rows.num_rows:,} texts have a label, of {len(set(labels.tolist()))} classes; two are needed"
        )
    columns = [_numbers(rows[name]) for name in together if name != "story" and name in rows.column_names]
    if "story" in together:
        columns.append(stories(rows["text"].combine_chunks()))
    groups = {
        n: np.array(rows[n].cast(pa.string()).fill_null("(missing)").to_pylist(), dtype=object)
        for n in ("outlet", "period", "language")
        if n in rows.column_names
    }
    texts = np.array(rows["text"].to_pylist(), dtype=object)
    return Coded(texts, labels, connected(columns, len(texts)), groups, digest, given - len(texts))


def stories(texts: pa.Array) -> Integers:
    """Number of the first copy of each text; as `fieldwork stories` finds them; [texts]."""
    from analysis.kernels.text.copies import group
    from analysis.kernels.text.shingles import Signer
    from analysis.news.stories import Stories

    asked = Stories()
    signed = Signer(asked.scheme, asked.tokenizer).sign(texts)
    return group(signed, asked.sketch, asked.threshold).first


def connected(columns: Sequence[Integers], texts: int) -> Integers:
    """Number of the component of each text, where texts with an equal number in any column are connected; [texts]."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    if not columns:
        return np.arange(texts, dtype=np.int64)
    width, rows, places = texts, [], []
    for column in columns:
        rows.append(np.arange(texts))
        places.append(width + column)
        width += int(column.max()) + 1
    ends = (np.concatenate(rows), np.concatenate(places))
    graph = coo_matrix((np.ones(len(ends[0]), np.int8), ends), shape=(width, width))
    _, component = connected_components(graph, directed=False)
    _, numbers = np.unique(component[:texts], return_inverse=True)
    return numbers.astype(np.int64)


def _numbers(column: pa.ChunkedArray) -> Integers:
    """Values as numbers; each empty one is alone."""
    encoded = column.combine_chunks().dictionary_encode()
    known = len(encoded.dictionary)
    alone = known + np.arange(len(column))
    found = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return np.where(found < 0, alone, found)
