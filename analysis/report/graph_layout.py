"""Places for the vertices of a small graph, and for their labels: always the same for the same graph."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

ROUNDS = 300
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


def places(size: int, source: NDArray[np.int64], target: NDArray[np.int64]) -> NDArray[np.float64]:
    """Places by the springs of Fruchterman and Reingold (1991), from a spiral instead of chance.

    A weak pull to the middle keeps in the picture what has no edge.

    Args:
        size: Number of vertices.
        source: Place (0 to size - 1) of each edge's source; shape (edges,).
        target: The same of its target.

    Returns:
        x and y from 0 to 1; shape (size, 2).
    """
    order = np.arange(size)
    radius = np.sqrt((order + 0.5) / max(1, size))
    at = np.stack([radius * np.cos(order * _GOLDEN_ANGLE), radius * np.sin(order * _GOLDEN_ANGLE)], axis=1)
    tied = np.zeros((size, size))
    tied[source, target] = tied[target, source] = 1
    length = 1 / math.sqrt(max(1, size))
    for step in np.linspace(0.1, 0.001, ROUNDS):
        apart = at[:, None] - at[None]
        distance = np.maximum(np.hypot(*np.moveaxis(apart, -1, 0)), 1e-9)
        # over a distance d a spring pulls with d²/length, and any two push with length²/d
        push = length**2 / distance**2 - tied * distance / length
        np.fill_diagonal(push, 0)
        moved = (apart * push[..., None]).sum(axis=1) - at * length
        far = np.maximum(np.hypot(moved[:, 0], moved[:, 1]), 1e-9)
        at = at + moved * (np.minimum(far, step) / far)[:, None]
    low, span = at.min(axis=0, initial=math.inf), np.ptp(at, axis=0) if size else np.ones(2)
    return (at - low) / np.where(span > 0, span, 1) if size else at


def labelled(at: NDArray[np.float64], texts: Sequence[str], width_px: float, height_px: float) -> list[bool]:
    """Which labels find room, the first ones first: none lies over another one's.

    Args:
        at: Places of 0 to 1; shape (size, 2). A label stands centred above its place.
        texts: The labels.
        width_px: Least width the picture will have; in a wider one they lie farther apart.
        height_px: Its height.
    """
    taken: list[tuple[float, float, float]] = []
    shown = []
    for (x, y), text in zip(at * (width_px, height_px), texts, strict=True):
        half = 3.2 * len(text)  # letters of 11 px are about 6 px wide
        free = all(abs(y - b) >= 13 or abs(x - a) >= half + other for a, b, other in taken)
        shown.append(free)
        if free:
            taken.append((x, y, half))
    return shown
