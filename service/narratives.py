"""Read the words of the text reports that count: for the compilation, and where a form left words out.

Reading comes after receiving and never holds a mail up: a report counts whether its words can be read or not.
Foreign bytes are read in isolation; .doc, .odt and .rtf become .docx by LibreOffice first, outside of any
transaction.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from aggregator.document import numbered
from aggregator.narrative import narrative_of
from aggregator.placing import place, topics_of
from domain.campaigns import Item
from domain.errors import MessageUnreadable, NotFound, PrintingError, ReadingEnded
from domain.narratives import ReportText, TextProblem, TextState
from parsers.fileformat import recognise
from parsers.prose.report import CONVERTED, read_report_text
from service.desk import running
from service.reading import ToConvert, read_attached_text

if TYPE_CHECKING:
    from domain.campaigns import Campaign
    from domain.ids import Sha256, SubmissionKey
    from domain.narratives import TextBlock
    from domain.submissions import Submission
    from service.ports import Converter, Isolation, Work
    from service.premises import Premises

log = logging.getLogger(__name__)

_CONVERTED_NAME = "report.docx"


def read_texts(premises: Premises) -> int:
    """Read every text report that counts and was not read yet, and say how many. Safe to call twice.

    One that only LibreOffice can open is tried again when LibreOffice is there.
    """
    count = 0
    for campaign in running(premises.campaigns):
        with premises.store.read() as work:
            waiting = _waiting(premises, work, campaign)
        for submission in waiting:
            with premises.store.read() as work:
                mail = work.messages.raw(submission.content.mail)
            text = read_text(premises, mail, submission.content.attachment_sha256)
            with premises.store.write() as work:
                work.texts.put(submission.key, text)
            _log(submission.key, text)
            count += 1
    return count


def _waiting(premises: Premises, work: Work, campaign: Campaign) -> list[Submission]:
    can_convert = premises.converter is not None and premises.converter.program is not None
    states = work.texts.states(campaign.code)
    waiting = []
    for submission in work.submissions.of_campaign(campaign.code):
        if submission.content.item is not Item.NARRATIVE or not submission.counts:
            continue
        known = states.get(submission.key)
        if known is None or (known.problem is TextProblem.NO_CONVERTER and can_convert):
            waiting.append(submission)
    return waiting


def words_of_file(
    name: str, content: bytes, campaign: Campaign, *, isolate: Isolation, converter: Converter | None
) -> tuple[ReportText, tuple[tuple[str, TextBlock], ...]]:
    """Read a text report that did not come by mail: its text, and each block with the heading it goes under.

    The heading is that of the consolidated report ("III.2 Tồn tại, hạn chế"), empty for none. Raises
    PrintingError when LibreOffice fails on an older format, ReadingEnded when reading took too much.
    """
    ending = CONVERTED.get(isolate(recognise, name, content))
    if ending is not None and converter is not None and converter.program is not None:
        name, content = _CONVERTED_NAME, converter.word(content, ending=ending)
    text = isolate(read_report_text, name, content)
    topics = topics_of(narrative_of(campaign))
    titles = {topic.key: f"{numbered(topic.key)} {topic.title}" for topic in topics}
    return text, tuple((titles.get(one.topic, ""), one.block) for one in place(text, topics))


def read_text(premises: Premises, mail: bytes, sha256: Sha256) -> ReportText:
    """Read the words of one attached report; never raises for what a unit sent."""
    try:
        read = premises.isolate(read_attached_text, mail, sha256)
        if not isinstance(read, ToConvert):
            return read
        if premises.converter is None or premises.converter.program is None:
            return _unread(TextProblem.NO_CONVERTER)
        converted = premises.converter.word(read.content, ending=read.ending)
        return premises.isolate(read_report_text, _CONVERTED_NAME, converted)
    except ReadingEnded:
        return _unread(TextProblem.TOO_LARGE)
    except (MessageUnreadable, NotFound, PrintingError):
        return _unread(TextProblem.UNREADABLE)


def _unread(problem: TextProblem) -> ReportText:
    return ReportText(state=TextState.UNREAD, problem=problem)


def _log(key: SubmissionKey, text: ReportText) -> None:
    said = text.problem.value if text.problem is not None else text.state.value
    log.info("text of return %d: %s", key, said, extra={"action": "text_read", "state": said})
