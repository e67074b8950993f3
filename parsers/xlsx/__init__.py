"""Workbooks of Excel since 2007: a strict fast path, and a slow one for any XML."""
