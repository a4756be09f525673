"""Links in what many WAT records note of elements and headers, out of the tokens of all of them at once.

What is odd in any way makes its page one that is left alone, for `flows.sources.links.wat` to read.
"""
# ruff: noqa: SIM110 (numba compiles no generator)

from __future__ import annotations

from flows.sources.compiled import borrowed, compiled, inlined, integer
from flows.sources.links.tokens import ESCAPED, OBJECT, TEXT, Bytes, Positions, Tokens

IN_BODY, IN_HEAD, SCRIPT, META, HEADER = (integer(number) for number in range(5))
"""Where a link stands: in an element of the page; in a link, script or meta element of its head; in a header."""
LONGEST = 256
"""Longest place or rel that is understood, in bytes."""
NONE = integer(-1)
_PATH, _URL, _REL, _HREF, _CONTENT, _EQUIV = range(6)
_TAB_TO_RETURN = (110, 114, 116, 102)  # behind an escape: white space


@inlined
def _same(text: Bytes, begin: int, name: bytes) -> bool:
    """Whether the bytes that begin here are a name."""
    for i in range(len(name)):
        if text[begin + i] != name[i]:
            return False
    return True


@compiled
def _is(text: Bytes, begin: int, end: int, name: bytes) -> bool:
    """Whether bytes are a name, which is in lower case, in any case."""
    if end - begin != len(name):
        return False
    for i in range(len(name)):
        byte = text[begin + i]
        if byte != name[i] and not (65 <= byte <= 90 and byte + 32 == name[i]):
            return False
    return True


@compiled
def _ascii(text: Bytes, begin: int, end: int) -> bool:
    """Whether all bytes are ASCII."""
    for i in range(begin, end):
        if text[i] >= 0x80:
            return False
    return True


@compiled
def _behind(tokens: Tokens, value: int) -> int:
    """Number of the token behind a value."""
    return integer(tokens[value, 2]) if tokens[value, 0] >= OBJECT else value + 1


@compiled
def _put(links: Tokens, count: int, tokens: Tokens, sort: int, url: int, word: int, rel: int) -> int:
    """Put down a link; number of links, -1 where there is no room or a word is too long."""
    if count + 1 >= len(links):
        return -1
    links[count] = 0
    links[count, 0], links[count, 1], links[count, 2] = tokens[url, 1], tokens[url, 2], sort
    for column, token in ((3, word), (5, rel)):
        if token >= 0:
            begin, end = tokens[token, 1], tokens[token, 2]
            if end - begin > LONGEST:
                return -1
            links[count, column], links[count, column + 1] = begin, end
    return count + 1


@compiled
def _of_item(text: Bytes, tokens: Tokens, item: int, slots: Positions) -> bool:
    """Find what an element says of a link; False where it is odd."""
    slots[:] = NONE
    at = item + 1
    while at < tokens[item, 2]:
        if tokens[at, 0] == ESCAPED:
            return False
        begin, size = tokens[at, 1], tokens[at, 2] - tokens[at, 1]
        slot = -1
        if size == 3:
            slot = _URL if _same(text, begin, b"url") else _REL if _same(text, begin, b"rel") else -1
        elif size == 4:
            slot = _PATH if _same(text, begin, b"path") else _HREF if _same(text, begin, b"href") else -1
        elif size == 7:
            slot = _CONTENT if _same(text, begin, b"content") else -1
        elif size == 10:
            slot = _EQUIV if _same(text, begin, b"http-equiv") else -1
        if slot >= 0:
            kind = tokens[at + 1, 0]
            if slots[slot] >= 0 or (kind != TEXT and not (slot == _CONTENT and kind == ESCAPED)):
                return False
            slots[slot] = at + 1
        at = _behind(tokens, at + 1)
    return True


@compiled
def _white(text: Bytes, at: int, end: int) -> int:
    """Place behind the white space here; -1 where there may be some beyond ASCII, or an escape hides what is there."""
    while at < end:
        byte = text[at]
        if byte == 92 and text[at + 1] in _TAB_TO_RETURN:
            at += 2
        elif byte == 92:
            return at if text[at + 1] != 117 and text[at + 1] != 47 else -1
        elif byte == 32:
            at += 1
        elif byte < 0xC2 or byte > 0xE3:
            return at
        else:
            point = integer(text[at]) << 16 | integer(text[at + 1]) << 8 | text[at + 2]
            odd = byte == 0xC2 and text[at + 1] in (0x85, 0xA0)
            odd |= 0xE28080 <= point <= 0xE2808A or point in (0xE19A80, 0xE280A8, 0xE280A9, 0xE280AF)
            return -1 if odd or point in (0xE2819F, 0xE38080) else at
    return at


@compiled
def _is_address(text: Bytes, tokens: Tokens, content: int) -> int:
    """Whether a content begins as an address (`kinds.ADDRESS`); -1 where that cannot be told from its bytes."""
    end = integer(tokens[content, 2])
    at = _white(text, integer(tokens[content, 1]), end)
    if at < 0:
        return -1
    if at == end or text[at] not in (47, 72, 104):  # / H h
        return 0
    for i in range(at, min(at + 8, end)):
        if text[i] == 92 or text[i] >= 0x80:  # some letters beyond ASCII are an s in another case
            return -1
    if text[at] != 47 and _is(text, at, min(at + 4, end), b"http"):
        at += 5 if text[at + 4] | 32 == 115 else 4  # s; behind the content stands a quote
        at = at + 1 if text[at] == 58 else end
    if at + 2 > end or text[at] != 47 or text[at + 1] != 47:
        return 0
    return 1 if tokens[content, 0] == TEXT else -1


