"""Host-to-host edges as planned: what an exact count of the readable captures' links must give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flows.sources.sample.web.capture import Capture
from flows.sources.sample.web.links import Link, folded, reverse

Key = tuple[str, str, str, str, str]
"""`pages` or `others`, `kept` or `folded`, source, target, kind."""
NOWHERE = frozenset({"same_page", "other_scheme", "ip_address", "invalid_host", "unknown_suffix"})


class Edges:
    """Edges of one file."""

    def __init__(self) -> None:
        self.sums: dict[Key, list[int]] = {}

    def add(self, capture: Capture) -> bool:
        """Add a capture's links; whether its own host has a place in a graph."""
        source = reverse(capture.authority)
        if source is None:
            return False
        if capture.planned is not None:
            base = capture.planned.base
            self._add("pages", source, base[1] if base else None, capture.planned.links)
        elif capture.elsewhere:
            self._add("others", source, None, capture.elsewhere)
        return True

    def _add(self, of: str, source: str, base: str | None, links: Sequence[Link]) -> None:
        for www in ("kept", "folded"):
            own, home = source, base or source
            if www == "folded":
                own, home = folded(own), folded(home)
            counts: Counter[tuple[str, str]] = Counter()
            marked: Counter[tuple[str, str]] = Counter()
            for link in links:
                target = own if link.kind in NOWHERE else home
                if link.target is not None:
                    target = folded(link.target) if www == "folded" else link.target
                counts[target, link.kind] += 1
                marked[target, link.kind] += link.nofollow
            counts[own, "page"], marked[own, "page"] = len(links), sum(marked.values())
            for (target, kind), n in counts.items():
                have = self.sums.setdefault((of, www, own, target, kind), [0, 0, 0])
                have[0] += 1
                have[1] += n
                have[2] += marked[target, kind]

    def rows(self, key: str, crawl: str, read_from: str) -> list[dict[str, object]]:
        """The edges of the file with this key, sorted."""
        names = ("of", "www", "source_host_reversed", "target_host_reversed", "kind")
        same = {"source_file": key, "crawl": crawl, "read_from": read_from}
        return [
            same
            | dict(zip(names, edge, strict=True))
            | dict(zip(("pages", "links", "nofollow_links"), n, strict=True))
            for edge, n in sorted(self.sums.items())
        ]
