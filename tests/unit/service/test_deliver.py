"""A round of sending: a server that is away costs no letter, a bad letter costs no other."""

from __future__ import annotations

import pytest

from domain.errors import (
    DeliveryRefused,
    LetterTooLarge,
    PermanentFailure,
    SenderRefused,
    TemporaryFailure,
)
from domain.outbox import Delivery
from service.deliver import GIVE_UP_AFTER, deliver
from service.dispatch import dispatch
from service.logins import MOST


class Server:
    """A transport that answers each letter as it is told; None takes it."""

    def __init__(self, *answers):
        self.answers = list(answers)
        #: Message bytes it was given.
        self.given = []

    def send(self, content, *, sender, recipients):  # noqa: ARG002 - part of the port
        """Answer the next letter."""
        self.given.append(content)
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        return Delivery(accepted=tuple(recipients), refused={}, deferred={}, answer="250 taken")

    def close(self):
        """Say good-bye."""


def states(office):
    """Give the states of the letters, oldest first."""
    return [letter.state.value for letter in office.outbox()]


@pytest.fixture
def queued(office):
    """Give an office whose nine plan letters wait."""
    office.at("2021-10-01T08:00")
    dispatch(office.service.premises, office.campaign, actor="Văn thư")
    return office


def away():
    """Say that nobody answers."""
    return TemporaryFailure("the mail server is away or broke off: refused")


def test_a_server_that_is_away_is_not_asked_for_every_letter(queued):
    """Three letters in vain are enough; the others keep their turn; a quarter of an hour later all leave."""
    server = Server(*(away() for _ in range(20)))
    round_ = deliver(queued.service.premises, server)

    assert GIVE_UP_AFTER == len(server.given)
    assert (0, GIVE_UP_AFTER, str(away())) == (round_.sent, round_.waiting, round_.problem)
    assert ["queued"] * 9 == states(queued)
    assert [1, 1, 1, 0, 0, 0, 0, 0, 0] == [letter.attempts for letter in queued.outbox()]

    queued.at("2021-10-01T08:15")
    round_ = deliver(queued.service.premises, Server())
    assert (9, "") == (round_.sent, round_.problem)


def test_a_hiccup_is_said_and_stops_nobody(queued):
    """One letter that the server broke off at: the rest leaves, and the round says what happened."""
    round_ = deliver(queued.service.premises, Server(None, away(), away(), None, away()))

    assert (6, 3, str(away())) == (round_.sent, round_.waiting, round_.problem)
    assert ["sent", "queued", "queued", "sent", "queued", *["sent"] * 4] == states(queued)


def test_a_server_that_refuses_us_stops_the_round(queued):
    """A wrong password would only lock the account; letters are due again at once when it is mended."""
    server = Server(None, DeliveryRefused("535 5.7.8 wrong password"))
    round_ = deliver(queued.service.premises, server)

    assert 2 == len(server.given)
    assert (1, "535 5.7.8 wrong password") == (round_.sent, round_.problem)
    assert 8 == deliver(queued.service.premises, Server()).sent


def test_six_refused_logins_in_an_hour_are_enough(queued):
    """The queue is kept, the account is not locked, and the first letter an hour later is the next try."""
    wrong = [SenderRefused("535 5.7.8 wrong password") for _ in range(20)]
    server = Server(*wrong)
    for minute in range(60):
        queued.at(f"2021-10-01T08:{minute:02}")
        round_ = deliver(queued.service.premises, server)

    assert MOST == len(server.given)
    assert (0, True) == (round_.sent, "tried at 09:00" in round_.problem)
    assert {"queued"} == set(states(queued))
    queued.at("2021-10-01T09:00")
    assert "tried at" not in deliver(queued.service.premises, server).problem
    queued.at("2021-10-01T10:01")
    assert 9 == deliver(queued.service.premises, Server()).sent


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        pytest.param(LetterTooLarge("552 too big"), "held", id="too large"),
        pytest.param(PermanentFailure("554 no"), "failed", id="refused for good"),
    ],
)
def test_a_bad_letter_costs_itself_only(queued, answer, state):
    """What the server holds against one letter is no problem of the round, and no fault of the address."""
    round_ = deliver(queued.service.premises, Server(answer))
    with queued.service.premises.store.read() as work:
        dead = work.addresses.dead()

    assert frozenset() == dead
    assert 9 == len(states(queued))

    assert (8, 1, "") == (round_.sent, round_.stopped, round_.problem)
    assert state == states(queued)[0]


def test_a_letter_that_somebody_else_sends_is_left_alone(queued):
    """A leased letter is not due until its lease has run out, and then the same bytes leave."""
    letter = queued.outbox()[0]
    now = queued.clock.now()
    with queued.service.premises.store.write() as work:
        content = work.outbox.content(letter.key)
        work.outbox.lease(letter.key, now=now, until=queued.at("2021-10-01T08:15"))
    queued.at("2021-10-01T08:14")
    assert 8 == deliver(queued.service.premises, Server()).sent

    queued.at("2021-10-01T08:15")
    server = Server()
    assert 1 == deliver(queued.service.premises, server).sent
    assert [content] == server.given
