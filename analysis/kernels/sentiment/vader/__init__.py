"""VADER: the scores of the package vaderSentiment 3.3.2 on every text, in time linear in its length.

Source: Hutto, C. J. and Gilbert, E. E. (2014), VADER: a parsimonious rule-based model for sentiment analysis of social
media text, ICWSM-14. Word lists and weights are read from the installed package; its rules are written anew here.

The package is slow for three reasons: each word of the lexicon makes it put the whole text in lower case up to seven
times (quadratic in the length); every word is put in lower case, looked up and compared in Python; the text is copied
character by character to find emoji. None of it is needed for the scores.

What the package does that its paper does not say, and that is kept, as a score is only comparable if it is the same:

- "so" or "this" right before a word of the lexicon multiplies it by 1.25, with no "never" before (the `and` and `or` of
  a condition have no brackets), if the word stands fourth or later.
- The first "but" of the text weakens all that stands before (by half) and strengthens all after it, however far. Values
  are found by their size, not their place: where two words have the same value at that moment, the first one is
  changed, so that a word may be changed twice and another never (`contrast`).
- "no" is seen as a negation one or two words before (three before "or"), and only bare: words of one or two
  characters keep their punctuation (":)" must), so "so," does not boost and "ok." is not in the lexicon.
- "no" before a word of the lexicon counts nothing itself, but in capitals it still counts -0.733.
- A word in front that is in the lexicon neither boosts, negates nor opens an idiom; idioms need three words before.
- Emoji become their English names, of which the words are scored as any other. The name is glued to what follows it.
  Only emoji of one code point are found, so 2,358 of 3,570 in its list never are. © and ™ are emoji.
- Upper-case entries and entries of two words of the lexicon (18 of them) are never found.
- Curly apostrophes and quotes are letters to it: "isn’t good" is positive. The gate `typography` cures that.
- `compound` is a sum made bounded, not a mean: it goes to ±1 with the length of the text. Score sentences.
"""
