"""Parsed forms read lately: what is stored of a return never changes, and reading it is dear.

A rule that compares units needs the forms of all of them for every mail that arrives.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.answers import ParsedForm
    from domain.ids import SubmissionKey

#: Forms that are kept; one takes some 60 KB.
ROOM = 256


class FormMemory:
    """The forms used last, by their return; safe to share between threads."""

    def __init__(self, room: int = ROOM) -> None:
        """Keep at most *room* forms."""
        self._room = room
        self._forms: OrderedDict[SubmissionKey, ParsedForm] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: SubmissionKey) -> ParsedForm | None:
        """Give a form that is remembered."""
        with self._lock:
            form = self._forms.get(key)
            if form is not None:
                self._forms.move_to_end(key)
            return form

    def keep(self, key: SubmissionKey, form: ParsedForm) -> None:
        """Remember a form; the one not used for the longest time makes room."""
        with self._lock:
            self._forms[key] = form
            self._forms.move_to_end(key)
            if len(self._forms) > self._room:
                self._forms.popitem(last=False)

    def forget(self) -> None:
        """Forget all: after a rollback the number of a return that never was goes to another one."""
        with self._lock:
            self._forms.clear()
