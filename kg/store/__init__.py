"""Stores: the contract (base), Oxigraph in this process (embedded), bounded queries on a copy."""
