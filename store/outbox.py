"""Letters to be sent: each Message-ID once, each attempt on record before it is made."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, insert, or_, select, update

from domain.errors import Conflict, NotFound
from domain.outbox import Letter, LetterHead, LetterState
from store.blobs import get_blob, put_blob
from store.keys import insert_numbered
from store.tables import attempts, letter_answers, letter_recipients, letters, sent_attachments

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.engine import Connection, Row

    from domain.ids import CampaignCode, LetterKey, MailKey, MessageId, Sha256, UnitCode
    from domain.outbox import Delivery, NewLetter

_QUEUED_ALREADY = select(letters.c.id).where(
    letters.c.message_id == bindparam("id", type_=letters.c.message_id.type)
)
_INSERT = insert(letters)
_INSERT_RECIPIENTS = insert(letter_recipients)
_HEAD = select(letters.c.campaign, letters.c.unit, letters.c.subject).where(
    letters.c.message_id == bindparam("id", type_=letters.c.message_id.type)
)
_NOTED = select(sent_attachments.c.sha256).where(sent_attachments.c.sha256 == bindparam("digest"))


@lru_cache(maxsize=64)
def _count_of(given: frozenset[str], cause_suffix: str) -> Select[int]:
    """Build the question how many answers there are, narrowed by what is *given*."""
    since = bindparam("since", type_=letters.c.created_at.type)
    query = select(func.count()).where(letters.c.answers.is_not(None), letters.c.created_at >= since)
    if "campaign" in given:
        query = query.where(letters.c.campaign == bindparam("campaign"))
    if "unit" in given:
        query = query.where(letters.c.unit == bindparam("unit"))
    if "address" in given:
        to = letter_recipients.c.folded == bindparam("address")
        query = query.where(letters.c.id.in_(select(letter_recipients.c.letter).where(to)))
    if cause_suffix:
        query = query.where(letters.c.cause.endswith(cause_suffix, autoescape=True))
    return query


def _letter(row: Row[Any], recipients: Iterable[str], answers: Iterable[Row[Any]]) -> Letter:
    answers = tuple(answers)
    return Letter(
        key=row.id,
        campaign=row.campaign,
        unit=row.unit,
        kind=row.kind,
        cause=row.cause,
        message_id=row.message_id,
        sender=row.sender,
        recipients=tuple(recipients),
        subject=row.subject,
        answers=row.answers,
        state=row.state,
        created_at=row.created_at,
        not_before=row.not_before,
        accepted=tuple(answer.address for answer in answers if answer.accepted),
        refused=tuple(answer.address for answer in answers if not answer.accepted),
        attempts=row.attempts,
        lease_until=row.lease_until,
        sent_at=row.sent_at,
        detail=row.detail,
    )


def _is_due(now: dt.datetime) -> ColumnElement[bool]:
    return or_(
        and_(letters.c.state == LetterState.QUEUED, letters.c.not_before <= now),
        and_(letters.c.state == LetterState.LEASED, letters.c.lease_until <= now),
    )


class Outbox:
    """Letters to be sent."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, letter: NewLetter, *, at: dt.datetime) -> bool:
        """Queue a letter; False when its Message-ID is queued already. Safe to call twice."""
        if self._connection.execute(_QUEUED_ALREADY, {"id": letter.message_id}).first() is not None:
            return False
        row = {
            "campaign": letter.campaign,
            "unit": letter.unit,
            "kind": letter.kind,
            "cause": letter.cause,
            "message_id": letter.message_id,
            "sender": letter.sender,
            "subject": letter.subject,
            "content_sha256": put_blob(self._connection, letter.content),
            "answers": letter.answers,
            "state": LetterState.QUEUED,
            "created_at": at,
            "not_before": letter.not_before or at,
            "attempts": 0,
            "detail": "",
        }
        key = insert_numbered(self._connection, _INSERT, row)
        recipients = [
            {"letter": key, "position": place, "address": address, "folded": address.lower()}
            for place, address in enumerate(letter.recipients)
        ]
        if recipients:
            self._connection.execute(_INSERT_RECIPIENTS, recipients)
        return True

    def get(self, key: LetterKey) -> Letter:
        """Give one letter; raises NotFound."""
        for letter in self._letters(letters.c.id == key):
            return letter
        raise _no_letter(key)

    def content(self, key: LetterKey) -> bytes:
        """Give a letter's bytes; raises NotFound."""
        sha256 = self._connection.execute(
            select(letters.c.content_sha256).where(letters.c.id == key)
        ).scalar()
        if sha256 is None:
            raise _no_letter(key)
        return get_blob(self._connection, sha256)

    def due(self, now: dt.datetime) -> tuple[LetterKey, ...]:
        """Give queued letters whose time has come, and leased ones whose lease has run out, oldest first."""
        query = select(letters.c.id).where(_is_due(now)).order_by(letters.c.created_at, letters.c.id)
        return tuple(self._connection.execute(query).scalars())

    def lease(self, key: LetterKey, *, now: dt.datetime, until: dt.datetime) -> bool:
        """Begin an attempt: state LEASED, attempts + 1; False when somebody else has it or it is done."""
        number = self._connection.execute(
            update(letters)
            .where(letters.c.id == key, _is_due(now))
            .values(state=LetterState.LEASED, attempts=letters.c.attempts + 1, lease_until=until)
            .returning(letters.c.attempts)
        ).scalar()
        if number is None:
            return False
        row = {"letter": key, "number": number, "begun_at": now, "answer": "", "deferred": {}}
        self._connection.execute(insert(attempts), row)
        return True

    def finish(
        self,
        key: LetterKey,
        *,
        state: LetterState,
        at: dt.datetime,
        delivery: Delivery | None = None,
        detail: str = "",
        not_before: dt.datetime | None = None,
    ) -> None:
        """End an attempt or a wait: SENT, QUEUED (with *not_before*), FAILED, HELD or WITHDRAWN.

        *delivery* adds to the accepted and refused recipients. A letter that is SENT stays so: Conflict
        for any other state, so that a slow second sender can never queue it again. Raises NotFound.
        """
        if state is LetterState.LEASED:
            raise ValueError("an attempt begins with lease and cannot end as one")
        current = self._connection.execute(
            select(letters.c.state, letters.c.attempts).where(letters.c.id == key)
        ).first()
        if current is None:
            raise _no_letter(key)
        if current.state is LetterState.SENT and state is not LetterState.SENT:
            raise Conflict(f"letter {key} is sent already and cannot become {state}")
        changes: dict[str, Any] = {"state": state, "lease_until": None, "detail": detail}
        if not_before is not None:
            changes["not_before"] = not_before
        if state is LetterState.SENT and current.state is not LetterState.SENT:
            changes["sent_at"] = at
        self._connection.execute(update(letters).where(letters.c.id == key).values(**changes))
        self._end_attempt(key, current.attempts, state=state, at=at, delivery=delivery)
        if delivery is not None:
            self._note_answers(key, delivery)

    def _end_attempt(
        self,
        key: LetterKey,
        number: int,
        *,
        state: LetterState,
        at: dt.datetime,
        delivery: Delivery | None,
    ) -> None:
        ended: dict[str, Any] = {"ended_at": at, "state": state}
        if delivery is not None:
            ended |= {"answer": delivery.answer, "deferred": delivery.deferred}
        self._connection.execute(
            update(attempts)
            .where(attempts.c.letter == key, attempts.c.number == number, attempts.c.ended_at.is_(None))
            .values(**ended)
        )

    def _note_answers(self, key: LetterKey, delivery: Delivery) -> None:
        known = {
            (row.address, row.accepted)
            for row in self._connection.execute(
                select(letter_answers.c.address, letter_answers.c.accepted).where(
                    letter_answers.c.letter == key
                )
            )
        }
        said = {(address, True): delivery.answer for address in delivery.accepted}
        said |= {(address, False): answer for address, answer in delivery.refused.items()}
        rows = [
            {"letter": key, "address": address, "accepted": accepted, "answer": answer}
            for (address, accepted), answer in said.items()
            if (address, accepted) not in known
        ]
        if rows:
            self._connection.execute(insert(letter_answers), rows)

    def of_campaign(self, campaign: CampaignCode) -> tuple[Letter, ...]:
        """Give a campaign's letters, oldest first."""
        return self._letters(letters.c.campaign == campaign)

    def with_message_id(self, message_id: MessageId) -> Letter | None:
        """Give the letter of a Message-ID."""
        for letter in self._letters(letters.c.message_id == message_id):
            return letter
        return None

    def head(self, message_id: MessageId) -> LetterHead | None:
        """Give to whom the letter of a Message-ID went, and about what."""
        row = self._connection.execute(_HEAD, {"id": message_id}).first()
        return LetterHead(campaign=row.campaign, unit=row.unit, subject=row.subject) if row else None

    def answering(self, mail: MailKey) -> tuple[Letter, ...]:
        """Give the letters that answer one mail, oldest first."""
        return self._letters(letters.c.answers == mail)

    def count_answers(
        self,
        *,
        since: dt.datetime,
        campaign: CampaignCode | None = None,
        unit: UnitCode | None = None,
        address: str = "",
        cause_suffix: str = "",
    ) -> int:
        """Count letters that answer a mail, made since an instant, to one unit or one (folded) address."""
        asked = {"campaign": campaign, "unit": unit, "address": address.lower() or None}
        given = {name: value for name, value in asked.items() if value is not None}
        query = _count_of(frozenset(given), cause_suffix)
        return int(self._connection.execute(query, {"since": since, **given}).scalar_one())

    def holds_attachment(self, sha256: Sha256) -> bool:
        """Tell whether a file with this digest left with one of our letters (note_attachment)."""
        return self._connection.execute(_NOTED, {"digest": sha256}).first() is not None

    def note_attachment(self, sha256: Sha256) -> None:
        """Remember a file that leaves with a letter, to know it when it comes back; safe to call twice."""
        if not self.holds_attachment(sha256):
            self._connection.execute(insert(sent_attachments), {"sha256": sha256})

    def _letters(self, condition: ColumnElement[bool]) -> tuple[Letter, ...]:
        rows = self._connection.execute(
            select(letters).where(condition).order_by(letters.c.created_at, letters.c.id)
        ).all()
        if not rows:
            return ()
        wanted = select(letters.c.id).where(condition)
        recipients: defaultdict[LetterKey, list[str]] = defaultdict(list)
        for row in self._connection.execute(
            select(letter_recipients)
            .where(letter_recipients.c.letter.in_(wanted))
            .order_by(letter_recipients.c.letter, letter_recipients.c.position)
        ):
            recipients[row.letter].append(row.address)
        answers: defaultdict[LetterKey, list[Row[Any]]] = defaultdict(list)
        for row in self._connection.execute(
            select(letter_answers).where(letter_answers.c.letter.in_(wanted)).order_by(letter_answers.c.id)
        ):
            answers[row.letter].append(row)
        return tuple(_letter(row, recipients[row.id], answers[row.id]) for row in rows)


def _no_letter(key: LetterKey) -> NotFound:
    return NotFound(f"there is no letter {key}")
