"""The console (empty until the page is built)."""
