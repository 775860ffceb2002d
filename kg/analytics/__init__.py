"""Analytics over ownership: control, integrated ownership, legal tests, power, markets.

Every function takes a `networkx.DiGraph` (edges owner -> owned, attribute `share`) or `Stakes`,
and returns plain results. Nothing here knows the store but `network`.
"""
