"""How deep a page nests its elements: hostile pages do so to exhaust stacks, or time that grows with its square."""

from __future__ import annotations

from typing import Any

import numpy as np

LESS, SLASH = b"</"


def depth(tree: Any, body: bytes, cap: int) -> int:
    """Depth of the tree, counted up to one more than `cap`; 0 of a page whose tags do not look like more than that.

    The look takes microseconds. A page that hides its depth from it, with end tags that end nothing, meets the caps
    on time and memory instead.
    """
    return 0 if _looks(body) <= cap else _walked(tree, cap)


def _looks(body: bytes) -> int:
    """The most start tags beyond end tags from any place on; tags without an end (`<br>`) make it larger."""
    letters = np.frombuffer(body, np.uint8)
    following = letters[np.flatnonzero(letters[:-1] == LESS) + 1]
    lower = following | 0x20
    starts = (lower >= ord("a")) & (lower <= ord("z"))
    balance = np.cumsum(starts.astype(np.int64) - (following == SLASH))
    if not len(balance):
        return 0
    ground = np.minimum.accumulate(np.minimum(balance, 0))
    return int((balance - ground).max())


def _walked(tree: Any, cap: int) -> int:
    """Depth of the tree as parsed, without recursion, no further than one below the cap."""
    node, deep, deepest = tree.document, 1, 1
    while node is not None and deepest <= cap:
        below = node.first_child
        if below is not None:
            node, deep = below, deep + 1
            deepest = max(deepest, deep)
            continue
        while node is not None and node.next_sibling is None:
            node, deep = node.parent, deep - 1
        node = node.next_sibling if node is not None else None
    return deepest
