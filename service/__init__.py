"""Use cases in the order things happen, and the ports they need."""
