"""Places for the vertices of a small graph, and for their labels: always the same for the same graph."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.report.graph.names import width_px

ROUNDS = 300
PUSHES = 900
"""Rounds in which dots make room, at most."""
SPREAD = 0.55
"""How far places are drawn towards equal distances: 0 leaves a crowded middle, 1 a grid."""
PAD_PX = 14
"""Room between the frame and the outermost vertices."""
LABEL_PX = 11
GAP_PX = 2
"""Least room between a label and other labels and dots."""
ABOVE_PX = GAP_PX + 1 + LABEL_PX * 0.65
"""From the edge of a dot to the middle line of a label above it."""
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Label:
    """Where a label stands, seen from the middle of its vertex."""

    text: str
    """What it says; empty where it has no room."""
    dx: float = 0
    """To the right, in pixels, to the end that `align` names."""
    dy: float = 0
    """Down, in pixels, to its middle line."""
    align: str = "center"
    """`left`, `center` or `right`."""

    def box(self, x: float, y: float) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of it around a vertex at x and y, in pixels."""
        wide = width_px(self.text, LABEL_PX)
        left = x + self.dx - {"left": 0.0, "center": wide / 2, "right": wide}[self.align]
        return left, y + self.dy - LABEL_PX * 0.65, left + wide, y + self.dy + LABEL_PX * 0.65


def places(size: int, source: Ints, target: Ints) -> Floats:
    """Places by springs, spread out so that the middle is not crowded.

    Springs as by Fruchterman and Reingold (1991), from a spiral instead of chance; vertices push the more edges they
    have (Jacomy et al. 2014), which keeps hubs apart; a weak pull to the middle keeps parts together.

    Args:
        size: Number of vertices.
        source: Place (0 to size - 1) of each edge's source; shape (edges,).
        target: The same of its target.

    Returns:
        x and y from 0 to 1; shape (size, 2).
    """
    if not size:
        return np.empty((0, 2))
    order = np.arange(size)
    radius = np.sqrt((order + 0.5) / size)
    at = np.stack([radius * np.cos(order * _GOLDEN_ANGLE), radius * np.sin(order * _GOLDEN_ANGLE)], axis=1)
    tied = np.zeros((size, size))
    tied[source, target] = tied[target, source] = 1
    weight = np.sqrt(1 + tied.sum(axis=1))
    charge = np.outer(weight, weight) / weight.mean() ** 2
    length = 1 / math.sqrt(size)
    for step in np.linspace(0.1, 0.001, ROUNDS):
        apart = at[:, None] - at[None]
        distance = np.maximum(np.hypot(apart[..., 0], apart[..., 1]), 1e-9)
        # over a distance d a spring pulls with d²/length, and any two push with length²/d
        push = charge * length**2 / distance**2 - tied * distance / length
        np.fill_diagonal(push, 0)
        moved = (apart * push[..., None]).sum(axis=1) - at * length
        far = np.maximum(np.hypot(moved[:, 0], moved[:, 1]), 1e-9)
        at = at + moved * (np.minimum(far, step) / far)[:, None]
    return _spread(at)


def _spread(at: Floats) -> Floats:
    """The places from 0 to 1, each coordinate drawn towards its rank among all."""
    size = len(at)
    if size == 1:
        return np.full((1, 2), 0.5)
    low, span = at.min(axis=0), np.ptp(at, axis=0)
    even = (at - low) / np.where(span > 1e-9, span, 1)
    rank = np.argsort(np.argsort(np.round(even, 9), axis=0, kind="stable"), axis=0, kind="stable") / (
        size - 1
    )
    mixed = (1 - SPREAD) * even + SPREAD * rank
    span = np.ptp(mixed, axis=0)
    return np.asarray((mixed - mixed.min(axis=0)) / np.where(span > 1e-9, span, 1))


def separated(
    at: Floats, radii: Floats, width_px: float, height_px: float, names_px: Sequence[float] = ()
) -> Floats:
    """The places, moved so far that no dot lies over another one in a frame of this or a greater width.

    Args:
        at: Places of 0 to 1; shape (size, 2).
        radii: Of the dots, in pixels; shape (size,).
        width_px: Least width of the frame.
        height_px: Its height.
        names_px: Widths of the first vertices' labels: above their dots, room is made for them too, if there is any.
    """
    room = np.array([width_px, height_px]) - 2 * PAD_PX
    half = np.array(names_px, float)[: len(at)] / 2 + GAP_PX
    low, high = np.zeros((len(at), 2)), np.tile(room, (len(at), 1))
    low[: len(half), 0], high[: len(half), 0] = half - PAD_PX, room[0] - half + PAD_PX
    low[: len(half), 1] = radii[: len(half)] + ABOVE_PX - PAD_PX + LABEL_PX
    low = np.clip(low, 0, room)
    now = np.clip(at * room, low, np.maximum(high, low))
    for _ in range(PUSHES):
        moved = _off_dots(now, radii) + _off_names(now, radii, half)
        if np.abs(moved).max(initial=0) < 0.01:
            break
        now = np.clip(now + moved, low, np.maximum(high, low))
    return np.asarray(now / room)


