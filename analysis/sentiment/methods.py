"""What was done and how far it can be trusted, in words and figures: methods sections and facts of sentiment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.kernels.sentiment.articles import SQUARE_UNIT, UNIT
from analysis.sentiment.options import Ends, Outlets, Scoring, Sentiment
from analysis.sentiment.prepare import Prepared

VALIDITY: Mapping[str, Any] = {
    "gold": "5,190 sentences of 498 New York Times editorials, each rated by 20 people from -4 to 4 (Hutto and "
    "Gilbert 2014)",
    "r_per_sentence": 0.503,
    "r_per_article": 0.630,
    "classes": "score: negative up to -0.05, positive from 0.05; mean rating: negative below -0.5, positive above 0.5",
    "accuracy_of_three_classes": 0.557,
    "accuracy_of_always_the_most_frequent": 0.463,
    "accuracy_over_cuts_of_the_rating_from_0_to_1": [0.487, 0.560],
}
"""What gold data say of VADER on news; tests/analysis/sentiment_series/test_validity.py works it out."""


def facts(prepared: Prepared[Any]) -> Mapping[str, Any]:
    """What numbers depend on, and what gold data say of the scorer."""
    plan = prepared.plan
    known = {
        "scorer": {"name": plan.scorer.name} | dict(plan.scorer.facts()),
        "gates": plan.gates.facts(),
        "validity": VALIDITY
        if plan.scorer.name == "vader"
        else "not known: no gold data were scored with it",
        "units": {"sum_of_scores": UNIT, "sum_of_squares": SQUARE_UNIT},
    }
    return known | dict(prepared.told)


def series(prepared: Prepared[Sentiment]) -> str:
    """How the series were made, for a methods section."""
    options = prepared.options
    return " ".join(
        [
            scored(prepared),
            _dated(prepared),
            _copies(prepared),
            f"For each {options.by} three means are given: of all articles (pooled); of outlets, each outlet's mean "
            "counting alike (outlets); and adjusted for the mix of outlets (adjusted): effects of outlets and "
            f"{options.by}s were fitted by ordinary least squares to the means of outlets in {options.by}s, each mean "
            f"counting once, and the effect of the {options.by} is given plus the mean effect of all outlets, for the "
            f"largest set of outlets and {options.by}s that articles connect.{_few(options)} Where the pooled series "
            "moves and the adjusted one does not, it is the mix of outlets that changed.",
            "Intervals of 95 % rest on a bootstrap with exponential weights (Rubin 1981; "
            f"{options.draws} draws, seed {options.seed}) clustered by outlet and by story (Cameron, Gelbach and "
            "Miller 2011), with Student's t of one degree of freedom less than there are clusters. They take outlets "
            "as a sample of outlets, but for the level of the adjusted series, which is that of the outlets at hand. "
            "They hold the error of sampling, not that of the scorer.",
            _gaps(prepared),
            valid(prepared),
        ]
    ).replace("  ", " ")


def outlets(prepared: Prepared[Outlets]) -> str:
    """How the outlets' means were made."""
    parts = [scored(prepared), _dated(prepared), _copies(prepared), _gaps(prepared), valid(prepared)]
    return " ".join(part for part in parts if part)


def ends(prepared: Prepared[Ends]) -> str:
    """How the sentences were chosen."""
    options = prepared.options
    return " ".join(
        [
            scored(prepared, sentences=True),
            f"The {options.count} highest and the {options.count} lowest scores of sentences of {options.words_min} to "
            f"{options.words_max} words are given, each wording once; among equal scores the order is random "
            f"(seed {options.seed}). They show what drives the scores, not what is typical.",
            valid(prepared),
        ]
    )


def scored(prepared: Prepared[Any], sentences: bool = False) -> str:
    """Who scored what."""
    options: Scoring = prepared.options
    scorer, gates = prepared.plan.scorer, prepared.plan.gates
    known = scorer.facts()
    which = f"VADER ({known['rules']})" if scorer.name == "vader" else f"the scorer {scorer.name}"
    lexicon = f" with the lexicon {known['lexicon']}" if "lexicon" in known else ""
    languages = f"Texts in {', '.join(gates.languages)}" if gates.languages else "Texts in all languages"
    on = f" with a hit of {' or '.join(f'“{query}”' for query in options.topic)}" if options.topic else ""
    whole = options.unit == "article" and not sentences
    how = "each text as a whole" if whole else "sentence by sentence"
    mean = (
        ""
        if whole or sentences
        else " An article's score is the mean over its sentences, neutral ones included."
    )
    return f"{languages}{on} were scored by {which}{lexicon}, {how}.{mean}"


def _dated(prepared: Prepared[Any]) -> str:
    if prepared.plan.trusted is None:
        return "Pages are dated by their capture."
    least = prepared.options.confidence
    return f"Articles are dated by publication where that is known with {least} confidence or better, else by capture."


def _copies(prepared: Prepared[Any]) -> str:
    if not prepared.options.stories:
        return "Copies were not looked for: each article counts as a story of its own, and intervals take it for one."
    unknown = prepared.told["stories"].get("parts_it_does_not_cover")
    some = f" Copies in {unknown:,} of the lake's parts were not looked for." if unknown else ""
    return (
        "Copies of a story (found by the analysis stories) are read in two ways: every copy counts (what readers "
        "met), and every story counts as one article, shared equally by its copies (what was written)." + some
    )


def _few(options: Sentiment) -> str:
    if options.articles_min == 1:
        return ""
    return f" In the last two, outlets with fewer than {options.articles_min} articles in a {options.by} are left out."


def _gaps(prepared: Prepared[Any]) -> str:
    if prepared.gaps is None:
        return "Gaps of the archive itself were not looked up."
    return f"Days of which the archive has few files or none are counted for each {prepared.options.by}."


def valid(prepared: Prepared[Any]) -> str:
    """How far the scorer can be trusted."""
    if prepared.plan.scorer.name != "vader":
        return (
            "How well these scores agree with human readers is not known here; code a sample by hand before they are "
            "interpreted."
        )
    v = VALIDITY
    return (
        f"How far to trust it: on {v['gold']} VADER's scores correlate with the ratings by r = "
        f"{v['r_per_sentence']:.3f} per sentence and {v['r_per_article']:.3f} per article. Told as negative, neutral "
        f"or positive, about half are right: {v['accuracy_of_three_classes']:.3f} with ratings cut at ±0.5, where "
        f"always saying the most frequent class gives {v['accuracy_of_always_the_most_frequent']:.3f}. Single scores "
        "mean little; compare means of many articles, and code a sample of your own by hand."
    )
