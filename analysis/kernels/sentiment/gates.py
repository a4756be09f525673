"""What happens to texts before they are scored: by language, and what they are cleaned of. Each is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analysis.kernels.sentiment.cleaning import DEFINITION_ENTITIES, DEFINITION_TYPOGRAPHY, plain, unescaped
from analysis.kernels.sentiment.scorer import Scorer
from analysis.kernels.text.languages import check as check_languages

UNKNOWN = "und"
"""Language where none could be told (ISO 639-3)."""


@dataclass(frozen=True)
class Admitted:
    """Which texts may be scored."""

    kept: pa.Array
    """Whether each text is kept; boolean, without null."""
    left_out: Mapping[str, int]
    """How many texts of each other language are left out."""


@dataclass(frozen=True)
class Gates:
    """What is done before scoring; with no argument nothing is, and a scorer sees texts as they are."""

    languages: tuple[str, ...] = ()
    """Only texts in these languages, ISO 639-3 (eng); all where empty. `for_scorer` takes them from the scorer."""
    typography: bool = False
    """Curly quotes and dashes become plain ones: VADER takes “isn’t” for an unknown word and “good” for another."""
    entities: bool = False
    """HTML character references (&amp;) become their characters."""

    def __post_init__(self) -> None:
        """Refuse languages that no text can have."""
        check_languages(self.languages)

    def admit(self, languages: pa.Array) -> Admitted:
        """Which texts are in a language that is scored.

        Args:
            languages: Language of each text; an empty value is `und`.
        """
        languages = pc.fill_null(languages.cast(pa.string()), UNKNOWN)
        if not self.languages:
            return Admitted(pa.repeat(pa.scalar(True), len(languages)), {})
        kept = pc.is_in(languages, pa.array(self.languages, pa.string()))
        others = languages.filter(pc.invert(kept)).value_counts()
        counts = zip(others.field("values").to_pylist(), others.field("counts").to_pylist(), strict=True)
        return Admitted(kept, dict(sorted(counts)))

    def clean(self, texts: pa.Array) -> pa.Array:
        """Texts as they are to be scored (`string` or `large_string`): references first, as they may be quotes."""
        if isinstance(texts, pa.ChunkedArray):
            texts = texts.combine_chunks()
        if self.entities:
            texts = unescaped(texts)
        return plain(texts) if self.typography else texts

    def facts(self) -> Mapping[str, Any]:
        """What a manifest says of it."""
        return {
            "languages": list(self.languages) or "all",
            "typography": DEFINITION_TYPOGRAPHY if self.typography else "as it is",
            "entities": DEFINITION_ENTITIES if self.entities else "as they are",
        }


def for_scorer(scorer: Scorer, *, typography: bool = True, entities: bool = True) -> Gates:
    """The gates that suit a scorer: its own languages, and plain characters."""
    return Gates(scorer.languages, typography, entities)
