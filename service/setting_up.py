"""What `tonghop init` lays down: the commented settings and the example campaign."""

from __future__ import annotations

from config.examples import lay_example, settings_template

__all__ = ["lay_example", "settings_template"]
