"""Words that a unit left out of its form and wrote in its text report, quoted from there with their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.narrative import Quotations, narrative_of
from aggregator.placing import place, topics_of
from domain.answers import TextValue
from domain.figures import Part
from domain.narratives import SEPARATOR, BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from aggregator.narrative import Section
    from aggregator.placing import TopicKey
    from domain.campaigns import Campaign
    from domain.figures import UnitText
    from domain.ids import FieldCode, UnitCode
    from domain.narratives import TextBlock

#: Signs of a quotation where the form does not say.
_LONGEST = 500


def borrowed_words(campaign: Campaign, texts: Sequence[UnitText]) -> dict[FieldCode, Mapping[UnitCode, Part]]:
    """Give, for each text field that the report quotes, what units wrote under the heading it is quoted at.

    A heading where two fields are quoted tells neither; nothing is borrowed for them.
    """
    narrative = narrative_of(campaign)
    topics = topics_of(narrative)
    quoted = dict(_quoted(narrative.sections, ()))
    placed = {one.unit: (one, place(one.text, topics)) for one in texts}
    borrowed: dict[FieldCode, Mapping[UnitCode, Part]] = {}
    for topic, codes in quoted.items():
        if len(codes) != 1:
            continue
        (code,) = codes
        longest = campaign.form.by_code[code].max_length or _LONGEST
        borrowed[code] = {
            unit: part
            for unit, (source, blocks) in placed.items()
            if (
                part := _part(
                    code,
                    source,
                    [one.block for one in blocks if one.topic == topic],
                    longest=longest,
                )
            )
            is not None
        }
    return borrowed


def _quoted(sections: Sequence[Section], above: TopicKey) -> Iterator[tuple[TopicKey, tuple[FieldCode, ...]]]:
    for number, section in enumerate(sections, start=1):
        key = (*above, number)
        codes = tuple(content.of for content in section.content if isinstance(content, Quotations))
        if codes:
            yield key, codes
        yield from _quoted(section.items, key)


def _part(code: FieldCode, source: UnitText, blocks: Sequence[TextBlock], *, longest: int) -> Part | None:
    said = [block for block in blocks if block.kind in (BlockKind.PARAGRAPH, BlockKind.POINT)]
    if not said:
        return None
    raw = "\n".join(block.text for block in said)
    return Part(
        unit=source.unit,
        submission=source.submission,
        version=source.version,
        value=TextValue(_shortened(raw, longest)),
        attachment_name=source.attachment_name,
        attachment_sha256=source.attachment_sha256,
        message_id=source.message_id,
        sheet="",
        cell=SEPARATOR.join(dict.fromkeys(block.place for block in said)),
        raw=raw,
        code=code,
    )


def _shortened(text: str, longest: int) -> str:
    """Cut a long text behind a word, and say so by an ellipsis."""
    if len(text) <= longest:
        return text
    cut = text[:longest].rsplit(None, 1)[0].rstrip(" ,;:.")
    return f"{cut} …"
