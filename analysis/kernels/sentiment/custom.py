"""A function of one's own as a scorer."""

from __future__ import annotations

import hashlib
import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from analysis.kernels.sentiment import scorer


@dataclass(frozen=True)
class Custom:
    """Scores with a callable; words found are not known."""

    name: str
    """Name in tables and manifests."""
    function: Callable[[pa.Array], Any]
    """Texts (`string` or `large_string`) to as many numbers: an Arrow or NumPy array, or a list; null or NaN where it
    cannot say. A module-level function, so that engines can send it to other machines."""
    languages: tuple[str, ...] = ()
    """Languages it is made for, ISO 639-3; any where empty."""

    columns = scorer.MEASURES

    def facts(self) -> Mapping[str, Any]:
        """Where the function comes from, and the hash of its source where it can be read."""
        called = f"{self.function.__module__}:{getattr(self.function, '__qualname__', type(self.function).__name__)}"
        try:
            source = hashlib.sha256(inspect.getsource(self.function).encode()).hexdigest()
        except (OSError, TypeError):
            source = ""
        return {"function": called, "sha256": source, "definition": "score is what the function returns"}

    def score(self, texts: pa.Array) -> pa.RecordBatch:
        """Score texts, one row each.

        Raises:
            ValueError: The function did not return one number a text.
        """
        if isinstance(texts, pa.ChunkedArray):
            texts = texts.combine_chunks()
        answer = self.function(texts)
        try:
            values = pa.array(answer, pa.float64(), from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
            raise ValueError(
                f"scorer '{self.name}' returned {type(answer).__name__}, which are no numbers: {error}"
            ) from None
        if isinstance(values, pa.ChunkedArray):
            values = values.combine_chunks()
        if len(values) != len(texts):
            raise ValueError(
                f"scorer '{self.name}' returned {len(values)} values for {len(texts)} texts; return one a text"
            )
        unknown = {field.name: pa.nulls(len(texts), field.type) for field in self.columns}
        return scorer.batch(texts, {**unknown, "score": values}, self.columns)

    def explain(self, text: str) -> list[scorer.Part]:
        """Not possible.

        Raises:
            NotImplementedError: Always: a callable tells no reasons.
        """
        raise NotImplementedError(
            f"scorer '{self.name}' is a callable and tells no reasons; vader, dictionary and afinn do"
        )


def custom(where: str) -> Custom:
    """A scorer from an importable function.

    Args:
        where: `module:function`.

    Raises:
        ValueError: There is no such function.
    """
    module, _, name = where.partition(":")
    try:
        function = getattr(importlib.import_module(module), name) if module and name else None
    except (ImportError, AttributeError):
        function = None
    if not callable(function):
        raise ValueError(f"there is no function '{where}'; give python:module:function, importable from here")
    return Custom(name, function)
