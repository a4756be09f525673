"""Hosts folded to their registered domains, names with their labels in reverse order."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


def folded(hosts: pa.Array) -> pa.Array:
    """The registered domain of each host (ICANN section of the public suffix list).

    A host that is a public suffix itself (uk.gov has pages) stays what it is.

    Args:
        hosts: Reversed names, strings; shape (rows,).
    """
    coded = pc.dictionary_encode(hosts)
    domains = pa.array([_domain(host) for host in coded.dictionary.to_pylist()], pa.string())
    return domains.take(coded.indices)


@lru_cache(maxsize=1 << 17)  # hosts come in batch after batch
def _domain(reversed_host: str) -> str:
    labels = reversed_host.split(".")
    domain = _suffixes().privatesuffix(".".join(reversed(labels)))
    return ".".join(labels[: domain.count(".") + 1]) if domain else reversed_host


@cache
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(only_icann=True, accept_unknown=False)
