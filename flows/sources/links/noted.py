"""What many WAT records are, and where they note links, out of the tokens of all of them at once.

Only what nearly all records look like is understood. What is unlike that in any way is left alone:
`flows.sources.links.wat` reads it, or says what is wrong with it.
"""
# ruff: noqa: SIM110 (numba compiles no generator)

from __future__ import annotations

from flows.sources.compiled import borrowed, compiled, inlined, integer
from flows.sources.links.tokens import ARRAY, ESCAPED, OBJECT, TEXT, Bytes, Positions, Tokens

UNLIKE, PAGE, OTHER_RECORD, NOT_OK, NOT_HTML = range(5)
"""What a record is: not understood; a page; or why it is passed."""
BODY, LINKS, SCRIPTS, METAS, HEADERS, ADDRESS, BASE = range(7)
"""Parts of a page: elements of its body; link, script, meta elements of its head; headers; its address, its base."""
MISSING: int = integer(-1)
ODD: int = integer(-2)


@inlined
def _same(text: Bytes, begin: int, name: bytes) -> bool:
    """Whether the bytes that begin here are a name."""
    for i in range(len(name)):
        if text[begin + i] != name[i]:
            return False
    return True


@compiled
def _find(text: Bytes, tokens: Tokens, container: int, name: bytes, wanted: int) -> int:
    """Token of the value that an object has below a name; MISSING, as of an object that is so itself.

    ODD where the value is not of the kind wanted, stands there twice, or a key has escapes.
    """
    if container < 0:
        return container
    found, at = MISSING, container + 1
    while at < tokens[container, 2]:
        if tokens[at, 0] == ESCAPED:
            return ODD
        if tokens[at, 2] - tokens[at, 1] == len(name) and _same(text, tokens[at, 1], name):
            if found >= 0 or tokens[at + 1, 0] != wanted:
                return ODD
            found = at + 1
        at = integer(tokens[at + 1, 2]) if tokens[at + 1, 0] >= OBJECT else at + 2
    return found


@compiled
def _parts(text: Bytes, tokens: Tokens, answer: int, page: int, parts: Positions) -> bool:
    """Find the parts of a page but its address; False where one is odd."""
    head = _find(text, tokens, page, b"Head", OBJECT)
    parts[BODY] = _find(text, tokens, page, b"Links", ARRAY)
    parts[LINKS] = _find(text, tokens, head, b"Link", ARRAY)
    parts[SCRIPTS] = _find(text, tokens, head, b"Scripts", ARRAY)
    parts[METAS] = _find(text, tokens, head, b"Metas", ARRAY)
    parts[HEADERS] = _find(text, tokens, answer, b"Headers", OBJECT)
    parts[BASE] = _find(text, tokens, head, b"Base", TEXT)
    return bool(head != ODD and parts.min() != ODD)


@compiled
def _state(text: Bytes, tokens: Tokens, root: int, redirects: bool, parts: Positions) -> int:
    """What a record is; of a page the parts are found."""
    envelope = _find(text, tokens, root, b"Envelope", OBJECT)
    stated = _find(text, tokens, envelope, b"WARC-Header-Metadata", OBJECT)
    kind = _find(text, tokens, stated, b"WARC-Type", TEXT)
    if kind < 0:
        return UNLIKE
    if tokens[kind, 2] - tokens[kind, 1] != 8 or not _same(text, tokens[kind, 1], b"response"):
        return OTHER_RECORD
    address = _find(text, tokens, stated, b"WARC-Target-URI", TEXT)
    payload = _find(text, tokens, envelope, b"Payload-Metadata", OBJECT)
    answer = _find(text, tokens, payload, b"HTTP-Response-Metadata", OBJECT)
    message = _find(text, tokens, answer, b"Response-Message", OBJECT)
    status = _find(text, tokens, message, b"Status", TEXT)
    if address < 0 or payload < 0 or status == ODD:
        return UNLIKE
    begin, size = (tokens[status, 1], tokens[status, 2] - tokens[status, 1]) if status >= 0 else (0, 0)
    if size != 3 or not _same(text, begin, b"200"):
        return UNLIKE if redirects and size and text[begin] == 51 else NOT_OK
    page = _find(text, tokens, answer, b"HTML-Metadata", OBJECT)
    if page == MISSING:
        return NOT_HTML
    begin, last = integer(tokens[address, 1]), integer(tokens[address, 2]) - 1
    bare = begin <= last and text[begin] != 60 and text[last] != 62  # neither empty nor in angle brackets
    parts[ADDRESS] = address
    return PAGE if bare and page >= 0 and _parts(text, tokens, answer, page, parts) else UNLIKE


@compiled
def note(
    text: Bytes, tokens: Tokens, roots: Positions, redirects: bool, states: Bytes, parts: Positions
) -> None:
    """Say of each record what it is, and of those that are pages where their parts are.

    Args:
        text: Bytes of the records.
        tokens: Their tokens.
        roots: Number of each record's first token, -1 of what is left alone; [records].
        redirects: Whether redirects have links.
        states: What each is; those without a root keep what they were; [records].
        parts: Tokens of a page's parts, MISSING of what it lacks; [records, 7].
    """
    text, tokens, parts = borrowed(text), borrowed(tokens), borrowed(parts)
    for r in range(roots.size):
        if roots[r] >= 0:
            whole = tokens[roots[r], 0] == OBJECT
            states[r] = _state(text, tokens, roots[r], redirects, parts[r]) if whole else UNLIKE
