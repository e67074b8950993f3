"""Numbers as Vietnamese office people type them."""
