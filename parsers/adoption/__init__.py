"""An office's own form looked at as a careful clerk would: what does it ask, and where."""
