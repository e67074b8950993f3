"""A campaign's files, read together: the campaign, or every mistake in all of them at once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from config.campaign_documents import DOCUMENT_FOLDERS, NARRATIVE, NOTES, read_documents
from config.campaign_file import CampaignFile, FormBlock, read_campaign_file
from config.campaign_folder import digest_files
from config.contradictions import check_sheets, find_contradictions
from config.form_tables import INDICATORS, LISTS, check_cells, join_lists, read_indicators, read_list_columns
from config.roster import ROSTER, read_roster
from config.rule_table import RULES, check_conditions, read_rules
from config.spelling import propose_word
from config.tables import read_table
from config.validation import FileModel, check_block
from config.yaml_places import read_yaml
from domain.campaigns import Campaign, Deadlines, Forwarding, Office, Plan, ReportFacts, Signer, Step
from domain.errors import ConfigError, Problem
from domain.forms import FieldType, FormSpec, OriginalForm
from domain.ids import CampaignCode
from domain.rules import rule_needs
from domain.vocabulary import Need
from domain.working_days import WorkingCalendar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.campaign_documents import Documents
    from config.campaign_folder import CampaignFiles
    from config.tables import Row, TableKind
    from config.yaml_places import YamlFile
    from domain.campaigns import Unit
    from domain.forms import Field, ListSpec
    from domain.rules import Rule

#: The main file of a campaign.
CAMPAIGN_FILE = "campaign.yaml"
_TABLES = {
    "units": ROSTER, "form/indicators": INDICATORS, "form/lists": LISTS, "form/rules": RULES,
}  # fmt: skip
_TABLE_ENDS = (".csv", ".xlsx")
_PLACE = re.compile(
    r"^(?P<file>[^:!]+)(?::(?P<line>\d+))?(?::(?P<column>\d+))?(?:!.*!(?P<letters>[A-Z]+)(?P<row>\d+))?$"
)
_COLUMN_LETTERS = 26


@dataclass(slots=True)
class _Desk:
    """The files on the table, and the mistakes found so far."""

    files: CampaignFiles
    problems: list[Problem] = field(default_factory=list)

    def complain(self, place: str, reason: str, remedy: str = "") -> None:
        self.problems.append(Problem(place=place, reason=reason, remedy=remedy))


@dataclass(frozen=True, slots=True, kw_only=True)
class _FormTables:
    """What the three tables of the form say."""

    fields: tuple[Field, ...]
    lists: tuple[ListSpec, ...]
    rules: tuple[Rule, ...]


def assemble_campaign(files: CampaignFiles, *, folder_name: str = "") -> Campaign:
    """Read a campaign from its files; raises ConfigError with every mistake in reading order.

    *folder_name* is compared with the code when it is given.
    """
    desk = _Desk(files)
    whole, blocks, source = _read_main_file(desk, folder_name)
    units, complaints = read_roster(_read_rows(desk, "units"))
    desk.problems.extend(complaints)
    found = blocks.get("form")
    form_block = found if isinstance(found, FormBlock) else None
    names = _Desk(files)
    _check_file_names(names, own_form=form_block.file if form_block is not None else "")
    desk.problems[:0] = names.problems
    tables = _read_form(desk, form_block, source)
    _check_previous(desk, whole, tables.rules, source)
    documents, complaints = read_documents(files)
    desk.problems.extend(complaints)
    if whole is None or desk.problems:
        raise ConfigError(sort_problems(dict.fromkeys(desk.problems)))
    campaign = _build(whole, units=units, tables=tables, documents=documents, digest=digest_files(files))
    if not whole.form.file:
        return campaign
    original = OriginalForm(name=whole.form.file, content=files[f"form/{whole.form.file}"])
    return replace(campaign, original=original)


def sort_problems(problems: Mapping[Problem, None] | tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Put problems into reading order: files as they first appear, then lines and columns."""
    files: dict[str, int] = {}

    def position(problem: Problem) -> tuple[int, int, int]:
        place = _PLACE.match(problem.place)
        if place is None:
            return (files.setdefault(problem.place, len(files)), 0, 0)
        column = 0
        for letter in place["letters"] or "":
            column = column * _COLUMN_LETTERS + ord(letter) - ord("A") + 1
        line = int(place["line"] or place["row"] or 0)
        return (files.setdefault(place["file"], len(files)), line, column or int(place["column"] or 0))

    return tuple(sorted(problems, key=position))


