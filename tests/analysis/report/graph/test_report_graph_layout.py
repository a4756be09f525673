"""Where a drawn graph's dots and names stand: in the frame, over nothing else, and always at the same place."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.report.graph.layout import LABEL_PX, PAD_PX, labels, pixels, places, separated
from analysis.report.graph.names import width_px

HEIGHT = 560
WIDTHS = (300, 430)


def ends(pairs):
    found = np.array(pairs, np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def wheel(size):
    """A hub, its spokes and a rim: crowded in the middle."""
    return [(0, i) for i in range(1, size)] + [(i, i % (size - 1) + 1) for i in range(1, size)]


graphs = st.integers(1, 40).flatmap(
    lambda n: st.tuples(
        st.just(n),
        st.lists(
            st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda p: p[0] != p[1]),
            max_size=120,
        ),
    )
)
names = st.text(alphabet="abcdefghijmw.-019éЖموقع市", min_size=0, max_size=22)


def boxes(at, radii, found, width):
    """The names' boxes in a frame, by place, and those of all dots."""
    frame = pixels(at, width, HEIGHT)
    named = {i: label.box(*frame[i]) for i, label in enumerate(found) if label.text}
    dots = [(x - r, y - r, x + r, y + r) for (x, y), r in zip(frame, radii, strict=True)]
    return named, dots


def over(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@settings(deadline=None, max_examples=25)
@given(graphs)
def test_places_are_finite_in_the_frame_and_the_same_again(graph):
    size, pairs = graph
    at = places(size, *ends(pairs))
    assert at.shape == (size, 2)
    assert ((at >= 0) & (at <= 1)).all()
    assert np.array_equal(at, places(size, *ends(pairs)))


@settings(deadline=None, max_examples=25)
@given(graphs, st.data())
def test_no_name_lies_over_a_dot_or_another_name_or_leaves_the_frame(graph, data):
    size, pairs = graph
    radii = np.array(data.draw(st.lists(st.floats(3, 11), min_size=size, max_size=size)))
    texts = data.draw(st.lists(names, min_size=size, max_size=size))
    at = separated(places(size, *ends(pairs)), radii, WIDTHS[0], HEIGHT)
    found = labels(at, radii, texts, WIDTHS, HEIGHT)
    assert [label.text in {"", text} for label, text in zip(found, texts, strict=True)] == [True] * size
    for width in (*WIDTHS, data.draw(st.integers(*WIDTHS))):
        named, dots = boxes(at, radii, found, width)
        for box in named.values():
            assert box[0] >= 0
            assert box[1] >= 0
            assert box[2] <= width
            assert box[3] <= HEIGHT
            assert not any(over(box, dot) for dot in dots)
        assert not any(over(a, b) for a, b in combinations(named.values(), 2))


@pytest.mark.parametrize("size", [2, 12, 50])
def test_dots_lie_beside_each_other_in_every_frame_wide_enough(size):
    radii = np.linspace(14, 5, size)
    at = separated(places(size, *ends(wheel(size))), radii, WIDTHS[0], HEIGHT)
    for width in (WIDTHS[0], 555, 960):
        frame = pixels(at, width, HEIGHT)
        assert (frame >= PAD_PX).all()
        assert (frame <= np.array([width, HEIGHT]) - PAD_PX).all()
        apart = np.hypot(*(frame[:, None] - frame[None]).T)
        np.fill_diagonal(apart, np.inf)
        assert (apart > radii[:, None] + radii[None] - 0.1).all()


def test_dots_at_the_same_place_are_drawn_apart():
    at = separated(np.full((9, 2), 0.5), np.full(9, 8.0), *WIDTHS[:1], HEIGHT)
    frame = pixels(at, WIDTHS[0], HEIGHT)
    assert min(np.hypot(*(a - b)) for a, b in combinations(frame, 2)) > 15.9


def test_room_is_made_for_the_first_names_even_in_a_crowd():
    size, first = 50, 12
    texts = [f"www.host-number-{i}.org" for i in range(size)]
    wide = [width_px(text, LABEL_PX) for text in texts[:first]]
    radii = np.linspace(12, 5, size)
    crowded = places(size, *ends(wheel(size)))
    without = labels(separated(crowded, radii, WIDTHS[0], HEIGHT), radii, texts, WIDTHS, HEIGHT)
    found = labels(separated(crowded, radii, WIDTHS[0], HEIGHT, wide), radii, texts, WIDTHS, HEIGHT)
    assert all(label.text for label in found[:first])
    assert not all(label.text for label in without[:first])


def test_the_middle_is_not_crowded():
    """Of a wheel's vertices no quarter of the drawing's middle holds more than a third."""
    at = places(50, *ends(wheel(50)))
    middle = (np.abs(at - 0.5) < 0.25).all(axis=1)
    assert middle.mean() < 0.34


def test_nothing_has_no_places():
    none = np.empty(0, np.int64)
    assert places(0, none, none).shape == (0, 2)
    assert places(1, none, none).tolist() == [[0.5, 0.5]]
