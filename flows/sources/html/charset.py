"""In which encoding a page is written: byte order mark, then HTTP, then meta, then detection, as browsers do.

Names are those of the WHATWG's Encoding Standard, so that `latin1` and `ascii` mean windows-1252 and `gb2312` means
gbk, as on the web. What is stated counts where the page can be read so; a page that cannot is looked at anew, and read
with replacement characters only where nothing fits.
"""

from __future__ import annotations

import re

BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
STATED = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:+-]{2,40})", re.IGNORECASE)
META = re.compile(rb"<meta\s[^>]*?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:+-]{2,40})", re.IGNORECASE)
XML = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9_.:+-]{2,40})", re.IGNORECASE)
COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
META_BYTES = 8192  # the standard looks at 1024; many pages state it later
DETECT_BYTES = 64 << 10
# The standard's encodings by these names hold more letters than Python's of the same name.
WIDER = {
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc-kr": "cp949",
    "big5": "big5hkscs",
    "windows-874": "cp874",
}
NAMES = {
    "iso-8859-11": "windows-874", "utf-16-le": "utf-16le", "utf-16-be": "utf-16be", "uhc": "euc-kr", "cp949": "euc-kr",
    "shift-jis": "shift_jis", "cp866": "ibm866", "mac-roman": "macintosh", "iso2022-jp": "iso-2022-jp",
}  # fmt: skip


def text_of(body: bytes, content_type: bytes | None) -> tuple[str, str]:
    """The page as text, and the name of its encoding.

    Args:
        body: The page's bytes.
        content_type: What the server stated, with its charset if it has one.
    """
    for bom, encoding in BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(encoding, "replace"), _name(encoding)
    stated = _stated(body, content_type)
    for encoding in stated:
        text = _strictly(body, encoding)
        if text is not None:
            return text, encoding
    found = _detected(body)
    text = _strictly(body, found)
    if text is not None:
        return text, found
    last = stated[0] if stated else found
    return body.decode(WIDER.get(last, last), "replace"), last


def _stated(body: bytes, content_type: bytes | None) -> list[str]:
    """Encodings that HTTP and the page state, in this order, each once; unknown labels are passed over."""
    from resiliparse.parse.encoding import map_encoding_to_html5

    head = COMMENT.sub(b"", body[:META_BYTES])
    found = []
    for inside, match in (
        (False, STATED.search(content_type or b"")),
        (True, META.search(head)),
        (True, XML.match(head)),
    ):
        known = match and map_encoding_to_html5(match[1].decode("ascii"), fallback_utf8=False)
        if known and inside and known.startswith("utf-16"):
            known = "utf-8"  # were it UTF-16, this could not have been read (HTML standard, 13.2.3.2)
        if known:
            found.append(_name(known))
    return list(dict.fromkeys(found))


def _detected(body: bytes) -> str:
    """What the bytes look like: UTF-8 where they can be, else uchardet's opinion of both ends."""
    from resiliparse.parse.encoding import detect_encoding, map_encoding_to_html5

    if _strictly(body, "utf-8") is not None:
        return "utf-8"
    seen: str | None = detect_encoding(body, max_len=DETECT_BYTES, html5_compatible=False)
    known = seen and (NAMES.get(seen.lower()) or map_encoding_to_html5(seen, fallback_utf8=False))
    return _name(known) if known and known != "utf-8" else "windows-1252"


def _strictly(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(WIDER.get(encoding, encoding))
    except UnicodeDecodeError:
        # five bytes have no letter in windows-1252; the standard reads them all the same
        return body.decode(encoding, "replace") if encoding == "windows-1252" else None


def _name(python: str) -> str:
    """The standard's name, in lower case, of an encoding by Python's; Python knows most of them too."""
    name = re.sub(r"^cp(125\d)$", r"windows-\1", python.lower().replace("_", "-"))
    name = re.sub(r"^iso8859", "iso-8859", name)
    return NAMES.get(name, name)
