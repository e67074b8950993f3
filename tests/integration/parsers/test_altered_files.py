"""Forms altered as files, and files spoilt at random: nothing is read wrong, no reader is lost."""

from __future__ import annotations

import pytest

from config.campaign import load_campaign
from config.examples import lay_example
from tools import alter_forms, fuzz_files

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def campaigns(tmp_path_factory):
    """Give the example, and a campaign for each own form."""
    return alter_forms.campaigns(tmp_path_factory.mktemp("forms"))


@pytest.mark.parametrize("number", range(8))
def test_no_figure_is_taken_for_another(campaigns, number):
    """Eight times a dozen forms, each altered in up to five ways; their seeds are those of no other run."""
    campaign = campaigns[0] if number % 2 else campaigns[1 + number // 2 % (len(campaigns) - 1)]
    taken = 0
    for form in range(12):
        book, _, verdict = alter_forms.run_one(campaign, f"suite/{number}/{form}")
        assert [] == verdict.wrong, (form, book.done)
        taken += verdict.taken
    assert taken > 0


def test_the_judge_sees_a_figure_taken_for_another(campaigns):
    """A judge that cannot fail would prove nothing: two numbers are exchanged behind its back."""
    book = alter_forms.load(campaigns[0])
    one, other = "T01", "T02"
    book.typed[one], book.typed[other] = book.typed[other], book.typed[one]
    grid = alter_forms.open_grid(book.save(), "a.xlsx")
    campaign = book.campaign
    parsed = alter_forms.parse_form(grid, campaign.form, start=campaign.start, end=campaign.end)

    assert 2 == len(alter_forms.judge(book, parsed).wrong)


def test_spoilt_files_end_in_a_reading_or_a_refusal(tmp_path):
    """Bits turned, stretches cut and doubled, parts exchanged: no fault of ours, no reader lost."""
    lay_example(tmp_path / "campaign", start=None)
    campaign = load_campaign(tmp_path / "campaign")
    ends = fuzz_files.run(
        fuzz_files.filled_forms(campaign), campaign, files=120, seed=20211001, keep=tmp_path
    )

    assert 120 == sum(ends.values())
    assert [] == [end for end in ends if end.startswith("FAULT")]
