"""The library: claims in, answers out. No HTTP, no HTML, no terminal.

names, errors, settings     what everything else leans on
claims, quads, readers/     what sources say, and its form in the graph
ontology, shapes, checks    what may be said
store/, load, derive        where it is kept, and what follows from it
matching, questions/        who is meant, what is asked, what is answered
"""