def _check_file_names(desk: _Desk, *, own_form: str) -> None:
    """Report files that nothing reads: a misspelt name would silently count for nothing."""
    own = {f"form/{own_form}"} if own_form else set()
    known = {CAMPAIGN_FILE, NARRATIVE, *own, *(name + end for name in _TABLES for end in _TABLE_ENDS)}
    for name in sorted(desk.files):
        path = PurePosixPath(name)
        folder = path.parts[0] if len(path.parts) > 1 else ""
        if name in known or path.suffix in NOTES or folder in DOCUMENT_FOLDERS:
            continue
        if folder == "texts":
            if path.suffix != ".j2":
                desk.complain(name, "This is no letter template.", "Templates are called `….j2`.")
            continue
        remedy = propose_word(name, (*sorted(known - set(desk.files)), "plan/", "texts/", "report/"))
        desk.complain(name, "This file is unknown.", remedy)


def _read_main_file(
    desk: _Desk, folder_name: str
) -> tuple[CampaignFile | None, dict[str, FileModel], YamlFile]:
    """Read campaign.yaml: as a whole, and every block that is right by itself."""
    source = read_yaml(CAMPAIGN_FILE, desk.files.get(CAMPAIGN_FILE, b""))
    if CAMPAIGN_FILE not in desk.files:
        desk.complain(
            CAMPAIGN_FILE, "The campaign has no such file.", "`tonghop init --example` lays down one."
        )
        return None, {}, source
    whole, problems = read_campaign_file(source)
    desk.problems.extend(problems)
    blocks: dict[str, FileModel] = {} if whole is None else {"": whole}
    for name, info in CampaignFile.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, FileModel) and not source.problems:
            block, _ = check_block(kind, source.content.get(name, {}), source=source, path=(name,))
            if block is not None:
                blocks[name] = block
    desk.problems.extend(find_contradictions(blocks, source))
    if whole is not None and folder_name and whole.code != folder_name:
        reason = f"The code `{whole.code}` is not the name of the folder, `{folder_name}`."
        desk.complain(source.place(("code",)), reason, "Make them the same.")
    return whole, blocks, source


def _check_previous(
    desk: _Desk, whole: CampaignFile | None, rules: tuple[Rule, ...], source: YamlFile
) -> None:
    """Report rules that look back to a campaign before where none is named."""
    if whole is None:
        return
    if whole.previous == whole.code:
        desk.complain(source.place(("previous",)), "A campaign does not come before itself.")
    for rule in rules:
        if whole.previous is None and Need.LAST in rule_needs(rule):
            reason = "`last()` needs the campaign before, and none is named."
            desk.complain(rule.place, reason, "Write its code in campaign.yaml: `previous: …`.")


def _read_rows(desk: _Desk, table: str) -> tuple[Row, ...]:
    names = [table + end for end in _TABLE_ENDS if table + end in desk.files]
    if not names:
        desk.complain(
            f"{table}.csv", "The campaign has no such table.", f"Write `{table}.csv` or `{table}.xlsx`."
        )
        return ()
    if len(names) > 1:
        desk.complain(names[1], f"`{names[0]}` says the same.", "Keep one of the two.")
    kind: TableKind = _TABLES[table]
    rows, problems = read_table(PurePosixPath(names[0]).name, desk.files[names[0]], kind)
    desk.problems.extend(problems)
    return rows


