"""Returns: each stored once, numbered anew at every reading."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, insert, or_, select

from domain.errors import NotFound
from domain.history import DecisionKind
from domain.ids import SubmissionKey
from domain.submissions import NewSubmission, Submission, numbered
from store.keys import insert_numbered
from store.parsed_forms import FormRows, insert_form, select_forms
from store.tables import decisions, submissions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Connection, Row

    from domain.campaigns import Item
    from domain.ids import CampaignCode, MailKey, UnitCode

_SAME = select(submissions.c.id).where(
    submissions.c.message == bindparam("mail"),
    submissions.c.unit == bindparam("unit"),
    submissions.c.item == bindparam("item", type_=submissions.c.item.type),
    submissions.c.attachment_sha256 == bindparam("attachment"),
)
_INSERT = insert(submissions)


def _columns(new: NewSubmission) -> dict[str, Any]:
    parsed = new.parsed
    return {
        "campaign": new.campaign,
        "unit": new.unit,
        "item": new.item,
        "message": new.mail,
        "attachment_name": new.attachment_name,
        "attachment_sha256": new.attachment_sha256,
        "received_at": new.received_at,
        "verdict": new.verdict,
        "form_version": new.form_version,
        "content_digest": new.content_digest,
        "not_checked": new.not_checked,
        "lists": None if parsed is None else tuple(parsed.lists),
        "understood_as": None if parsed is None else parsed.understood_as,
    }


def _new_submission(row: Row[Any], form: FormRows) -> NewSubmission:
    return NewSubmission(
        campaign=row.campaign,
        unit=row.unit,
        item=row.item,
        mail=row.message,
        attachment_name=row.attachment_name,
        attachment_sha256=row.attachment_sha256,
        received_at=row.received_at,
        verdict=row.verdict,
        form_version=row.form_version,
        content_digest=row.content_digest,
        parsed=form.parsed(row.lists, row.understood_as),
        findings=tuple(form.judged_findings),
        not_checked=row.not_checked,
    )


class Submissions:
    """Returns as stored."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: NewSubmission) -> SubmissionKey:
        """Store a return with answers, list rows and findings.

        The same mail, unit, item and attachment digest once only: the second time gives the first key.
        """
        same = {
            "mail": new.mail,
            "unit": new.unit,
            "item": new.item,
            "attachment": new.attachment_sha256,
        }
        known = self._connection.execute(_SAME, same).scalar()
        if known is not None:
            return SubmissionKey(known)
        key = SubmissionKey(insert_numbered(self._connection, _INSERT, _columns(new)))
        insert_form(self._connection, key, new)
        return key

    def get(self, key: SubmissionKey) -> Submission:
        """Give one return with its version number; raises NotFound."""
        for submission in self._with_siblings(submissions.c.id == key):
            if submission.key == key:
                return submission
        raise NotFound(f"there is no submission {key}")

    def of_unit(self, campaign: CampaignCode, unit: UnitCode, item: Item) -> tuple[Submission, ...]:
        """Give a unit's versions, first to last."""
        return self._numbered(_one_series(campaign, unit, item))

    def of_campaign(self, campaign: CampaignCode) -> tuple[Submission, ...]:
        """Give all returns of a campaign with versions numbered per unit and item."""
        return self._numbered(submissions.c.campaign == campaign)

    def of_mail(self, mail: MailKey) -> tuple[Submission, ...]:
        """Give what came of one mail, in the order in which it was stored."""
        found = self._with_siblings(submissions.c.message == mail)
        own = (submission for submission in found if submission.content.mail == mail)
        return tuple(sorted(own, key=lambda submission: submission.key))

    def _with_siblings(self, condition: ColumnElement[bool]) -> tuple[Submission, ...]:
        """Read whole series, since a version's number depends on all the others of its unit and item."""
        series = self._connection.execute(
            select(submissions.c.campaign, submissions.c.unit, submissions.c.item).where(condition).distinct()
        ).all()
        if not series:
            return ()
        return self._numbered(or_(*(_one_series(*one) for one in series)))

    def _numbered(self, condition: ColumnElement[bool]) -> tuple[Submission, ...]:
        rows = self._connection.execute(select(submissions).where(condition).order_by(submissions.c.id)).all()
        if not rows:
            return ()
        forms = select_forms(self._connection, select(submissions.c.id).where(condition))
        reasons = self._set_aside({row.campaign for row in rows})
        series: defaultdict[tuple[str, str, Item], list[tuple[SubmissionKey, NewSubmission, str]]]
        series = defaultdict(list)
        for row in rows:
            content = _new_submission(row, forms.get(row.id) or FormRows())
            reason = reasons.get((row.campaign, str(row.id)), "")
            series[row.campaign, row.unit, row.item].append((row.id, content, reason))
        return tuple(version for one in series.values() for version in numbered(one))

    def _set_aside(self, campaigns: Iterable[str]) -> dict[tuple[str, str], str]:
        """Give the newest reason per campaign and submission; an empty one takes the decision back."""
        query = (
            select(decisions.c.campaign, decisions.c.subject, decisions.c.reason)
            .where(decisions.c.kind == DecisionKind.SET_ASIDE, decisions.c.campaign.in_(list(campaigns)))
            .order_by(decisions.c.at, decisions.c.id)
        )
        return {(row.campaign, row.subject): row.reason for row in self._connection.execute(query)}


def _one_series(campaign: str, unit: str, item: Item) -> ColumnElement[bool]:
    return and_(submissions.c.campaign == campaign, submissions.c.unit == unit, submissions.c.item == item)
