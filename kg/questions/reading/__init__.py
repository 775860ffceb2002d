"""Reading: a sentence becomes a named question, its values and what to do with the rows.

text -> words -> names, periods, kinds of vehicle -> a canonical sentence -> one frame of a table

The table is made from the lexicon (lexicon.toml, and one of the user's own): one entry per relation
or measure generates its wordings. Every word must be covered, or the sentence is refused.
"""
