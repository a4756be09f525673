"""In which encoding a page is written, and what it says of that, truly or not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Coding:
    """How a page's letters become bytes."""

    encoding: str
    """Python's name."""
    name: str
    """Name in the WHATWG's Encoding Standard: what a good reader must say."""
    http: str | None = None
    """Charset that the server states."""
    meta: str | None = None
    """Charset that a meta element states."""
    bom: bytes = b""
    """Byte order mark before the page."""

    def encode(self, page: str) -> bytes:
        """The page's bytes; letters that the encoding lacks become character references."""
        return self.bom + page.encode(self.encoding, "xmlcharrefreplace")


UTF_8 = Coding("utf-8", "utf-8", http="UTF-8")
_META = Coding("utf-8", "utf-8", meta="utf-8")
_LATIN = Coding("cp1252", "windows-1252", http="ISO-8859-1")
_LATIN_META = Coding("cp1252", "windows-1252", meta="windows-1252")
_CYRILLIC = Coding("cp1251", "windows-1251", http="windows-1251")
_CHINESE = Coding("gb18030", "gbk", meta="gb2312")
_UTF_16 = Coding("utf-16-le", "utf-16le", bom=b"\xff\xfe")
_WRONG = Coding("cp1252", "windows-1252", http="UTF-8")
_MARKED = Coding("utf-8", "utf-8", http="ISO-8859-1", bom=b"\xef\xbb\xbf")
_WESTERN = frozenset({"eng", "deu", "fra", "spa", "por"})


def coding(language: str, number: int) -> Coding:
    """The encoding of a page by its language (ISO 639-3) and number: UTF-8 for most, each other on one in twelve."""
    turn = number % 12
    if turn in (7, 8):
        if language in _WESTERN:
            return _LATIN if turn == 7 else _LATIN_META
        return {"rus": _CYRILLIC, "zho": _CHINESE}.get(language, _META)
    if turn == 10 and language in _WESTERN - {
        "eng"
    }:  # whose few letters beyond ASCII several encodings share
        return _WRONG
    return {6: _META, 9: _UTF_16, 11: _MARKED}.get(turn, UTF_8)
