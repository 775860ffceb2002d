"""Companies and alliances over HTTP: one resource, as a page for people and as data for programs.

kinds.py     what there are: companies and alliances, and how each is asked about
formats.py   JSON, HTML, Turtle, JSON-LD, N-Triples: by Accept or by the end of the address
portrait.py  what a page shows, in order
pages.py     portrait -> HTML, under a policy that lets nothing run
"""
