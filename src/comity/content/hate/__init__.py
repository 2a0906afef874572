"""Owns reading whether a text attacks people for what they are: who is spoken of, what is said, by whom and how.

    found = attacks(unmasked)          what speaks for it, each with its place and weight, and what excuses it

`grammar` knows words by language, `tongues` which of them each part of a text is in, `words` reads a text as a string
of kinds of words, `people` settles which of them name people, `frames` is the table of attacks, `excuses` knows who
only reports or contradicts one. None of it must know what a score leads to.
"""
