"""Which languages may be asked for: codes as the archives have them, so that none is asked for in vain."""

from __future__ import annotations

import re
from collections.abc import Sequence

CODE = re.compile(r"[a-z]{3}")


def check(languages: Sequence[str]) -> None:
    """Refuse what no text can have as its language.

    Args:
        languages: Codes of ISO 639-3 (eng, deu), `und` for what could not be told.

    Raises:
        ValueError: One of them is another code (en, ger, en-GB), or no language has it; the message says which it is.
    """
    if isinstance(languages, str):
        raise ValueError(f"languages is the text '{languages}'; give a tuple of texts")
    for given in languages:
        meant = _meant(given)
        if meant != given:
            cure = f"'{meant}' is meant" if meant else "give three letters such as eng or deu"
            raise ValueError(f"language '{given}' is no code of ISO 639-3; {cure}")


def _meant(given: str) -> str | None:
    """The code in ISO 639-3 of a code in ISO 639-1, 639-2/B or BCP 47; None where it is none of a language."""
    import langcodes

    if not langcodes.tag_is_valid(given):
        return None
    language = langcodes.Language.get(given)
    try:
        short, bibliographic = language.to_alpha3(), language.to_alpha3("B")
    except LookupError:  # a script, or a private code
        return None
    return str(short) if bibliographic == given or not CODE.fullmatch(given) else given