def _read_form(desk: _Desk, block: FormBlock | None, source: YamlFile) -> _FormTables:
    rows = _read_rows(desk, "form/indicators")
    indicators = read_indicators(rows)
    desk.problems.extend(indicators.problems)
    list_rows = _read_rows(desk, "form/lists")
    columns, problems = read_list_columns(list_rows)
    desk.problems.extend(problems)
    # Rules that name a row with a mistake would only repeat it.
    all_rows_are_right = indicators.fields and not (indicators.problems or problems)
    asked = [one.code for one in indicators.fields if one.type is not FieldType.COMPUTED]
    desk.problems.extend(
        check_cells(rows, list_rows, file=block.file if block is not None else "", answered=asked)
    )
    codes = [title.code for title in indicators.lists]
    for title in indicators.lists:
        if list_rows and title.code not in columns:
            problem = title.row["code"].problem(
                f"The list `{title.code}` has no columns.", "Add them to lists.csv."
            )
            desk.problems.append(problem)
    for code in columns:
        if indicators.fields and code not in codes:
            cell = next(row["list"] for row in list_rows if row.text("list") == code)
            desk.problems.append(
                cell.problem(f"No row of the form announces the list `{code}`.", propose_word(code, codes))
            )
    if block is not None and codes:
        desk.problems.extend(check_sheets(block, codes, source))
    lists = join_lists(indicators.lists, columns, block.sheets if block is not None else {})
    if block is not None and block.file and f"form/{block.file}" not in desk.files:
        reason = f"There is no file `form/{block.file}`."
        desk.complain(source.place(("form", "file")), reason, "Put the office's own form (.xlsx) there.")
    rows = _read_rows(desk, "form/rules")
    rules, problems = read_rules(rows)
    desk.problems.extend(problems)
    if all_rows_are_right:
        fields = {found.code: found for found in indicators.fields}
        desk.problems.extend(check_conditions(rows, fields=fields, lists={one.code: one for one in lists}))
    return _FormTables(fields=tuple(indicators.fields), lists=lists, rules=rules)


def _build(
    whole: CampaignFile,
    *,
    units: tuple[Unit, ...],
    tables: _FormTables,
    documents: Documents,
    digest: str,
) -> Campaign:
    form = whole.form
    return Campaign(
        code=CampaignCode(whole.code),
        name=whole.name,
        year=whole.year,
        start=whole.start,
        end=whole.end,
        office=Office(**dict(whole.office)),
        plan=Plan(**dict(whole.plan), file_name=documents.plan_name, content=documents.plan),
        deadlines=_build_deadlines(whole),
        calendar=WorkingCalendar(
            timezone=whole.calendar.timezone,
            opens=whole.calendar.opens,
            closes=whole.calendar.closes,
            weekend=frozenset(whole.calendar.weekend),
            holidays=frozenset(whole.calendar.holidays),
            extra_working_days=frozenset(whole.calendar.extra_working_days),
        ),
        form=FormSpec(
            id=form.id,
            version=form.version,
            title=form.title,
            sheet=form.sheet,
            fields=tables.fields,
            lists=tables.lists,
            instructions=form.instructions,
        ),
        rules=tables.rules,
        units=units,
        owed=whole.owed.by_item(),
        signer=Signer(**dict(whole.signer)),
        forwarding=Forwarding(**dict(whole.forwarding)),
        report=ReportFacts(
            **dict(whole.report), template=documents.template or None, narrative=documents.narrative
        ),
        texts=documents.texts,
        digest=digest,
        previous=CampaignCode(whole.previous) if whole.previous else None,
    )


def _build_deadlines(whole: CampaignFile) -> Deadlines:
    block, zone = whole.deadlines, whole.zone
    steps = [
        Step(name=step.name, kind=step.kind, audience=step.audience, at=step.at.astimezone(zone))
        for step in block.ladder
    ]
    return Deadlines(
        due_at=block.due_at.astimezone(zone),
        late_after=block.late_after.astimezone(zone),
        grace=block.grace_hours,
        ladder=tuple(sorted(steps, key=lambda step: step.at)),
        dispatch_at=block.dispatch_at.astimezone(zone) if block.dispatch_at else None,
        report_due_at=block.report_due_at.astimezone(zone) if block.report_due_at else None,
        minimum_gap=block.minimum_gap_hours,
        maximum_reminders=block.maximum_reminders,
    )
