"""Questions: one .rq file is one question, everywhere.

<name>.rq -> catalogue.Question -> ask(graph, name, values) -> answer.Answer
sentences.py: "who is allied with Nissan?" -> the same
"""
