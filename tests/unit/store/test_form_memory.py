"""The memory of parsed forms: bounded, and forgetful when told so."""

from __future__ import annotations

from domain.ids import SubmissionKey
from store.form_memory import FormMemory
from tests.factories import make_answer, make_form

ONE, TWO, THREE = (SubmissionKey(number) for number in (1, 2, 3))


def filled(*keys, room=2):
    """Give a memory with a form for each key."""
    memory = FormMemory(room)
    for key in keys:
        memory.keep(key, make_form(make_answer(f"T{key:02d}")))
    return memory


def test_what_was_not_used_longest_makes_room():
    """A form that was asked for stays longer than one that was only kept."""
    memory = filled(ONE, TWO)
    assert memory.get(ONE) is not None
    memory.keep(THREE, make_form())

    assert memory.get(TWO) is None
    assert make_form(make_answer("T01")) == memory.get(ONE)
    assert memory.get(THREE) is not None


def test_the_same_return_takes_no_more_room():
    """Keeping a form again drives no other one out."""
    memory = filled(ONE, TWO, TWO)

    assert memory.get(ONE) is not None


def test_everything_can_be_forgotten():
    """After a rollback nothing of it is left."""
    memory = filled(ONE, TWO)
    memory.forget()

    assert [None, None] == [memory.get(ONE), memory.get(TWO)]
