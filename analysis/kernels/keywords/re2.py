r"""A reader's regular expression, rewritten for RE2.

RE2's `\w`, `\d`, `\s` and `\b` know ASCII only: `\bécole` would find nothing. So an expression is rewritten.
The classes become those of the tokenizer and of Unicode, and a text that an expression with `\b` is tried on
gets signs at both ends of each word. Each piece of the expression then passes over such signs, and `\b` asks
for one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from analysis.kernels.keywords.query import Query, QueryError
from analysis.kernels.keywords.text import word_class_re2

EDGE = "\ufdd0"
"""Sign at the end of a word; a noncharacter of Unicode."""
EDGES_MAX = 8
r"""More `\b` than this at one place (`\b"?\b'?\b…`) find nothing; alternatives (`\ba|\bb`) may have any number."""
SPACES = r"\t-\r\x{1c}-\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"

PIECE = re.compile(
    r"""(?P<flags>\(\?[A-Za-z-]+[:)])
      | (?P<keep>\(\?P?<[^>]*>|\(\?:|[()|]|\^|\\A|[*+?]|\{\d+(?:,\d*)?\})
      | (?P<end>\$|\\z)
      | (?P<edge>\\b)
      | (?P<any>\.)
      | (?P<short>\\[wdsWDS])
      | (?P<property>\\[pP](?:\{[^}]*\}|.))
      | (?P<set>\[\^?\]?(?:\\.|\[:[^\]]*:\]|[^\]\\])*\])
      | (?P<refused>\\[BCQE])
      | (?P<literal>\\x\{[0-9A-Fa-f]+\}|\\x[0-9A-Fa-f]{2}|\\[0-7]{1,3}|\\.|.)""",
    re.VERBOSE | re.DOTALL,
)


def matches(texts: Sequence[str], pattern: str, shown: str = "") -> list[bool]:
    """Which texts have a match.

    Raises:
        QueryError: RE2 does not take the pattern; `shown` names the query.
    """
    try:
        found: list[bool] = pc.match_substring_regex(pa.array(texts, pa.large_string()), pattern).to_pylist()
    except pa.ArrowInvalid as error:
        why = str(error).removeprefix("Invalid regular expression: ")
        raise QueryError(
            f"query '{shown}' is no valid regular expression: {why[:200]}; RE2's syntax holds: "
            "no look-around, no back-references"
        ) from None
    return found


def edges(query: Query) -> int:
    r"""How many signs the ends of words need: one for each `\b`, since several may stand at the same place."""
    asked = sum(piece.lastgroup == "edge" for piece in PIECE.finditer(query.regex))
    return min(asked, EDGES_MAX)


def rewritten(query: Query, signs: bool) -> str:
    r"""The expression for RE2; with `signs`, for texts that have signs at the ends of words.

    Without them, `\b` is left out: what the expression finds then is a necessary condition.

    Raises:
        QueryError: It uses what cannot be rewritten; the message says what to write instead.
    """
    rewriter = _Rewriter(query, signs)
    return "".join(rewriter.piece(match) for match in PIECE.finditer(query.regex))


class _Rewriter:
    def __init__(self, query: Query, edges: bool) -> None:
        self._query, self._edges = query, edges
        self._over = f"{EDGE}*" if edges else ""
        self._not = EDGE if edges else ""
        self._dotall = False

    def piece(self, match: re.Match[str]) -> str:
        kind, text = str(match.lastgroup), match[0]
        if kind == "flags":
            self._note_flags(match)
        if kind == "refused":
            raise self._error(text, "has no counterpart here; write it without")
        if kind in ("flags", "keep"):
            return text
        if kind == "end":
            return f"(?:{self._over}{text})" if self._edges else text
        if kind == "edge":
            return f"(?:{EDGE})" if self._edges else "(?:)"
        atom = self._atom(kind, text)
        return f"(?:{self._over}{atom})" if self._edges else atom

    def _note_flags(self, match: re.Match[str]) -> None:
        on, _, _ = match[0].partition("-")
        if "s" in on and self._edges:
            if match.start() or not match[0].endswith(")"):
                raise self._error(match[0], "works beside \\b only as (?s) at the very beginning")
            self._dotall = True

    def _atom(self, kind: str, text: str) -> str:
        if kind == "any" and self._edges:
            return f"[^{EDGE}]" if self._dotall else f"[^\n{EDGE}]"
        if kind == "short":
            inside = _short(text.lower())
            return f"(?-i:[{'^' * text[1].isupper()}{inside}{self._not * text[1].isupper()}])"
        if kind == "property" and text[1] == "P" and self._edges:
            return f"[^\\p{text[2:]}{EDGE}]"
        if kind == "set":
            text = self._set(text)
        if kind in ("property", "set") and self._edges and matches([EDGE], text, self._query.text)[0]:
            raise self._error(text, "takes nearly any character, which does not go with \\b; narrow it")
        return r"\{" if text == "{" else text

    def _set(self, text: str) -> str:
        negated = text.startswith("[^")
        inside = text[1 + negated : -1]
        if re.search(r"(?<!\\)(?:\\\\)*\\[WDS]", inside):
            raise self._error(text, "has \\W, \\D or \\S inside a set; write [^…] or . instead")
        inside = re.sub(r"\\(.)", lambda m: _short(m[0]) if m[1] in "wds" else m[0], inside, flags=re.DOTALL)
        if negated and self._edges:
            inside = EDGE + (rf"\{inside}" if inside[:1] in ("]", "-") else inside)
        return f"[{'^' * negated}{inside}]"

    def _error(self, what: str, why: str) -> QueryError:
        return QueryError(f"query '{self._query.text}': {what} {why}")


def _short(name: str) -> str:
    return {r"\w": word_class_re2(), r"\d": r"\p{Nd}", r"\s": SPACES}[name]
