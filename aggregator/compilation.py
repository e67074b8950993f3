"""The words of all units under the headings of the report: what the office writes its report from.

A working paper, no report: quoted as written, each piece with its unit, file and place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator import wording
from aggregator.document import roman
from aggregator.narrative import narrative_of
from aggregator.placing import ELSEWHERE, place, topics_of
from aggregator.sentences import printable
from domain.narratives import BlockKind, TextState
from domain.vietnamese import format_instant

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from docx.document import Document

    from aggregator.placing import Placed, Topic, TopicKey
    from domain.campaigns import Campaign, Unit
    from domain.figures import UnitText
    from domain.ids import UnitCode


def compiled_texts(campaign: Campaign, texts: Sequence[UnitText], *, at: dt.datetime) -> bytes:
    """Write what units reported in words, heading by heading, units in roster order.

    At the end: what stands under other headings, and whose words are not in it, with the reason. The same
    inputs give the same bytes. Raises ConfigError when the campaign's own narrative has mistakes.
    """
    from aggregator import decree30  # noqa: PLC0415 - heavy import

    local = at.astimezone(campaign.calendar.timezone)
    document = decree30.start_document(
        title=wording.TEXTS_COMPILED, author=campaign.office.agency, written_on=local.date()
    )
    topics = topics_of(narrative_of(campaign))
    placed = {one.unit: place(one.text, topics) for one in texts if one.text.state is TextState.READ}
    writer = _Writer(
        document=document,
        campaign=campaign,
        by_unit={one.unit: one for one in texts},
        placed=placed,
    )
    decree30.add_title(document, kind=wording.TEXTS_COMPILED, subject=campaign.report.subject)
    decree30.add_body(document, wording.compiled_from(len(placed), format_instant(local)))
    for topic in topics:
        if len(topic.key) == 1 or writer.has_words(topic.key[:-1]):
            writer.write_topic(topic)
    writer.write_rest()
    writer.write_absent()
    return decree30.save_document(document)


@dataclass(frozen=True, kw_only=True)
class _Writer:
    document: Document
    campaign: Campaign
    by_unit: dict[UnitCode, UnitText]
    placed: dict[UnitCode, tuple[Placed, ...]]

    def has_words(self, topic: TopicKey) -> bool:
        """Tell whether anybody said something under a heading or below it."""
        return any(one.topic[: len(topic)] == topic for said in self.placed.values() for one in said)

    def write_topic(self, topic: Topic) -> None:
        """Write a heading and what units said under it; one with nothing under or below it says so."""
        from aggregator import decree30  # noqa: PLC0415 - heavy import

        *_, number = topic.key
        shown = roman(number) if len(topic.key) == 1 else ".".join(map(str, topic.key[1:]))
        decree30.add_heading(self.document, f"{shown}. {topic.title}")
        self._write_units(topic.key)
        if not self.has_words(topic.key):
            self._note(wording.NO_WORDS)

    def write_rest(self) -> None:
        """Write what stands under headings that the report does not have."""
        from aggregator import decree30  # noqa: PLC0415 - heavy import

        if any(one.topic == ELSEWHERE for all_ in self.placed.values() for one in all_):
            decree30.add_heading(self.document, wording.OTHER_WORDS)
            self._write_units(ELSEWHERE)

    def write_absent(self) -> None:
        """Say whose words are missing, and why."""
        from aggregator import decree30  # noqa: PLC0415 - heavy import

        lines = [
            f"{printable(unit.name)}: {why}"
            for unit in self.campaign.units
            if (why := self._why_absent(unit.code))
        ]
        if lines:
            decree30.add_heading(self.document, wording.WITHOUT_WORDS)
            for line in lines:
                decree30.add_body(self.document, wording.DASH + line)

    def _why_absent(self, unit: UnitCode) -> str:
        found = self.by_unit.get(unit)
        if found is None:
            return wording.TEXT_NOT_SENT
        if found.text.state is TextState.READ:
            return (
                "" if self.placed[unit] else wording.TEXT_EMPTY.format(file=printable(found.attachment_name))
            )
        problem = found.text.problem.value if found.text.problem is not None else TextState.SCAN.value
        return wording.TEXT_PROBLEMS[problem].format(file=printable(found.attachment_name))

    def _write_units(self, topic: TopicKey) -> None:
        for unit in self.campaign.units:
            mine = [one for one in self.placed.get(unit.code, ()) if one.topic == topic]
            if mine:
                self._write_unit(unit, mine)

    def _write_unit(self, unit: Unit, placed: Sequence[Placed]) -> None:
        from aggregator import decree30  # noqa: PLC0415 - heavy import

        name = decree30.add_body(self.document)
        name.paragraph_format.keep_with_next = True
        decree30.write(name, f"{printable(unit.name)}", bold=True, italic=True)
        source = wording.text_source(
            printable(self.by_unit[unit.code].attachment_name), placed[0].block.place, placed[-1].block.place
        )
        decree30.write(name, f" ({source})", size=11, italic=True)
        for one in placed:
            self._write_block(one)

    def _write_block(self, one: Placed) -> None:
        from aggregator import decree30  # noqa: PLC0415 - heavy import

        block = one.block
        text = printable(block.text)
        match block.kind:
            case BlockKind.HEADING:
                decree30.write(decree30.add_body(self.document), text, italic=True)
            case BlockKind.POINT:
                decree30.add_body(self.document, wording.DASH + text)
            case BlockKind.TABLE:
                self._note(wording.TABLE_LEFT_OUT.format(size=text))
            case BlockKind.PARAGRAPH:
                decree30.add_body(self.document, text)

    def _note(self, text: str) -> None:
        from aggregator import decree30  # noqa: PLC0415 - heavy import

        decree30.write(decree30.add_body(self.document), text, size=12, italic=True)
