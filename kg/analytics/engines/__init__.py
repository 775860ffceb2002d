"""Engines for networks beyond memory: the same control and integrated ownership, elsewhere.

    memory   arrays in this process: the fastest while the stakes fit
    duckdb   the same rules as SQL, out of core: bounded memory, the rest on disk
    spark    the same rules as DataFrame programs, for a cluster

`choose` says which to take, `answers` runs it. Every engine is tested against the plain fixpoint
and the exact solution of `kg.analytics`. Figures: docs/analytics-engines.md.
"""