def _off_dots(now: Floats, radii: Floats) -> Floats:
    """How far each dot must go so that none lies over another; shape (size, 2), in pixels."""
    apart = now[:, None] - now[None]
    distance = np.hypot(apart[..., 0], apart[..., 1])
    lack = np.maximum(radii[:, None] + radii[None] + GAP_PX - distance, 0)
    np.fill_diagonal(lack, 0)
    # of two at the same place the later one goes to the right
    order = np.sign(np.arange(len(now))[:, None] - np.arange(len(now))[None])
    away = np.where(distance[..., None] > 1e-6, apart, np.stack([order, order * 0], axis=-1))
    away = away / np.maximum(np.hypot(away[..., 0], away[..., 1]), 1e-9)[..., None]
    return np.asarray((away * (lack / 2)[..., None]).sum(axis=1))


def _off_names(now: Floats, radii: Floats, half: Floats) -> Floats:
    """How far up or down each dot must go so that the first ones' labels have room above them; shape (size, 2)."""
    first = len(half)
    line = now[:first, 1] - radii[:first] - ABOVE_PX
    moved = np.zeros_like(now)
    for wide, tall, middle in (
        (radii, radii + LABEL_PX * 0.65 + GAP_PX, now[:, 1]),
        (
            np.pad(half, (0, len(now) - first)),
            np.full(len(now), LABEL_PX * 1.3 + GAP_PX),
            np.pad(line, (0, len(now) - first), constant_values=math.inf),
        ),
    ):
        beside = np.abs(now[None, :, 0] - now[:first, None, 0]) - half[:, None] - wide[None] - GAP_PX
        below = middle[None] - line[:, None]
        lack = np.where(beside < 0, np.maximum(tall[None] - np.abs(below), 0), 0)
        lack[np.arange(first), np.arange(first)] = 0
        push = np.where(below >= 0, lack, -lack) / 2
        moved[:, 1] += push.sum(axis=0)
        moved[:first, 1] -= push.sum(axis=1)
    return moved


def pixels(at: Floats, width_px: float, height_px: float) -> Floats:
    """Places of 0 to 1 as pixels of a frame."""
    room = np.array([width_px, height_px]) - 2 * PAD_PX
    return np.asarray(PAD_PX + at * room)


def labels(
    at: Floats, radii: Floats, texts: Sequence[str], widths_px: Sequence[float], height_px: float
) -> list[Label]:
    """Labels that find room, the first vertices' first: none lies over a dot or another label, or leaves the frame.

    A label that has room at two widths of the frame has room at all between: its distance to any other box grows
    evenly from one to the other, and none can pass it.

    Args:
        at: Places of 0 to 1; shape (size, 2).
        radii: Of the dots, in pixels; shape (size,).
        texts: A label for each; empty ones have none.
        widths_px: Widths that the frame may have, from the least to the greatest.
        height_px: Its height.
    """
    frames = [pixels(at, width, height_px) for width in widths_px]
    taken: list[list[tuple[float, float, float, float]]] = [
        [(x - r, y - r, x + r, y + r) for (x, y), r in zip(frame.tolist(), radii.tolist(), strict=True)]
        for frame in frames
    ]
    found = []
    for number, text in enumerate(texts):
        for label in _candidates(text, float(radii[number])):
            boxes = [label.box(*frame[number]) for frame in frames]
            ends = zip(boxes, widths_px, strict=True)
            inside = all(b[0] >= 0 and b[1] >= 0 and b[2] <= w and b[3] <= height_px for b, w in ends)
            if inside and not any(
                _over(box, other) for box, others in zip(boxes, taken, strict=True) for other in others
            ):
                for box, others in zip(boxes, taken, strict=True):
                    others.append(box)
                found.append(label)
                break
        else:
            found.append(Label(""))
    return found


def _candidates(text: str, radius: float) -> Iterator[Label]:
    """Above, below, to the right and to the left of a dot."""
    if text:
        away = radius + GAP_PX + 1
        yield Label(text, 0, -radius - ABOVE_PX)
        yield Label(text, 0, radius + ABOVE_PX)
        yield Label(text, away, 0, "left")
        yield Label(text, -away, 0, "right")


def _over(box: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether two boxes lie over each other, or nearly."""
    (left, top, right, bottom), (a, b, c, d) = box, other
    return (
        left < c + GAP_PX / 2 and a < right + GAP_PX / 2 and top < d + GAP_PX / 2 and b < bottom + GAP_PX / 2
    )