@compiled
def _of_meta(text: Bytes, tokens: Tokens, slots: Positions, links: Tokens, count: int) -> int:
    """Put down the link of a meta element; number of links, -1 where it is odd."""
    content, equiv = slots[_CONTENT], slots[_EQUIV]
    if content < 0:
        return count
    if equiv >= 0:
        begin, end = tokens[equiv, 1], tokens[equiv, 2]
        while begin < end and text[begin] == 32:
            begin += 1
        while begin < end and text[end - 1] == 32:
            end -= 1
        if _is(text, begin, end, b"refresh") or not _ascii(text, begin, end):
            return -1
    verdict = _is_address(text, tokens, content)
    if verdict <= 0:
        return count if verdict == 0 else -1
    return _put(links, count, tokens, META, content, NONE, NONE)


@compiled
def _of_items(
    text: Bytes, tokens: Tokens, items: int, sort: int, slots: Positions, links: Tokens, count: int
) -> int:
    """Put down the links of a list of elements; number of links, -1 where something is odd."""
    if items < 0:
        return count
    at = items + 1
    while at < tokens[items, 2]:
        if tokens[at, 0] != OBJECT or not _of_item(text, tokens, at, slots):
            return -1
        url = slots[_URL]
        if sort == META:
            count = _of_meta(text, tokens, slots, links, count)
        elif sort == IN_BODY:
            url = url if url >= 0 else slots[_HREF]
            if url >= 0 and slots[_PATH] >= 0:
                count = _put(links, count, tokens, sort, url, slots[_PATH], slots[_REL])
        elif url >= 0:
            count = _put(links, count, tokens, sort, url, slots[_REL] if sort == IN_HEAD else NONE, NONE)
        if count < 0:
            return -1
        at = integer(tokens[at, 2])
    return count


@compiled
def _of_link_header(text: Bytes, tokens: Tokens, value: int, links: Tokens, count: int) -> int:
    """Put down the links of a Link header (`kinds.LINK_TARGET`); number of links, -1 where it is odd."""
    at, end, begin = integer(tokens[value, 1]), integer(tokens[value, 2]), -1
    while at < end:
        byte = text[at]
        if byte == 92:
            if text[at + 1] == 117 or begin >= 0:
                return -1
            at += 1
        elif byte == 60:
            begin = at + 1
        elif byte == 62 and begin >= 0:
            if count + 1 >= len(links):
                return -1
            links[count] = 0
            links[count, 0], links[count, 1], links[count, 2] = begin, at, HEADER
            count, begin = count + 1, -1
        at += 1
    return count


@compiled
def _of_headers(text: Bytes, tokens: Tokens, headers: int, links: Tokens, count: int) -> int:
    """Put down the links of an answer's headers; number of links, -1 where something is odd."""
    if headers < 0:
        return count
    at, seen_link, seen_location = headers + 1, False, False
    while at < tokens[headers, 2]:
        begin, end, kind = tokens[at, 1], tokens[at, 2], tokens[at + 1, 0]
        if tokens[at, 0] == ESCAPED or not _ascii(text, begin, end):
            return -1
        if _is(text, begin, end, b"link"):
            if seen_link or kind > ESCAPED:
                return -1
            seen_link = True
            count = _of_link_header(text, tokens, at + 1, links, count)
        elif _is(text, begin, end, b"content-location"):
            if seen_location or kind != TEXT:
                return -1
            seen_location = True
            count = _put(links, count, tokens, HEADER, at + 1, NONE, NONE)
        if count < 0:
            return -1
        at = _behind(tokens, at + 1)
    return count


@compiled
def put_down(
    text: Bytes, tokens: Tokens, parts: Positions, slots: Positions, links: Tokens, counts: Positions
) -> int:
    """Put down the links of pages.

    Args:
        text: Bytes of the records.
        tokens: Their tokens.
        parts: Tokens of each page's parts, see `noted`, negative of none; [pages, 5 and more].
        slots: Room for what it keeps in mind; [6].
        links: Room for begin and end of a link, where it stands, begin and end of the word that tells its kind (place,
            or rel in the head), and of its rel; [any, 7].
        counts: Number of each page's links, -1 of one that is left alone; [pages].

    Returns:
        Number of links.
    """
    text, tokens, links, slots = borrowed(text), borrowed(tokens), borrowed(links), borrowed(slots)
    count: int = integer(0)
    for page in range(len(parts)):
        found = count
        for sort in range(4):  # IN_BODY, IN_HEAD, SCRIPT, META
            if found >= 0:
                found = _of_items(text, tokens, parts[page, sort], sort, slots, links, found)
        if found >= 0:
            found = _of_headers(text, tokens, parts[page, 4], links, found)
        counts[page] = found - count if found >= 0 else -1
        count = max(count, found)
    return count
