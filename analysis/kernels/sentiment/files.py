"""Reading lists of words from files."""

from __future__ import annotations


def decoded(name: str, content: bytes) -> str:
    """The text of a file in UTF-8, with or without a byte order mark.

    Raises:
        ValueError: It is in another encoding.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"{name}, line {line} has the byte {content[error.start]:#04x}, which is not UTF-8; save the file as UTF-8"
        ) from None
