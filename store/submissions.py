"""Returns: each stored once, numbered anew at every reading."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import and_, bindparam, insert, or_, select

from domain.errors import NotFound
from domain.history import DecisionKind
from domain.ids import CampaignCode, SubmissionKey
from domain.submissions import NewSubmission, Submission, numbered
from store.keys import insert_numbered
from store.parsed_forms import findings_of, insert_form, read_findings, select_forms
from store.tables import submissions

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Connection, Row

    from domain.answers import ParsedForm
    from domain.campaigns import Item
    from domain.findings import Finding
    from domain.ids import MailKey, UnitCode
    from store.decisions import Decisions
    from store.form_memory import FormMemory

    #: The returns of one unit for one item.
    _Series: TypeAlias = tuple[CampaignCode, UnitCode, Item]

_SAME = (
    select(submissions.c.id)
    .where(
        submissions.c.message == bindparam("mail"),
        submissions.c.unit == bindparam("unit"),
        submissions.c.item == bindparam("item", type_=submissions.c.item.type),
        submissions.c.attachment_sha256 == bindparam("attachment"),
    )
    .order_by(submissions.c.reading)
)
_INSERT = insert(submissions)
_STANDING = (
    select(
        submissions.c.id,
        submissions.c.unit,
        submissions.c.message,
        submissions.c.attachment_sha256,
        submissions.c.received_at,
        submissions.c.verdict,
        submissions.c.reading,
    )
    .where(
        submissions.c.campaign == bindparam("campaign"),
        submissions.c.item == bindparam("item", type_=submissions.c.item.type),
    )
    .order_by(submissions.c.id)
)
_SERIES = (
    submissions.c.campaign == bindparam("campaign"),
    submissions.c.unit == bindparam("unit"),
    submissions.c.item == bindparam("item", type_=submissions.c.item.type),
)
_OF_SERIES = select(submissions).where(*_SERIES).order_by(submissions.c.id)
_FOUND_IN_SERIES = findings_of(select(submissions.c.id).where(*_SERIES))
#: Returns whose forms one statement asks for.
_READ_AT_ONCE = 500


def _columns(new: NewSubmission, reading: int) -> dict[str, Any]:
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
        "reading": reading,
    }


def _new_submission(row: Row[Any], parsed: ParsedForm | None, found: tuple[Finding, ...]) -> NewSubmission:
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
        parsed=parsed,
        findings=found,
        not_checked=row.not_checked,
    )


class Submissions:
    """Returns as stored."""

    def __init__(self, connection: Connection, forms: FormMemory, decisions: Decisions) -> None:
        self._connection = connection
        self._memory = forms
        self._decisions = decisions
        #: Versions of series read in this transaction, with the number of decisions added until then.
        self._series: dict[_Series, tuple[int, tuple[Submission, ...]]] = {}

    def add(self, new: NewSubmission) -> SubmissionKey:
        """Store a return with answers, list rows and findings.

        The same mail, unit, item and attachment digest once only: the second time gives the first key.
        """
        known = self._readings_of(new)
        return known[0] if known else self._insert(new, reading=1)

    def add_reading(self, new: NewSubmission) -> SubmissionKey:
        """Store what reading a stored return again came to; from now on it stands for the return.

        Its number, and what was decided about it, stay. Raises NotFound for a return that was never stored.
        """
        known = self._readings_of(new)
        if not known:
            raise NotFound(f"mail {new.mail} brought no such return of {new.unit}")
        return self._insert(new, reading=len(known) + 1)

    def _readings_of(self, new: NewSubmission) -> list[SubmissionKey]:
        same = {
            "mail": new.mail,
            "unit": new.unit,
            "item": new.item,
            "attachment": new.attachment_sha256,
        }
        return [SubmissionKey(key) for key in self._connection.execute(_SAME, same).scalars()]

    def _insert(self, new: NewSubmission, *, reading: int) -> SubmissionKey:
        key = SubmissionKey(insert_numbered(self._connection, _INSERT, _columns(new, reading)))
        insert_form(self._connection, key, new)
        # What was just written need not be read again; a rollback forgets it.
        if new.parsed is not None:
            self._memory.keep(key, new.parsed)
        series = (new.campaign, new.unit, new.item)
        known = self._series.pop(series, None)
        if known is not None and reading == 1:
            versions = [(one.key, one.content, one.set_aside) for one in known[1]]
            self._series[series] = known[0], numbered([*versions, (key, replace(new, parsed=None), "")])
        return key

    def get(self, key: SubmissionKey) -> Submission:
        """Give one reading of a return, always whole, with its version number; raises NotFound."""
        condition = submissions.c.id == key
        for submission in self._with_siblings(condition, with_forms=True, replaced=True):
            if submission.key == key:
                return submission
        raise NotFound(f"there is no submission {key}")

    def forms(self, keys: Iterable[SubmissionKey]) -> dict[SubmissionKey, ParsedForm]:
        """Give the parsed forms of returns; one that is not there, or has none, is left out."""
        keys = tuple(keys)
        known = {key: form for key in keys if (form := self._memory.get(key)) is not None}
        unknown = [key for key in keys if key not in known]
        for start in range(0, len(unknown), _READ_AT_ONCE):
            for key, form in select_forms(self._connection, unknown[start : start + _READ_AT_ONCE]).items():
                self._memory.keep(key, form)
                known[key] = form
        return known

    def of_unit(
        self, campaign: CampaignCode, unit: UnitCode, item: Item, *, with_forms: bool = False
    ) -> tuple[Submission, ...]:
        """Give a unit's versions, first to last."""
        series = (campaign, unit, item)
        known = self._series.get(series)
        if known is None or known[0] != self._decisions.added:
            known = self._series[series] = self._decisions.added, self._read_series(series)
        if not with_forms:
            return known[1]
        forms = self.forms(version.key for version in known[1])
        return tuple(
            replace(version, content=replace(version.content, parsed=forms.get(version.key)))
            for version in known[1]
        )

    def _read_series(self, series: _Series) -> tuple[Submission, ...]:
        bound = dict(zip(("campaign", "unit", "item"), series, strict=True))
        rows = self._connection.execute(_OF_SERIES, bound).all()
        if not rows:
            return ()
        return self._versions(
            rows, read_findings(self._connection.execute(_FOUND_IN_SERIES, bound)), whole=()
        )

    def of_campaign(self, campaign: CampaignCode, *, with_forms: bool = False) -> tuple[Submission, ...]:
        """Give all returns of a campaign with versions numbered per unit and item."""
        condition = submissions.c.campaign == campaign
        return self._numbered(condition, whole=condition if with_forms else None)

    def counted(self, campaign: CampaignCode, item: Item) -> dict[UnitCode, SubmissionKey]:
        """Give the return of each unit that counts: the newest one accepted and not set aside."""
        rows = self._connection.execute(_STANDING, {"campaign": campaign, "item": item}).all()
        reasons = self._set_aside((campaign,)) if rows else {}
        returns: defaultdict[tuple[int, str, str], list[Any]] = defaultdict(list)
        for row in rows:
            returns[row.message, row.unit, row.attachment_sha256].append(row)
        newest: dict[UnitCode, tuple[dt.datetime, SubmissionKey]] = {}
        for readings in returns.values():
            row = max(readings, key=_reading)
            is_set_aside = any(reasons.get((campaign, str(one.id))) for one in readings)
            if not row.verdict.counts or is_set_aside:
                continue
            place = (row.received_at, SubmissionKey(row.id))
            if row.unit not in newest or place > newest[row.unit]:
                newest[row.unit] = place
        return {unit: key for unit, (_, key) in newest.items()}

    def of_mail(self, mail: MailKey, *, with_forms: bool = False) -> tuple[Submission, ...]:
        """Give what came of one mail, in the order in which it was stored."""
        found = self._with_siblings(submissions.c.message == mail, with_forms=with_forms)
        own = (submission for submission in found if submission.content.mail == mail)
        return tuple(sorted(own, key=lambda submission: submission.key))

    def _with_siblings(
        self, condition: ColumnElement[bool], *, with_forms: bool, replaced: bool = False
    ) -> tuple[Submission, ...]:
        """Read all of a series, since a version's number depends on the others of its unit and item.

        Only returns that meet *condition* themselves come with their forms. *replaced* adds the readings for
        which a later one stands.
        """
        series = self._connection.execute(
            select(submissions.c.campaign, submissions.c.unit, submissions.c.item).where(condition).distinct()
        ).all()
        if not series:
            return ()
        siblings = or_(*(_one_series(*one) for one in series))
        return self._numbered(siblings, whole=condition if with_forms else None, replaced=replaced)

    def _numbered(
        self, condition: ColumnElement[bool], *, whole: ColumnElement[bool] | None, replaced: bool = False
    ) -> tuple[Submission, ...]:
        rows = self._connection.execute(select(submissions).where(condition).order_by(submissions.c.id)).all()
        if not rows:
            return ()
        wanted = findings_of(select(submissions.c.id).where(condition))
        found = read_findings(self._connection.execute(wanted))
        keys: Iterable[int] = ()
        if whole is not None:
            keys = self._connection.execute(select(submissions.c.id).where(whole)).scalars()
        return self._versions(rows, found, whole=keys, replaced=replaced)

    def _versions(
        self,
        rows: Sequence[Row[Any]],
        found: Mapping[SubmissionKey, Sequence[Finding]],
        *,
        whole: Iterable[int],
        replaced: bool = False,
    ) -> tuple[Submission, ...]:
        """Give versions of whole series, numbered; those that *whole* names come with their forms."""
        forms = self.forms(map(SubmissionKey, whole))
        reasons = self._set_aside({row.campaign for row in rows})
        returns: defaultdict[tuple[int, str, Item, str], list[Row[Any]]] = defaultdict(list)
        for row in rows:
            returns[row.message, row.unit, row.item, row.attachment_sha256].append(row)

        def whole_of(row: Row[Any]) -> NewSubmission:
            return _new_submission(row, forms.get(row.id), tuple(found.get(row.id, ())))

        series: defaultdict[tuple[str, str, Item], list[tuple[SubmissionKey, NewSubmission, str]]]
        series = defaultdict(list)
        for readings in returns.values():
            # Whatever reading of it a person set aside, it is the return that does not count.
            told = (reasons.get((row.campaign, str(row.id)), "") for row in reversed(readings))
            row = max(readings, key=_reading)
            series[row.campaign, row.unit, row.item].append(
                (row.id, whole_of(row), next(filter(None, told), ""))
            )
        newest = tuple(version for one in series.values() for version in numbered(one))
        if not replaced:
            return newest
        by_key = {one.key: one for one in newest}
        return tuple(
            replace(by_key[max(readings, key=_reading).id], key=row.id, content=whole_of(row))
            for readings in returns.values()
            for row in readings
        )

    def _set_aside(self, campaigns: Iterable[str]) -> dict[tuple[str, str], str]:
        """Give the newest reason per campaign and submission; an empty one takes the decision back."""
        return {
            (decision.campaign, decision.subject): decision.reason
            for campaign in campaigns
            for decision in self._decisions.of_campaign(CampaignCode(campaign), DecisionKind.SET_ASIDE)
        }


def _reading(row: Row[Any]) -> int:
    return int(row.reading)


def _one_series(campaign: str, unit: str, item: Item) -> ColumnElement[bool]:
    return and_(submissions.c.campaign == campaign, submissions.c.unit == unit, submissions.c.item == item)
