"""The truth in words: what truth.json says of captures and of news, key by key."""

from __future__ import annotations

CAPTURES = {
    "files": "WARC, WAT and index files: key, kind (warc, wat, index), subset, bytes; rows of an index file",
    "files.pages": "what a ledger of pages (source warc) must say of a WARC file",
    "files.links": "what a ledger of links (sources wat, warc-links; captures=pages, any www) must say of a file",
    "records": "records found, those set aside too",
    "kept": "captures that become rows",
    "passed": "records passed, by reason of schemas.reasons.PASSED",
    "set_aside": "records set aside, by reason of schemas.reasons.REASONS",
    "status": "complete, or damaged where something is set aside",
    "damaged": "key, kind, reason, detail, offset (bytes as stored; null of a file that is not there), url",
    "odd": "captures that trip readers: what, key, offset, url, and why pages are passed or set aside (null: kept)",
    "odd_meaning": "what each `what` is",
    "boilerplate_mark": "beginning of every word around the main text, in any page or article, and of no other word",
    "index_without": "columns that the index of a crawl lacks",
    "truth/pages": "a row a page that is kept; main_text has a line a paragraph, the heading first",
    "truth/links": "a row an edge of an input and a www rule; of=pages, or of=others (redirects, sitemaps) besides",
}
NEWS = {
    "months": "months of the archive; the last one has a file each day but one, the others have two",
    "gap": "the day of the last month without a file",
    "files": "key, kind, bytes; under articles what a ledger of source cc-news must say",
    "damaged": "as of captures",
    "outlets": "share of all articles and planned level, each in the first and in the last month",
    "stories": "stories that several outlets carry: readable articles and their outlets",
    "sentiment.positive": "words of positive sentences, one a sentence",
    "sentiment.negative": "words of negative sentences",
    "sentiment.loaded_share": "share of sentences that have one of these words",
    "sentiment.all_outlets": "mean level of all English articles by month of published_at; falls as the mix changes",
    "truth/articles.parquet": "a row an article that is kept; published_on is the planned day, published_at with its "
    "source what a perfect reader finds (the capture where no date is stated), date_in where the date stands",
    "truth/sentiment.parquet": "level = (positive - negative) / sentences, mean over the articles of an outlet and "
    "month of published_at; planned_level is what was aimed at, copies and losses move it a little",
    "topics.words": "words of each topic by language; every article has eight of them",
    "topics.outlets": "planned shares of the topics (in the order of names) in the first and in the last month; "
    "borrowed: share of an outlet's words of topics that are of another one than the article's, borrows: of which",
    "truth/topics.parquet": "share of each topic among the articles of an outlet and month of published_at; "
    "planned_share is what was aimed at",
    "tone.codes": "tones of an article, as a reader takes it, and their codes",
    "tone.cut": "from which (positive - negative) share of its sentences on, as meant, it is rather positive; positive",
    "tone.outlets": "irony: share of an outlet's positive sentences that are meant as negative ones",
    "truth/tone.parquet": "tone: mean code over the articles of an outlet and month of published_at",
}
