"""Readers: one document in, claims out."""
