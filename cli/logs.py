"""Logs for the IT person: one line a record on stderr, with the record's stable action."""

from __future__ import annotations

import logging
import sys

_OWN = ("service", "intake", "mailer", "store", "parsers", "aggregator", "config")


class _WithAction(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """Put the stable verb before the sentence."""
        record.action = getattr(record, "action", record.name)
        return super().format(record)


def set_up_logs(*, verbose: bool, level: str = "") -> None:
    """Send logs to stderr: warnings, or with *verbose* everything we say ourselves."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_WithAction("%(asctime)s %(levelname)s %(action)s: %(message)s"))
    logging.basicConfig(level=logging.ERROR, handlers=[handler], force=True)
    chosen = level or ("INFO" if verbose else "ERROR")
    for name in _OWN:
        logging.getLogger(name).setLevel(chosen)
