"""What a report says around its figures, as the office writes it: sections and sentences with places in them.

The file `report/narrative.yaml` of a campaign explains its own language in its first lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from aggregator import wording
from config.spelling import propose_word
from domain.errors import ConfigError, Problem
from domain.forms import Aggregate
from domain.ids import FieldCode, ListCode

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from config.yaml_places import Path, YamlFile
    from domain.campaigns import Campaign
    from domain.forms import FormSpec, ListSpec

FILE_NAME = "report/narrative.yaml"
#: Names besides columns that a bullet of a list may use.
_UNIT, _UNITS = "unit", "units"
_MOST_BULLETS = 5
_MOST_QUOTES = 20
_SLOT = re.compile(r"\{([^{}]*)\}")
_NUMBERING = re.compile(r"^\s*(?:[IVXLC]+|\d+)\s*[.)]\s*")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a figure or a column: `{T02}`, `{A03.upper}`, `{unit}`."""

    name: str
    #: The latest of a range instead of the earliest.
    upper: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A stretch of words and places; an optional one is left out when a place has nothing to show."""

    pieces: tuple[str | Slot, ...]
    optional: bool

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The places in it."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Slot))


#: A sentence pattern: clauses one after the other.
Pattern: TypeAlias = tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence about a leading figure, with what to say when that figure has nothing to tell."""

    #: The leading figure; None for a sentence that is always said.
    of: FieldCode | None
    say: Pattern
    #: Said when the figure is 0; empty to say nothing.
    zero: Pattern = ()
    #: Said when every unit answered "không phát sinh"; None for the same as *zero*.
    not_applicable: Pattern | None = None
    #: Said when no unit answered; None for the usual sentence.
    unknown: Pattern | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences in one paragraph."""

    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Points:
    """Sentences each on a line of its own with a dash."""

    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Rows of a list as lines with a dash."""

    list: ListCode
    say: Pattern
    #: Shown at most; the rest is counted.
    most: int = _MOST_BULLETS
    #: Said when there are more; `{rest}` is how many.
    more: str = wording.MORE_EXAMPLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotations:
    """What units said in words, each with its unit."""

    of: FieldCode
    #: Said when nobody said anything.
    none: str = ""
    #: Quoted at most; all of them stand in the workbook.
    most: int = _MOST_QUOTES
    #: Said when there are more; `{rest}` is how many.
    more: str = wording.MORE_QUOTES


Content: TypeAlias = Paragraph | Points | Examples | Quotations


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with what stands under it."""

    title: str
    content: tuple[Content, ...] = ()
    items: tuple[Section, ...] = ()
    #: What units may call it in their own reports.
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """A table behind the report: the summary, who has sent, or a list."""

    #: "summary", "coverage" or the code of a list.
    of: str
    title: str
    #: Columns of a list that are printed; all when empty.
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrative:
    """The whole text around the figures."""

    sections: tuple[Section, ...]
    annexes: tuple[Annex, ...]


SUMMARY, COVERAGE = "summary", "coverage"


def parse_pattern(text: str) -> Pattern:
    """Take a pattern apart: `{T02}` is a place, `[ … ]` an optional clause; raises ValueError."""
    clauses: list[Clause] = []
    for number, chunk in enumerate(re.split(r"(\[[^\[\]]*\])", " ".join(text.split(" ")))):
        optional = bool(number % 2)
        body = chunk[1:-1] if optional else chunk
        if "[" in body or "]" in body:
            raise ValueError("A square bracket is not closed, or stands inside another one.")
        pieces: list[str | Slot] = []
        for place, piece in enumerate(_SLOT.split(body)):
            if place % 2:
                name, _, modifier = piece.strip().partition(".")
                if modifier not in ("", "upper") or not name:
                    raise ValueError(f"`{{{piece}}}` names no place.")
                pieces.append(Slot(name, upper=bool(modifier)))
            elif "{" in piece or "}" in piece:
                raise ValueError("A brace is not closed.")
            elif piece:
                pieces.append(piece)
        if pieces:
            clauses.append(Clause(pieces=tuple(pieces), optional=optional))
    return tuple(clauses)


def read_narrative(text: str, form: FormSpec) -> Narrative:
    """Read `report/narrative.yaml` for *form*; raises ConfigError with every mistake at its place."""
    from config.yaml_places import read_yaml  # noqa: PLC0415 - heavy import

    file = read_yaml(FILE_NAME, text.encode())
    reader = _Reader(file, form)
    narrative = reader.narrative()
    problems = (*file.problems, *reader.problems)
    if problems:
        raise ConfigError(problems)
    return narrative


def narrative_of(campaign: Campaign) -> Narrative:
    """Give the text around a campaign's figures, its own or the plain one; raises ConfigError."""
    if campaign.report.narrative.strip():
        return read_narrative(campaign.report.narrative, campaign.form)
    return plain_narrative(campaign.form)


