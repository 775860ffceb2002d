"""The two seed articles as claims, in our own words. See README.md in this folder."""
