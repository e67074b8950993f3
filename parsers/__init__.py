"""Workbooks in and blank forms out: bytes to grids, answers and findings."""