def plain_narrative(form: FormSpec) -> Narrative:
    """Make a list of figures, section by section, for a campaign that brings no text of its own."""
    sections: list[Section] = []
    for title in form.sections:
        fields = [field for field in form.fields if field.section == title]
        points = [
            Sentence(
                of=field.code,
                say=_plain_pattern(field.code, field.label, field.measure, field.aggregate),
                zero=_plain_pattern(field.code, field.label, field.measure, field.aggregate),
            )
            for field in fields
            if field.aggregate not in (Aggregate.NONE, Aggregate.KEY, Aggregate.CONCAT)
        ]
        quoted = [
            Section(title=field.label, content=(Quotations(of=field.code, none=wording.NO_WORDS),))
            for field in fields
            if field.aggregate is Aggregate.CONCAT
        ]
        if points or quoted:
            sections.append(
                Section(
                    title=_NUMBERING.sub("", title),
                    content=(Points(tuple(points)),) if points else (),
                    items=tuple(quoted),
                )
            )
    return Narrative(sections=tuple(sections), annexes=_usual_annexes(form))


def _plain_pattern(code: FieldCode, label: str, measure: str, aggregate: Aggregate) -> Pattern:
    pieces: list[str | Slot] = [f"{label.lstrip('-+ ')}: ", Slot(code)]
    if aggregate is Aggregate.MIN_MAX:
        pieces += [" - ", Slot(code, upper=True)]
    if measure:
        pieces.append(measure if measure == "%" else f" {measure}")
    return (Clause(pieces=(*pieces, "."), optional=False),)


def _usual_annexes(form: FormSpec) -> tuple[Annex, ...]:
    lists = (
        Annex(of=spec.code, title=wording.LIST_TITLE.format(title=spec.title.upper())) for spec in form.lists
    )
    return (
        Annex(of=SUMMARY, title=wording.SUMMARY_TITLE),
        *lists,
        Annex(of=COVERAGE, title=wording.COVERAGE_TITLE),
    )


