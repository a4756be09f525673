"""Names of vertices as a chart shows them: how wide they are, where they are cut, how they stand in a sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.report.graph.data import has_hosts, shown_name
from analysis.report.text import clean, listed, number, percent

if TYPE_CHECKING:
    from analysis.result import Result

LONGEST = 120
"""Characters of a name in a tooltip."""
QUOTED = 44
"""Characters of a name in a sentence."""
# Widths in DejaVu Sans, in units of the font's size; other fonts of the page's list are narrower.
_WIDTHS = (("ijl|'", 0.3), ("ftr.,:;!()[]- /", 0.42), ("mwMW@%…", 1.0), ("<>=+~#^_&", 0.84))
_LATIN, _CAPITAL, _OTHER = 0.64, 0.79, 1.05
_PUNYCODE = re.compile(r"xn--[a-z0-9-]+", re.IGNORECASE)
# A mark without width that reads left to right: what follows a name stays behind it (Unicode Annex 9).
_LEFT_TO_RIGHT = "\u200e"


@dataclass(frozen=True)
class Noun:
    """What a vertex is called."""

    one: str
    """One of them."""
    many: str
    """Several."""

    def counted(self, n: int) -> str:
        """`1 host`, `412 hosts`."""
        return f"{number(n)} {self.one if n == 1 else self.many}"

    def every(self, n: int) -> str:
        """`the only host`, `both hosts`, `all 412 hosts`."""
        return (
            f"the only {self.one}" if n == 1 else f"both {self.many}" if n == 2 else f"all {self.counted(n)}"
        )

    def others(self, n: int) -> str:
        """`1 other host`, `412 other hosts`."""
        return f"{number(n)} other {self.one if n == 1 else self.many}"


def noun(result: Result) -> Noun:
    """Hosts or domains; vertices of another edge table."""
    if not has_hosts(result):
        return Noun("vertex", "vertices")
    level = getattr(result.options, "level", "host")
    return Noun("domain", "domains") if level == "domain" else Noun("host", "hosts")


def plain(name: str, hosts: bool) -> str:
    """A vertex's name, whole, in normal order and safe to show."""
    return clean(shown_name(name, hosts))


def in_its_script(name: str) -> str:
    """A host's name with its labels as people write them where they are punycode (RFC 3492); else empty."""

    def decoded(label: str) -> str:
        try:
            found = label[4:].encode("ascii").decode("punycode") if _PUNYCODE.fullmatch(label) else label
        except UnicodeError:
            return label
        return found if found.isprintable() else label

    short = name[:LONGEST]
    read = clean(".".join(decoded(label) for label in short.split(".")))
    return "" if read == short else read


def width_px(text: str, font_px: float) -> float:
    """At most so wide is a text in a font without serifs.

    Args:
        text: One line.
        font_px: Size of the font.
    """
    return sum(_width(letter) for letter in text) * font_px


def _width(letter: str) -> float:
    if unicodedata.combining(letter) or unicodedata.category(letter) in {"Mn", "Cf"}:
        return 0.0
    known = next((width for letters, width in _WIDTHS if letter in letters), None)
    if known is not None:
        return known
    return _OTHER if ord(letter) > 0x24F else _CAPITAL if letter.isupper() else _LATIN


def within(name: str, room_px: float, font_px: float) -> str:
    """The name, cut in its middle until it has room: both ends tell hosts apart."""
    if width_px(name[:LONGEST], font_px) <= room_px and len(name) <= LONGEST:
        return name
    keep = min(len(name), LONGEST)
    while keep > 1:
        keep -= 1
        head = keep // 2
        shorter = f"{name[:head]}…{name[len(name) - (keep - head) :]}"
        if width_px(shorter, font_px) <= room_px:
            return shorter
    return "…"


def fitting(names: Sequence[str], more: bool, room_px: float, font_px: float) -> str:
    """As many of the names as have room, an ellipsis where there are others.

    Args:
        names: One or more.
        more: Whether there are others than these.
        room_px: Room for all.
        font_px: Size of the font.
    """
    for kept in range(len(names), 0, -1):
        told = ", ".join(names[:kept]) + (" …" if more or kept < len(names) else "")
        if width_px(told, font_px) <= room_px:
            return told
    if len(names) == 1 and not more:
        return within(names[0], room_px, font_px)
    return within(names[0], room_px - width_px(" …", font_px), font_px) + " …"


def middle_cut(name: str, characters: int) -> str:
    """The name, at most so many characters long, cut in its middle."""
    if len(name) <= characters:
        return name
    head = (characters - 1) // 2
    return f"{name[:head]}…{name[len(name) - (characters - 1 - head) :]}"


def share_of(part: float, whole: float) -> str:
    """A share as a percentage to one decimal, never rounded to nothing or to all."""
    value = part / whole
    near = round(value, 3)
    return percent(value if near in (0, 1) else near)


def quoted(name: str) -> str:
    """A name in a sentence that reads left to right, whatever the name's direction."""
    return f"“{middle_cut(name, QUOTED)}”{_LEFT_TO_RIGHT if not name.isascii() else ''}"


def quoted_list(names: list[str]) -> str:
    """`“a”, “b” and “c”`."""
    return listed([quoted(name) for name in names])
