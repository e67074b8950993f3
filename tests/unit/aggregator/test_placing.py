"""What units wrote finds its heading in the report, or stays among the rest."""

from __future__ import annotations

import pytest

from aggregator.narrative import Narrative, Quotations, Section
from aggregator.placing import ELSEWHERE, place, topics_of
from domain.ids import FieldCode
from domain.narratives import BlockKind, ReportText, TextBlock, TextState

NARRATIVE = Narrative(
    sections=(
        Section(title="CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO, TRIỂN KHAI"),
        Section(
            title="KẾT QUẢ THỰC HIỆN",
            items=(
                Section(title="Công tác tuyên truyền, quán triệt"),
                Section(title="Cải cách thủ tục hành chính, phong trào thi đua"),
            ),
        ),
        Section(
            title="ĐÁNH GIÁ CHUNG",
            items=(
                Section(title="Ưu điểm", also=("Mặt được",)),
                Section(title="Tồn tại, hạn chế", content=(Quotations(of=FieldCode("N02")),)),
                Section(title="Nguyên nhân"),
            ),
        ),
        Section(title="KIẾN NGHỊ, ĐỀ XUẤT"),
    ),
    annexes=(),
)
TOPICS = topics_of(NARRATIVE)


def text(*lines):
    """Make a text of "# Heading", "## Heading below" and paragraphs."""
    blocks = []
    for number, line in enumerate(lines, start=1):
        marks, _, words = line.rpartition("# ")
        level = len(marks)
        kind = BlockKind.HEADING if line.startswith("#") else BlockKind.PARAGRAPH
        blocks.append(TextBlock(kind=kind, text=words, place=f"đoạn {number}", level=level))
    return ReportText(state=TextState.READ, blocks=tuple(blocks))


def placed(*lines):
    """Give (topic, words) of everything."""
    return [(one.topic, one.block.text) for one in place(text(*lines), TOPICS)]


@pytest.mark.parametrize(
    ("heading", "topic"),
    [
        ("Công tác tuyên truyền, quán triệt", (2, 1)),
        ("Về công tác quán triệt, tuyên truyền", (2, 1)),
        ("CÔNG TÁC TUYÊN TRUYỀN QUÁN TRIỆT", (2, 1)),
        ("Cai cach hanh chinh", (2, 2)),
        ("Những mặt được", (3, 1)),
        ("Hạn chế, tồn tại", (3, 2)),
        ("Nguyên nhân của tồn tại, hạn chế", (3, 3)),
        ("Đề xuất, kiến nghị với Sở", (4,)),
        ("Công tác khác", ELSEWHERE),
        ("Tình hình chung của đơn vị", ELSEWHERE),
    ],
)
def test_a_heading_finds_its_topic(heading, topic):
    """Order of words, case, marks and fillers do not matter; what is like none, or two, stays outside."""
    said = placed(f"# {heading}", "Đã làm.")

    assert topic == said[-1][0]
    # A heading that has no topic is kept: it says what the words below are about.
    assert (topic == ELSEWHERE) == (len(said) == 2)


def test_a_strange_heading_stays_under_the_known_one():
    """The unit's own headings go with the words; the next known heading ends it."""
    assert [
        ((2,), "Đã làm nhiều việc."),
        ((2, 1), "Đã họp."),
        ((2, 1), "Trong đợt dịch"),
        ((2, 1), "Đã phát loa."),
        ((4,), "Không."),
    ] == placed(
        "# Kết quả thực hiện", "Đã làm nhiều việc.", "## Tuyên truyền, quán triệt", "Đã họp.",
        "### Trong đợt dịch", "Đã phát loa.", "# Kiến nghị", "Không.",
    )  # fmt: skip


def test_nothing_is_lost():
    """Every paragraph is placed once, before the first heading too."""
    lines = ("Mở đầu.", "# Ưu điểm", "Một.", "# Lạ", "Hai.", "# Nguyên nhân", "Ba.")

    assert ["Mở đầu.", "Một.", "Lạ", "Hai.", "Ba."] == [words for _, words in placed(*lines)]