class _Reader:
    """Walks the file, collecting values and problems."""

    def __init__(self, file: YamlFile, form: FormSpec) -> None:
        self.file = file
        self.form = form
        self.problems: list[Problem] = []
        self.figures = tuple(
            field.code for field in form.fields if field.aggregate not in (Aggregate.NONE, Aggregate.KEY)
        )
        self.texts = tuple(field.code for field in form.fields if field.aggregate is Aggregate.CONCAT)

    def narrative(self) -> Narrative:
        content = self.file.content
        self._check_keys((), content, ("sections", "annexes"))
        sections = self._sections(("sections",), content.get("sections"))
        annexes = tuple(
            annex
            for number, given in enumerate(self._list(("annexes",), content.get("annexes")))
            if (annex := self._annex(("annexes", number), given)) is not None
        )
        if not sections and not self.file.problems:
            self._complain((), "The report has no sections.", "Write `sections:` with at least one title.")
        return Narrative(sections=sections, annexes=annexes or _usual_annexes(self.form))

    def _complain(self, path: Path, reason: str, remedy: str = "", *, key: bool = False) -> None:
        place = self.file.place_of_key(path) if key else self.file.place(path)
        self.problems.append(Problem(place=place, reason=reason, remedy=remedy))

    def _check_keys(self, path: Path, given: Mapping[str, Any], allowed: Collection[str]) -> None:
        for key in given:
            if key not in allowed:
                self._complain(
                    (*path, key), f"`{key}` means nothing here.", propose_word(key, allowed), key=True
                )

    def _list(self, path: Path, given: Any) -> Sequence[Any]:
        if given is None:
            return ()
        if isinstance(given, list):
            return given
        self._complain(path, "This must be a list.", "Begin each entry with `- `.")
        return ()

    def _mapping(self, path: Path, given: Any, allowed: Collection[str]) -> Mapping[str, Any]:
        if isinstance(given, dict):
            self._check_keys(path, given, allowed)
            return given
        self._complain(path, "This must be `key: value` lines.")
        return {}

    def _words(self, path: Path, given: Mapping[str, Any], key: str, default: str = "") -> str:
        value = given.get(key, default)
        if isinstance(value, str):
            return " ".join(value.split())
        self._complain((*path, key), "This must be words.")
        return default

    def _sections(self, path: Path, given: Any) -> tuple[Section, ...]:
        sections: list[Section] = []
        for number, entry in enumerate(self._list(path, given)):
            here = (*path, number)
            section = self._mapping(here, entry, ("title", "also", "content", "items"))
            title = self._words(here, section, "title")
            if not title:
                self._complain(here, "A section needs a title.", "Add `title: …`.")
            content = tuple(
                made
                for place, block in enumerate(self._list((*here, "content"), section.get("content")))
                if (made := self._content((*here, "content", place), block)) is not None
            )
            sections.append(
                Section(
                    title=title,
                    content=content,
                    items=self._sections((*here, "items"), section.get("items")),
                    also=self._names((*here, "also"), section.get("also")),
                )
            )
        return tuple(sections)

    def _names(self, path: Path, given: Any) -> tuple[str, ...]:
        names = [name for name in self._list(path, given) if isinstance(name, str)]
        if len(names) != len(self._list(path, given)):
            self._complain(path, "These must be words.", "Write each as `- Mặt được`.")
        return tuple(names)

    def _content(self, path: Path, given: Any) -> Content | None:
        kinds = ("paragraph", "points", "list", "quotes")
        block = self._mapping(path, given, (*kinds, "say", "most", "more", "none"))
        named = [kind for kind in kinds if kind in block]
        if len(named) != 1:
            if block:
                self._complain(path, "It is not clear what stands here.", f"Name one of {', '.join(kinds)}.")
            return None
        kind = named[0]
        if kind in ("paragraph", "points"):
            sentences = tuple(
                self._sentence((*path, kind, place), entry)
                for place, entry in enumerate(self._list((*path, kind), block[kind]))
            )
            return Paragraph(sentences) if kind == "paragraph" else Points(sentences)
        return self._examples(path, block) if kind == "list" else self._quotations(path, block)

    def _sentence(self, path: Path, given: Any) -> Sentence:
        if isinstance(given, str):
            return Sentence(of=None, say=self._pattern(path, given, self.figures))
        allowed = ("of", "say", "zero", "not_applicable", "unknown")
        entry = self._mapping(path, given, allowed)
        of = self._words(path, entry, "of")
        if of and of not in self.figures:
            self._complain((*path, "of"), f"The form has no figure `{of}`.", propose_word(of, self.figures))
        patterns = {
            key: self._pattern((*path, key), self._words(path, entry, key), self.figures)
            for key in allowed[1:]
            if key in entry
        }
        for key in allowed[1:]:
            # `zero:` with nothing behind it means: say nothing.
            if self.file.is_left_empty((*path, key)):
                patterns[key] = ()
        if not patterns.get("say"):
            self._complain(path, "There is nothing to say.", "Add `say: …`.")
        return Sentence(
            of=FieldCode(of) if of else None,
            say=patterns.get("say", ()),
            zero=patterns.get("zero", ()),
            not_applicable=patterns.get("not_applicable"),
            unknown=patterns.get("unknown"),
        )

    def _pattern(self, path: Path, text: str, names: Collection[str]) -> Pattern:
        try:
            pattern = parse_pattern(text)
        except ValueError as error:
            self._complain(path, str(error))
            return ()
        for slot in (slot for clause in pattern for slot in clause.slots):
            if slot.name not in names:
                self._complain(path, f"`{{{slot.name}}}` is not known here.", propose_word(slot.name, names))
        return pattern

    def _list_spec(self, path: Path, code: str) -> ListSpec | None:
        spec = self.form.list_by_code.get(ListCode(code))
        if spec is None:
            self._complain(
                path, f"The form has no list `{code}`.", propose_word(code, self.form.list_by_code)
            )
        return spec

    def _examples(self, path: Path, block: Mapping[str, Any]) -> Examples | None:
        code = self._words(path, block, "list")
        spec = self._list_spec((*path, "list"), code)
        if spec is None:
            return None
        names = (*(column.name for column in spec.columns), _UNIT, _UNITS)
        return Examples(
            list=ListCode(code),
            say=self._pattern((*path, "say"), self._words(path, block, "say"), names),
            most=self._most(path, block, _MOST_BULLETS),
            more=self._words(path, block, "more", wording.MORE_EXAMPLES),
        )

    def _quotations(self, path: Path, block: Mapping[str, Any]) -> Quotations:
        of = self._words(path, block, "quotes")
        if of not in self.texts:
            self._complain(
                (*path, "quotes"), f"The form has no text field `{of}`.", propose_word(of, self.texts)
            )
        return Quotations(
            of=FieldCode(of),
            none=self._words(path, block, "none", wording.NO_WORDS),
            most=self._most(path, block, _MOST_QUOTES),
            more=self._words(path, block, "more", wording.MORE_QUOTES),
        )

    def _most(self, path: Path, block: Mapping[str, Any], default: int) -> int:
        most = self._words(path, block, "most", str(default))
        if most.isdecimal() and int(most):
            return int(most)
        self._complain((*path, "most"), f"`{most}` is no number above 0.")
        return default

    def _annex(self, path: Path, given: Any) -> Annex | None:
        entry = self._mapping(path, given, ("of", "title", "columns"))
        of = self._words(path, entry, "of")
        columns = tuple(map(str, self._list((*path, "columns"), entry.get("columns"))))
        if of in (SUMMARY, COVERAGE):
            usual = wording.SUMMARY_TITLE if of == SUMMARY else wording.COVERAGE_TITLE
            return Annex(of=of, title=self._words(path, entry, "title", usual))
        spec = self._list_spec((*path, "of"), of)
        if spec is None:
            return None
        known = [column.name for column in spec.columns]
        for number, column in enumerate(columns):
            if column not in known:
                self._complain(
                    (*path, "columns", number),
                    f"List {of} has no column `{column}`.",
                    propose_word(column, known),
                )
        usual = wording.LIST_TITLE.format(title=spec.title.upper())
        return Annex(of=of, title=self._words(path, entry, "title", usual), columns=columns)
