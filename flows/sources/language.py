"""Main language of a text, in ISO 639-3, as Common Crawl names languages."""

from __future__ import annotations

from functools import cache

UNDETERMINED = "und"
DETECT_BYTES = 256 << 10  # CLD2's answer settles long before; hostile pages are not read to their end


def from_header(stated: bytes | None) -> str | None:
    """First language of WARC-Identified-Content-Language (`deu,eng`), None where nothing is stated."""
    first = (stated or b"").split(b",", 1)[0].strip()
    return first.decode("ascii") if len(first) == 3 and first.isalpha() and first.islower() else None


def detect(text: bytes) -> str:
    """Language that CLD2 (which Common Crawl uses too) finds, `und` where it is not sure."""
    import pycld2

    try:
        reliable, _, found = pycld2.detect(_cut(text), returnVectors=False)
    except pycld2.error:  # control characters and the like
        return UNDETERMINED
    return alpha3(found[0][1]) if reliable else UNDETERMINED


def _cut(text: bytes) -> bytes:
    return text if len(text) <= DETECT_BYTES else text[:DETECT_BYTES].decode("utf-8", "ignore").encode()


@cache
def alpha3(code: str) -> str:
    """ISO 639-3 code of CLD2's code (`zh-Hant` is `zho`, `iw` is `heb`)."""
    import langcodes

    if code == "un" or code.startswith(
        ("xx", "zz")
    ):  # not known; a script; one of CLD2's jests (zzp: Pig Latin)
        return UNDETERMINED
    try:
        return str(langcodes.Language.get(code).to_alpha3())
    except LookupError:
        return UNDETERMINED
