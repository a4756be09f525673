"""JSON of many records at once, as tokens: which strings and containers stand where; no objects are made.

Only sound JSON as nearly all is written becomes tokens. What is unlike that in any way, sound or not (half pairs of
UTF-16, fractions, deep nesting), is left alone, for a whole parser to read or to say what is wrong with it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from flows.sources.compiled import borrowed, compiled, inlined, integer, trailing_zeros

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]
Positions = NDArray[np.int64]
Tokens = NDArray[np.int32]

TEXT, ESCAPED, OTHER, OBJECT, ARRAY = (integer(number) for number in range(5))
"""What a token is: a string, one with escapes, a number or literal, a container."""
DEEPEST = 60

_ONES, _HIGH = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)
_QUOTES, _ESCAPES, _SPACES = (_ONES * np.uint64(ord(c)) for c in '"\\ ')
_QUOTE, _ESCAPE, _COMMA, _COLON, _UNICODE = (ord(c) for c in '"\\,:u')
_BEGINS, _ENDS = (ord("{"), ord("[")), (ord("}"), ord("]"))
_LITERALS = np.frombuffer(b"truefalsenull", np.uint8)


@inlined
def _space(text: Bytes, at: int) -> int:
    """Place of the next byte that is no white space of JSON."""
    while text[at] <= 32 and text[at] in (32, 13, 10, 9):
        at += 1
    return at


@inlined
def _hexadecimal(text: Bytes, at: int) -> bool:
    """Whether four hexadecimal digits begin here, and stand for more than half a pair of UTF-16."""
    number = 0
    for i in range(at, at + 4):
        byte = integer(text[i])
        if 48 <= byte <= 57:
            number = number * 16 + byte - 48
        elif 97 <= byte | 32 <= 102:
            number = number * 16 + (byte | 32) - 87
        else:
            return False
    return not 0xD800 <= number <= 0xDFFF


@inlined
def _close(text: Bytes, words: Words, at: int) -> tuple[int, int]:
    """Place of the quote that ends the string that begins here (-1 of no sound one); TEXT or ESCAPED."""
    kind = TEXT
    while True:
        w = words[at]
        # The lowest byte that is a quote, an escape or a control character (Hacker's Delight, 2nd edition, 6-1).
        quote, escape = w ^ _QUOTES, w ^ _ESCAPES
        found = ((quote - _ONES) & ~quote | (escape - _ONES) & ~escape | (w - _SPACES) & ~w) & _HIGH
        if not found:
            at += 8
            continue
        at += integer(trailing_zeros(found)) >> 3
        if text[at] == _QUOTE:
            return at, kind
        kind = ESCAPED
        after = text[at + 1]
        if text[at] != _ESCAPE:
            return -1, kind
        if after == _UNICODE and _hexadecimal(text, at + 2):
            at += 6
        elif after in (34, 92, 47, 98, 102, 110, 114, 116):  # "\/bfnrt
            at += 2
        else:
            return -1, kind


@inlined
def _scalar(text: Bytes, at: int) -> int:
    """Place behind a whole number of up to fifteen digits, or behind true, false or null; else -1."""
    for begin, end in ((0, 4), (4, 9), (9, 13)):
        if text[at] == _LITERALS[begin]:
            for i in range(begin, end):
                if text[at + i - begin] != _LITERALS[i]:
                    return -1
            return at + end - begin
    if text[at] == 45:
        at += 1
    begin = at
    while 48 <= text[at] <= 57:
        at += 1
    odd = text[at] in (46, 69, 101) or (text[begin] == 48 and at > begin + 1)  # a fraction; 007
    return at if 1 <= at - begin <= 15 and not odd else -1


@inlined
def _put(tokens: Tokens, count: int, kind: int, begin: int, end: int) -> None:
    tokens[count, 0] = kind
    tokens[count, 1] = begin
    tokens[count, 2] = end


@inlined
def _key(text: Bytes, words: Words, at: int, tokens: Tokens, count: int) -> int:
    """Put down the key that stands here; place behind its colon, -1 where there is none."""
    if text[at] != _QUOTE:
        return -1
    end, kind = _close(text, words, at + 1)
    _put(tokens, count, kind, at + 1, end)
    at = _space(text, end + 1)
    return at + 1 if end >= 0 and text[at] == _COLON else -1


@inlined
def _next(
    text: Bytes, words: Words, at: int, tokens: Tokens, count: int, opened: Positions
) -> tuple[int, int]:
    """Close what ends here, and put down the next key; place of the next value, -1 of none, and number of tokens.

    Args:
        text: Bytes of the records.
        words: The eight bytes from each on.
        at: Place behind a value, or behind the beginning of a container.
        tokens: Tokens found.
        count: How many.
        opened: How many containers are open, and then their tokens' numbers.
    """
    while opened[0]:
        container = opened[opened[0]]
        in_object = tokens[container, 0] == OBJECT
        at = _space(text, at)
        if text[at] == (_ENDS[0] if in_object else _ENDS[1]):
            at += 1
            tokens[container, 2] = count
            opened[0] -= 1
            continue
        if count > container + 1:
            if text[at] != _COMMA:
                return -1, count
            at = _space(text, at + 1)
        if in_object:
            at = _key(text, words, at, tokens, count)
            count += 1
        return at, count
    return at, count


@inlined
def _tokens(
    text: Bytes, words: Words, at: int, tokens: Tokens, count: int, opened: Positions
) -> tuple[int, int]:
    """Put down the tokens of the value that begins here; place behind it, -1 of none, and number of tokens."""
    opened[0] = 0
    while count + 2 < len(tokens):
        at = _space(text, at)
        kind, end = OTHER, at
        if text[at] == _QUOTE:
            end, kind = _close(text, words, at + 1)
            _put(tokens, count, kind, at + 1, end)
            at = end + 1 if end >= 0 else -1
        elif text[at] in _BEGINS:
            _put(tokens, count, OBJECT if text[at] == _BEGINS[0] else ARRAY, at, 0)
            opened[0] += 1
            opened[opened[0]] = count
            at = at + 1 if opened[0] <= DEEPEST else -1
        else:
            _put(tokens, count, kind, at, 0)
            at = _scalar(text, at)
        count += 1
        if at >= 0:
            at, count = _next(text, words, at, tokens, count, opened)
        if at < 0 or not opened[0]:
            return at, count
    return -1, count


@compiled
def tokenise(
    text: Bytes,
    words: Words,
    blocks: Positions,
    wanted: NDArray[np.bool_],
    opened: Positions,
    tokens: Tokens,
    roots: Positions,
) -> None:
    """Tokens of each record that is wanted.

    Args:
        text: Bytes of the records, valid UTF-8; behind each block stands a control character.
        words: The eight bytes from each on, little-endian.
        blocks: Begin and end of each record's JSON; [records, 2].
        wanted: Which records to look at; [records].
        opened: Room for what it keeps in mind; [DEEPEST + 2].
        tokens: Room for tokens: kind; begin; end of a string, or of a container the number of the token behind it.
        roots: Number of each record's first token, -1 of a record that is left alone; [records].
    """
    text, words, tokens, opened = borrowed(text), borrowed(words), borrowed(tokens), borrowed(opened)
    count = integer(0)
    for r in range(len(blocks)):
        roots[r] = -1
        if wanted[r]:
            at, found = _tokens(text, words, blocks[r, 0], tokens, count, opened)
            if 0 <= at <= blocks[r, 1] and _space(text, at) >= blocks[r, 1]:
                roots[r] = count
                count = found
