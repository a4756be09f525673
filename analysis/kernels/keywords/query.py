"""What a query says: a word, a phrase, a prefix (suffix, infix), or a regular expression."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.kernels.keywords.text import fold, nfc, token

FORMS = (
    'a word (migration), a phrase ("climate change"), a beginning (migra*), an end (*gration), '
    "an inside (*gra*) or a regular expression (/migra(tion|nts?)/)"
)
QUOTES = "\"'\u00ab\u00bb\u2018\u2019\u201c\u201d\u201e\u201f\u2039\u203a"


class QueryError(ValueError):
    """A query that says nothing or cannot be read; the message gives the valid forms."""


@dataclass(frozen=True)
class Word:
    """One word of a query."""

    core: str
    """What the word has, folded unless case matters."""
    open_left: bool = False
    """Whether it may have more before."""
    open_right: bool = False
    """Whether it may have more after."""

    def matches(self, folded: str) -> bool:
        """Whether a word of a page, folded likewise, is meant."""
        if self.open_left and self.open_right:
            return self.core in folded
        if self.open_left:
            return folded.endswith(self.core)
        return folded.startswith(self.core) if self.open_right else folded == self.core


@dataclass(frozen=True)
class Query:
    """A query, read."""

    text: str
    """As given."""
    words: tuple[Word, ...] = ()
    """Words in a row; none where it is a regular expression."""
    regex: str = ""
    """The regular expression, without its slashes, in form C."""


def parse(text: str, case: bool = False) -> Query:
    """Read a query; `case` says whether case matters.

    What the tokenizer takes apart is a phrase: `post-war` is `post` followed by `war`.

    Raises:
        QueryError: Nothing to search for, or an asterisk anywhere but at an end of a word.
    """
    given = text.strip()
    if len(given) > 1 and given[0] == given[-1] == "/":
        if not given[1:-1].strip():
            raise QueryError(f"query '{text}' is an empty regular expression; give {FORMS}")
        return Query(text, regex=nfc(given[1:-1]))
    words = [word for piece in given.split() for word in _words(nfc(piece.strip(QUOTES)), text, case)]
    if not words:
        raise QueryError(f"query '{text}' has no word to search for; give {FORMS}")
    return Query(text, tuple(words))


def _words(piece: str, text: str, case: bool) -> list[Word]:
    open_left, open_right = piece.startswith("*"), len(piece) > 1 and piece.endswith("*")
    core = piece[open_left : len(piece) - open_right]
    found = list(token().finditer(core))
    stray = "*" in core or ((open_left or open_right) and not found)
    if found:
        stray |= (open_left and found[0].start() > 0) or (open_right and found[-1].end() < len(core))
    if stray:
        raise QueryError(f"query '{text}': an asterisk must begin or end a word, as in migra*; give {FORMS}")
    last = len(found) - 1
    return [
        Word(match[0] if case else fold(match[0]), open_left and i == 0, open_right and i == last)
        for i, match in enumerate(found)
    ]
