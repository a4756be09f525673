"""What truth.json says of a sample: totals, files, damage, trends."""

from __future__ import annotations

import unicodedata
import zlib
from dataclasses import asdict
from typing import Any

from flows.sources.sample.crawls import CRAWLS
from flows.sources.sample.damage import Damage
from flows.sources.sample.file import Made
from flows.sources.sample.tally import Tally
from flows.sources.sample.tokens import TOKENIZERS
from flows.sources.sample.trends import TRENDS, Trend
from flows.sources.sample.web.boilerplate import MARK
from flows.sources.sample.web.captures import sibling
from flows.sources.sample.web.index import CAME_LATER
from flows.sources.sample.web.odd import ODD
from flows.sources.sample.web.wording import CAPTURES
from flows.sources.sample.words import LANGUAGES, Vocabulary


def facts(made: list[Made], tally: Tally, words: dict[str, Vocabulary], lost: str) -> dict[str, Any]:
    """Everything that truth.json says besides how the sample was made.

    Args:
        made: All files that are there.
        tally: Sums over their readable pages.
        words: Vocabularies by language.
        lost: Key of the file that is listed but not there.
    """
    damaged = [file.damage for file in made if file.damage is not None]
    damaged.append(Damage(lost, "missing", "listed in wet.paths.gz, but there is no such file"))
    pages = sum(file.pages for file in made)
    return {
        "unicode": unicodedata.unidata_version,
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        "tokenizers": list(TOKENIZERS),
        "crawls": [crawl.name for crawl in CRAWLS],
        "crawls_without_stated_language": [crawl.name for crawl in CRAWLS if not crawl.languages_stated],
        "languages": [language.code for language in LANGUAGES],
        "totals": {
            "inputs": len(made) + 1,
            "files": len(made),
            "file_bytes": sum(file.bytes for file in made),
            "records": sum(file.records for file in made),
            "documents": pages,
            "text_bytes": tally.text_bytes,
            "duplicates": tally.duplicates,
            "records_set_aside": len(damaged) - 1,
        },
        "files": [_file(file) for file in made],
        "damaged": [asdict(harm) for harm in damaged],
        "hostile_pages": [{"key": file.key, "url": file.hostile} for file in made if file.hostile],
        "trends": [_trend(trend, tally, words) for trend in TRENDS],
    }


def captures(made: list[Made], lost: str) -> dict[str, Any] | None:
    """What truth.json says of WARC, WAT and index files; None where none were made.

    Args:
        made: All WET files that are there, with what was made beside each.
        lost: Key of the WET file that is listed but not there; so are its siblings.
    """
    found = [file.captures for file in made if file.captures is not None]
    if not found:
        return None
    missing = [
        {"key": sibling(lost, kind), "kind": kind, "reason": "missing", "offset": None, "url": None}
        | {"detail": f"listed in {kind}.paths.gz, but there is no such file"}
        for kind in ("warc", "wat")
    ]
    return {
        "meaning": CAPTURES,
        "files": [file for one in found for file in one.files],
        "damaged": [damage for one in found for damage in one.damaged] + missing,
        "odd": [odd for one in found for odd in one.odd],
        "odd_meaning": ODD,
        "boilerplate_mark": MARK,
        "index_without": {crawl.name: list(CAME_LATER) for crawl in CRAWLS if not crawl.languages_stated},
    }


def _file(made: Made) -> dict[str, Any]:
    """What a perfect reader's ledger says of a file."""
    status = "complete" if made.damage is None else "damaged"
    return {
        "key": made.key,
        "bytes": made.bytes,
        "records": made.records,
        "documents": made.pages,
        "status": status,
        "reason": made.damage.reason if made.damage else None,
    }


def _trend(trend: Trend, tally: Tally, words: dict[str, Vocabulary]) -> dict[str, Any]:
    """The planned share and the exact counts of a planted word, group by group."""
    term, language = trend.term, trend.language
    groups = []
    for group in sorted(group for group in tally.documents if group[2] == language):
        row: dict[str, Any] = {"crawl": group[0], "month": group[1], "documents": tally.documents[group]}
        row["planned_share"] = trend.share(group[1])
        for tokenizer in TOKENIZERS:
            counts, names = tally.words[group, tokenizer], words[language].terms[tokenizer].terms
            at = names.index(term) if term in names else None
            row[tokenizer] = {
                "tf": int(counts.tf[at]) if at is not None else 0,
                "df": int(counts.df[at]) if at is not None else 0,
            }
        groups.append(row)
    return {"term": term, "language": language, "groups": groups}
