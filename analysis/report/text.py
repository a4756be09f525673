"""Words and numbers as a reader sees them, and strings from pages made safe to show."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from schemas.table import Column

DASH = "\u2013"
# Control characters mean nothing to a reader, and HTML forbids most of them; overrides of the direction of
# writing make a text look like another one (CVE-2021-42574).
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def clean(value: str) -> str:
    """The string with control characters and overrides of direction shown as U+FFFD."""
    return _CONTROL.sub("\ufffd", value)


def cut(value: str, characters: int) -> str:
    """The string, at most so many characters long, an ellipsis saying where it was cut."""
    return value if len(value) <= characters else value[: characters - 1] + "…"


def cut_left(value: str, characters: int) -> str:
    """As `cut`, but the end of the string is kept."""
    return value if len(value) <= characters else "…" + value[-(characters - 1) :]


def web_link(url: str | None) -> str | None:
    """The address where it is safe to link to: http or https, a host, nothing unprintable; else None."""
    if not url or any(c.isspace() or unicodedata.category(c)[0] == "C" for c in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def reads_right_to_left(value: str) -> bool:
    """Whether the first letter with a direction runs right to left (Unicode bidi classes R and AL)."""
    kinds = (unicodedata.bidirectional(c) for c in value)
    return next((kind in {"R", "AL"} for kind in kinds if kind in {"L", "R", "AL"}), False)


def script_json(value: object) -> str:
    """JSON that may stand inside a `<script>` element: no `<`, `>` or `&` is left in it.

    Raises:
        ValueError: A number that is not finite; JSON has none.
    """
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def number(value: float | None, digits: int = 4) -> str:
    """A number as people write it: 1,234 · 12.3 · 0.001235; at least `digits` significant ones."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return DASH
    if isinstance(value, int) or (math.isfinite(value) and abs(value) >= 10 ** (digits - 1)):
        return f"{value:,.0f}".replace("-", "\u2212")
    return f"{value:.{digits}g}".replace("-", "\u2212")


def ends(row: Mapping[str, Any], name: str) -> str:
    """The interval of a measure, `0.61 to 0.72`; a dash where there is none."""
    low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
    return DASH if low is None or high is None else f"{low:.3f} to {high:.3f}"


def percent(share: float | None) -> str:
    """A share of 0 to 1 as a percentage that never rounds a loss away: 100 % is all of it."""
    if share is None:
        return DASH
    for decimals in (2, 3, 4, 6, 8, 10):
        shown = f"{100 * share:.{decimals}f}"
        if 0 < float(shown) < 100:
            break
    if share in (0, 1):
        shown = f"{100 * share:.0f}"
    return f"{shown.rstrip('0').rstrip('.') if '.' in shown else shown}\u202f%"


def cell(value: object, characters: int = 120) -> str:
    """Any value of a result as text; what is missing is a dash."""
    match value:
        case None:
            shown = DASH
        case bool():
            shown = "yes" if value else "no"
        case int() | float():
            shown = number(value)
        case datetime():
            shown = moment(value)
        case date():
            shown = value.isoformat()
        case bytes():
            shown = f"{len(value):,} bytes"
        case str():
            shown = clean(cut(value, characters))
        case _:
            shown = clean(cut(json.dumps(value, ensure_ascii=False, default=str), characters))
    return shown


def moment(value: datetime) -> str:
    """A point in time, to the second, in UTC where it has a time zone."""
    at = value.astimezone(UTC) if value.tzinfo else value
    return at.strftime("%Y-%m-%d %H:%M:%S") + (" UTC" if value.tzinfo else "")


def label(column: Column) -> str:
    """A short name for headings and axes: the description up to its colon if that is short, else the name.

    `per_million` is described "Relative frequency: tf per million …" and is thus called "Relative frequency".
    """
    before, colon, _ = column.description.partition(":")
    short = bool(colon) and len(before) <= 32 and not set("`,.(") & set(before)
    plain = column.name.replace("_", " ")
    return before if short else plain.capitalize() if len(plain) > 1 else plain


def spoken(name: str) -> str:
    """An analysis as one speaks of it: `ndvi-trends` are NDVI trends."""
    return " ".join("NDVI" if word == "ndvi" else word for word in name.split("-"))


def begun(said: str) -> str:
    """The same as the beginning of a sentence; what is in capitals stays so."""
    return said[:1].upper() + said[1:]


def listed(items: list[str], last: str = "and") -> str:
    """`a, b and c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""
