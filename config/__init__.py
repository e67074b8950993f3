"""Typed settings and campaign folders; every mistake is reported at once with its place."""
