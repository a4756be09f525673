"""What stands around a page's text. Every word of it begins with `zq`, and no other word of the sample does."""

from __future__ import annotations

MARK = "zq"
"""Beginning of every word of boilerplate, and of no other word."""
_ENDS = ("alo", "beni", "coru", "dima", "elto", "fanu", "gilo", "huma", "irno", "jase", "kelu", "lomi", "mura", "nesto",
         "orba", "pilu", "quora", "rendi", "salu", "timo", "urva", "veno", "wila", "yaru")  # fmt: skip
WORDS = tuple(MARK + end for end in _ENDS)


def words(start: int, count: int) -> str:
    """So many words, others for another start."""
    return " ".join(WORDS[(start * 7 + i * 5) % len(WORDS)] for i in range(count))


def label(number: int) -> str:
    """Two words, for a link or button."""
    return words(number, 2)


def banner(number: int) -> str:
    """A cookie banner."""
    return (
        f'<div id="cookie-banner" class="cookie-consent" role="dialog"><p>{words(number, 14).capitalize()}.</p>'
        f"<button>{label(number + 1)}</button> <button>{label(number + 2)}</button></div>\n"
    )


def footer(number: int) -> str:
    """Imprint and small print."""
    return f'<footer class="footer"><p>© {words(number + 3, 9)}. {words(number + 4, 6)}.</p></footer>\n'


def within(number: int) -> str:
    """What stands among the paragraphs of a text: buttons to share it, a byline, a hint at another page, a caption."""
    return (
        "",
        f'<div class="share"><span>{label(number)}</span> <span>{label(number + 1)}</span></div>\n',
        f"<div>{words(number, 4)}</div>\n",
        f"<p><em>{words(number, 6).capitalize()}</em></p>\n",
        f"<figure><figcaption>{words(number, 8).capitalize()}.</figcaption></figure>\n",
    )[number % 5]


def comments(number: int) -> str:
    """What readers say below a text, on every other page."""
    if number % 2:
        return ""
    said = "".join(f"<li><b>{label(number + i)}</b><p>{words(number + i, 11)}.</p></li>\n" for i in range(2))
    return f'<section id="comments"><h2>{label(number)}</h2><ol class="comment-list">{said}</ol></section>\n'
