"""What is asked of a drawing: how many texts, from which strata, for whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from analysis.coding.errors import CodingError
from analysis.coding.spreadsheet import CELL_CHARACTERS
from analysis.kernels.keywords.search import search
from analysis.kernels.text.languages import check as check_languages

Stratum = Literal["outlet", "month", "language", "keyword", "score", "predicted"]
Shown = Literal["url", "outlet", "period"]


@dataclass(frozen=True)
class Draw:
    """A seeded random sample of texts, stratified, for several coders."""

    size: int = 500
    """Texts to draw."""
    table: Literal["articles", "pages"] = "articles"
    """Which texts: news articles (CC-NEWS) or captured pages (Common Crawl)."""
    strata: tuple[Stratum, ...] = ()
    """What strata are made of: outlet, month, language, keyword, score, predicted; one stratum where empty."""
    keyword: tuple[str, ...] = ()
    """For the stratum `keyword`: queries as for `fieldwork keywords`; a text is of the first one it has a hit of."""
    scores: str = ""
    """For `score` and `predicted`: CSV or Parquet with source_file, record_offset, and score or predicted."""
    bands: tuple[float, ...] = ()
    """For `score`: where bands of scores are cut, ascending, e.g. -0.05,0.05."""
    allocation: Literal["proportional", "equal", "neyman"] = "proportional"
    """How the sample is shared among strata: by their texts, alike, or by texts times standard deviation."""
    sd: str = ""
    """For `neyman`: CSV with the columns stratum and sd, strata named as in a frame."""
    minimum: int = 2
    """Least texts of each stratum (all of a smaller one); 2 or more let each show its variance."""
    languages: tuple[str, ...] = ()
    """Only texts in these languages, ISO 639-3; all where empty."""
    coders: tuple[str, ...] = ("coder",)
    """Names of the coders; each gets a sheet."""
    overlap: float = 0.2
    """Share of the texts that all coders get, 0 to 1; the others get one coder each."""
    show: tuple[Shown, ...] = ()
    """What coders see beside the text: url, outlet, period; nothing by default, as it might sway them."""
    characters: int = 20_000
    """Characters of a text in the sheets; what is longer is cut, with a mark."""
    seed: int = 0
    """Seed of everything random: the same seed and lake give the same sheets on every engine."""

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn, before anything is read."""
        try:
            check_languages(self.languages)
        except ValueError as error:
            raise CodingError(str(error)) from None
        for name in ("strata", "keyword", "languages", "coders", "show"):
            given = getattr(self, name)
            if isinstance(given, str):
                raise CodingError(f"{name} is the text '{given}'; give a tuple of texts")
            for one in given:
                if given.count(one) > 1:
                    raise CodingError(f"{name} has '{one}' more than once")
        for name, least in (("size", 1), ("minimum", 1), ("seed", 0)):
            if getattr(self, name) < least:
                raise CodingError(f"{name} is {getattr(self, name)}; give {least} or more")
        if not 0 <= self.overlap <= 1:
            raise CodingError(f"overlap is {self.overlap:g}; give a share of 0 to 1")
        if not 100 <= self.characters <= CELL_CHARACTERS - 100:
            raise CodingError(
                f"characters is {self.characters}; give 100 to {CELL_CHARACTERS - 100:,}, as Excel cuts cells there"
            )
        self._strata()
        self._coders()

    def _strata(self) -> None:
        for stratum, name in (("keyword", "keyword"), ("score", "bands")):
            if (stratum in self.strata) != bool(getattr(self, name)):
                raise CodingError(
                    f"the stratum {stratum} and the option {name} belong together; give both or none"
                )
        if self.keyword:
            search(self.keyword, case=False)
        if bool({"score", "predicted"} & set(self.strata)) != bool(self.scores):
            raise CodingError(
                "the strata score and predicted need a file of scores, and it needs one of them"
            )
        if list(self.bands) != sorted(set(self.bands)):
            raise CodingError(f"bands is {self.bands}; give cuts that rise")
        if (self.allocation == "neyman") != bool(self.sd):
            raise CodingError(
                "the allocation neyman needs a file `sd` with columns stratum and sd, and it needs neyman"
            )

    def _coders(self) -> None:
        if not self.coders:
            raise CodingError("coders is empty; name at least one")
        for coder in self.coders:
            if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,40}", coder):
                raise CodingError(f"coder '{coder}' cannot name a file; use letters, digits, _ and -")
