"""Puts what units wrote under the headings of the consolidated report, whatever headings they used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.narratives import BlockKind, ReportText, TextBlock
from domain.vietnamese import fold_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aggregator.narrative import Narrative, Section

#: A topic's place in the report: (3,) is III, (3, 2) is III.2; () is for what fits nowhere.
TopicKey = tuple[int, ...]
ELSEWHERE: Final[TopicKey] = ()

#: Likeness in per cent from which a heading is a topic's, and how far the second best must stay behind.
_ALIKE: Final = 74.0
_MARGIN: Final = 5.0
#: What a topic is preferred by when the heading stands under its parent.
_AT_HOME: Final = 8.0
#: Words of every second heading, folded: they tell nothing.
_FILLERS: Final = frozenset(
    {"cong", "tac", "viec", "ve", "va", "cac", "cua", "trong", "nam", "nhung", "mot", "so"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One heading of the consolidated report."""

    key: TopicKey
    title: str
    #: Folded titles it is known by, its own first.
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A piece of a unit's report under a topic."""

    topic: TopicKey
    block: TextBlock


def topics_of(narrative: Narrative) -> tuple[Topic, ...]:
    """Give the headings of a report, in its order."""
    return tuple(_topics(narrative.sections, ()))


def _topics(sections: Sequence[Section], above: TopicKey) -> Iterator[Topic]:
    for number, section in enumerate(sections, start=1):
        key = (*above, number)
        names = tuple(_bare(fold_label(name)) for name in (section.title, *section.also))
        yield Topic(key=key, title=section.title, names=names)
        yield from _topics(section.items, key)


def place(text: ReportText, topics: Sequence[Topic]) -> tuple[Placed, ...]:
    """Give every block of *text* its topic, in reading order.

    A heading that is a topic's own opens that topic and is left out; any other heading stays, as part of the
    topic that it stands under. Nothing of the text is lost.
    """
    placed: list[Placed] = []
    #: Topics of the open headings by their level.
    above: list[TopicKey] = []
    for block in text.blocks:
        if block.kind is not BlockKind.HEADING:
            placed.append(Placed(topic=above[-1] if above else ELSEWHERE, block=block))
            continue
        del above[block.level :]
        parent = above[-1] if above else ELSEWHERE
        found = _topic_of(block.text, parent, topics)
        above.append(parent if found is None else found)
        if found is None:
            placed.append(Placed(topic=parent, block=block))
    return tuple(placed)


def _topic_of(title: str, parent: TopicKey, topics: Sequence[Topic]) -> TopicKey | None:
    """Give the topic of a heading; None where none is like it, or two are."""
    folded = _bare(fold_label(title))
    if not folded:
        return None
    ranked = sorted(
        (
            (
                max(_likeness(folded, name) for name in topic.names)
                + (_AT_HOME if parent and topic.key[:-1] == parent else 0.0),
                topic.key,
            )
            for topic in topics
        ),
        reverse=True,
    )
    if not ranked or ranked[0][0] < _ALIKE:
        return None
    best, key = ranked[0]
    second = ranked[1][0] if len(ranked) > 1 else 0.0
    return key if best - second >= _MARGIN else None


def _likeness(title: str, name: str) -> float:
    """Compare two folded headings, from 0 to 100; what stands first in a heading weighs most."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - only texts need it

    if title == name:
        return 100.0
    if not name:
        return 0.0
    begins = 12.0 if f"{title} ".startswith(f"{name} ") or f"{name} ".startswith(f"{title} ") else 0.0
    return min(
        99.0, 0.55 * fuzz.token_set_ratio(title, name) + 0.35 * fuzz.token_sort_ratio(title, name) + begins
    )


def _bare(folded: str) -> str:
    """Leave out words that tell nothing, unless nothing else is left."""
    words = [word for word in folded.split() if word not in _FILLERS]
    return " ".join(words) or folded
