"""Write the example campaign's plan as the Word document that Sở Nội vụ would have sent out.

Run once by a developer, `python -m tools.make_plan`; the result is kept in the repository. The words are
those of plan-thang-dan-van-2021.txt, one paragraph to a line; `**` encloses what stands out. Number and day
of issue stay blank: Văn thư gives them.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from aggregator import decree30  # noqa: E402 - found through the line above

TEXT = Path(__file__).with_name("plan-thang-dan-van-2021.txt")
RESULT = ROOT / "config/examples/thang-dan-van-2021/plan/Ke-hoach_Thang-Dan-van-2021.docx"
PARENT, AGENCY = "UBND TỈNH BẮC GIANG", "SỞ NỘI VỤ"
AUTHOR = "Sở Nội vụ tỉnh Bắc Giang"
#: The campaign's first day; the plan itself has no day yet.
WRITTEN_ON = dt.date(2021, 10, 1)

KIND, DISTRIBUTION = "KẾ HOẠCH", "Nơi nhận:"
#: Room for a pen where Văn thư fills in number and day.
_BLANK = " " * 7
_HEADING = re.compile(r"^[IVX]+\. ")
_NUMBERED = re.compile(r"^(?:[IVX]+|\d+)\. ")
_END_OF_PARAGRAPH = re.compile(r"[.:;]$")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanText:
    """The plan's words by their places in the document."""

    number: str
    place_and_date: str
    subject: str
    body: tuple[str, ...]
    closing: str
    distribution: tuple[str, ...]
    position: str
    signer: str


def read_plan(text: str) -> PlanText:
    """Tell the parts of the plan apart by the words that open and close them."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    title, receivers = lines.index(KIND), lines.index(DISTRIBUTION)
    number, place_and_date = lines[:title]
    *body, closing = join_broken(lines[title + 2 : receivers])
    *distribution, position, signer = lines[receivers + 1 :]
    return PlanText(
        number=number.replace(" /", f"{_BLANK}/"),
        place_and_date=place_and_date.replace("ngày tháng", f"ngày{_BLANK}tháng"),
        subject=lines[title + 1],
        body=tuple(body),
        closing=closing,
        distribution=tuple(line.removeprefix("- ").rstrip(";.") for line in distribution),
        position=position,
        signer=signer,
    )


def join_broken(lines: Sequence[str]) -> list[str]:
    """Join what an empty line cut in the middle of a sentence (point I.5 of the customer's text)."""
    joined: list[str] = []
    for line in lines:
        goes_on = joined and not _END_OF_PARAGRAPH.search(joined[-1]) and not _HEADING.match(joined[-1])
        if goes_on and not _NUMBERED.match(line):
            joined[-1] += f" {line}"
        else:
            joined.append(line)
    return joined


def make_plan(plan: PlanText) -> bytes:
    """Set the plan as a Kế hoạch by Decree 30/2020, Annex I."""
    document = decree30.start_document(title=plan.subject, author=AUTHOR, written_on=WRITTEN_ON)
    decree30.add_head(
        document, parent=PARENT, agency=AGENCY, number=plan.number, place_and_date=plan.place_and_date
    )
    decree30.add_title(document, kind=KIND, subject=plan.subject)
    for line in plan.body:
        if _HEADING.match(line):
            decree30.add_heading(document, line)
            continue
        paragraph = decree30.add_body(document)
        for place, piece in enumerate(line.split("**")):
            decree30.write(paragraph, piece, bold=place % 2 == 1)
    decree30.add_closing(document, plan.closing)
    decree30.add_signature(document, distribution=plan.distribution, position=plan.position, name=plan.signer)
    return decree30.save_document(document)


def main() -> None:
    """Write the document into the example campaign."""
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_bytes(make_plan(read_plan(TEXT.read_text(encoding="utf-8"))))
    print(RESULT)


if __name__ == "__main__":
    main()
