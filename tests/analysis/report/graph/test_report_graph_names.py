"""Names of vertices: cut where they have no room, readable in their script, harmless in a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.report.graph.names import (
    Noun,
    fitting,
    in_its_script,
    middle_cut,
    plain,
    quoted,
    share_of,
    width_px,
    within,
)

PER_EM = {
    "i": 0.278,
    "m": 0.974,
    "w": 0.818,
    "a": 0.613,
    "W": 0.989,
    "O": 0.787,
    "0": 0.636,
    "…": 1.0,
    "@": 1.0,
}
"""Advance widths of DejaVu Sans 2.37, in units of the font's size."""


@pytest.mark.parametrize(("letter", "em"), PER_EM.items())
def test_letters_are_not_wider_than_is_said(letter, em):
    assert em <= width_px(letter, 1) <= 1.25 * em


@given(st.text(max_size=400), st.floats(12, 600))
def test_a_name_cut_has_room_and_keeps_both_ends(name, room):
    shown = within(name, room, 12)
    assert width_px(shown, 12) <= room
    assert shown == name or "…" in shown
    if len(shown) > 3 and shown != name:
        assert shown[0] == name[0]
        assert shown[-1] == name[-1]


@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=3), st.booleans(), st.floats(40, 600))
def test_of_several_names_as_many_are_shown_as_have_room(names, more, room):
    shown = fitting(names, more, room, 12)
    assert width_px(shown, 12) <= room
    assert more <= shown.endswith("…")
    whole = ", ".join(names) + (" …" if more else "")
    assert (shown == whole) == (width_px(whole, 12) <= room) or len(names) == 1


def test_names_of_several_hosts_are_not_run_into_one():
    assert fitting(["a.example.org", "b.example.org"], False, 120, 12) == "a.example.org …"
    assert fitting(["a.example.org", "b.example.org"], False, 400, 12) == "a.example.org, b.example.org"
    assert middle_cut("abcdefghij", 5) == "ab…ij"
    assert middle_cut("abcde", 5) == "abcde"


@pytest.mark.parametrize(
    ("host", "read"),
    [
        ("xn--e1afmkfd.xn--p1ai", "пример.рф"),
        ("www.xn--mgberp4a5d4ar", "www.السعودية"),
        ("example.org", ""),
        ("xn--zz--bad\u0645.org", ""),
        ("xn--99999999.org", ""),
        ("xn--ib9b.org", ""),
    ],
)
def test_punycode_is_read_where_it_is_some(host, read):
    assert in_its_script(host) == read


@given(st.text(alphabet="xn-abc019.", max_size=200))
def test_no_name_is_too_odd_to_be_read(host):
    assert "\u202e" not in in_its_script(host)
    in_its_script(f"xn--{host}")


def test_a_name_from_right_to_left_does_not_turn_its_sentence():
    assert quoted("موقع").endswith("”\u200e")
    assert quoted("example.org") == "“example.org”"
    assert plain("org.a\u202eb", hosts=True) == "a\ufffdb.org"
    assert plain("org.example", hosts=False) == "org.example"
    assert len(quoted("x" * 300)) < 50


@pytest.mark.parametrize(
    ("part", "told"), [(0, "0\u202f%"), (1, "100\u202f%"), (0.5, "50\u202f%"), (1 / 3, "33.3\u202f%"),
                       (0.99996, "99.996\u202f%"), (0.0001, "0.01\u202f%")]
)  # fmt: skip
def test_a_share_is_never_rounded_to_nothing_or_all(part, told):
    assert share_of(part, 1) == told


def test_numbers_and_nouns_agree():
    hosts = Noun("host", "hosts")
    assert [hosts.counted(n) for n in (0, 1, 1234)] == ["0 hosts", "1 host", "1,234 hosts"]
    assert [hosts.every(n) for n in (1, 2, 3)] == ["the only host", "both hosts", "all 3 hosts"]
    assert [hosts.others(n) for n in (1, 2)] == ["1 other host", "2 other hosts"]
