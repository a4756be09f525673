"""Text: tokens, vocabularies, counts, groups of documents."""
