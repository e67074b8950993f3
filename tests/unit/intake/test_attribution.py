"""Tests of whose mail it is: every row of the table, and that nothing is guessed."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.attribution import Attribution, Evidence, EvidenceKind, Unattributed
from domain.ids import CampaignCode, MessageId, UnitCode
from domain.messages import Address, InboundMessage, MailReason
from intake.attribution import attribute, dmarc_failed

C1, C2 = CampaignCode("dan-van-2021"), CampaignCode("cchc-2021")
A, B, C = UnitCode("CCVC"), UnitCode("TCBM"), UnitCode("TTRA")
STAMP, SENDER, THREAD = EvidenceKind.STAMP, EvidenceKind.SENDER, EvidenceKind.THREAD
NAME, SUBJECT, FILE, DOMAIN = (
    EvidenceKind.FORM_NAME,
    EvidenceKind.SUBJECT,
    EvidenceKind.FILE_NAME,
    EvidenceKind.DOMAIN,
)
HELD_UNKNOWN, HELD_CONTRADICTION = MailReason.UNKNOWN_SENDER, MailReason.CONTRADICTION


def hint(kind, unit, campaign=C1, seen=""):
    """Make one piece of evidence."""
    return Evidence(kind=kind, unit=unit, campaign=campaign, seen=seen)


def hints(*pairs):
    """Make evidence of (kind, unit) or (kind, unit, campaign)."""
    return [hint(*pair) for pair in pairs]


ACCEPTED = [
    ("stamp = registered sender", [(STAMP, A), (SENDER, A)], (C1, A, True)),
    ("stamp, sender and thread agree", [(STAMP, A), (SENDER, A), (THREAD, A)], (C1, A, True)),
    ("stamp + unknown sender in our thread", [(STAMP, A), (THREAD, A)], (C1, A, False)),
    ("no stamp + a sender of one unit", [(SENDER, A)], (C1, A, True)),
    ("no stamp + sender of one unit in its thread", [(SENDER, A), (THREAD, A)], (C1, A, True)),
    ("sender of several units + stamp among them", [(STAMP, B), (SENDER, A), (SENDER, B)], (C1, B, True)),
    ("sender of several units + thread of one", [(SENDER, A), (SENDER, B), (THREAD, B)], (C1, B, True)),
    ("sender of several units + name in the form", [(SENDER, A), (SENDER, B), (NAME, B)], (C1, B, True)),
    (
        "sender of several units + thread and name agree",
        [(SENDER, A), (SENDER, B), (THREAD, B), (NAME, B)],
        (C1, B, True),
    ),
    ("name in the form confirms the stamp", [(STAMP, A), (SENDER, A), (NAME, A)], (C1, A, True)),
    ("subject and file name of others do not matter", [(SENDER, A), (SUBJECT, B), (FILE, C)], (C1, A, True)),
    ("stamp names the campaign", [(STAMP, A, C2), (SENDER, A, C1), (SENDER, A, C2)], (C2, A, True)),
    ("thread names the campaign", [(SENDER, A, C1), (SENDER, A, C2), (THREAD, A, C2)], (C2, A, True)),
    ("thread of another campaign, same unit", [(STAMP, A), (SENDER, A), (THREAD, A, C2)], (C1, A, True)),
    ("narrative in the thread of an old campaign", [(SENDER, A), (THREAD, A, C2)], (C1, A, True)),
    (
        "registered elsewhere, but in our thread with our stamp",
        [(STAMP, A), (SENDER, B, C2), (THREAD, A)],
        (C1, A, False),
    ),
    ("a person decided", [(STAMP, A), (SENDER, B), (EvidenceKind.DECISION, B)], (C1, B, True)),
    ("a person decided for an unknown sender", [(EvidenceKind.DECISION, C)], (C1, C, False)),
    ("a person decided again", [(EvidenceKind.DECISION, A), (EvidenceKind.DECISION, C)], (C1, C, False)),
]
HELD = [
    ("stamp + unknown sender, no thread", [(STAMP, A)], HELD_UNKNOWN),
    ("stamp X + sender Y", [(STAMP, A), (SENDER, B)], HELD_CONTRADICTION),
    ("stamp X + sender Y in the thread of X", [(STAMP, A), (SENDER, B), (THREAD, A)], HELD_CONTRADICTION),
    ("stamp X + sender of Y and Z", [(STAMP, A), (SENDER, B), (SENDER, C)], HELD_CONTRADICTION),
    ("stamp + thread of another, unknown sender", [(STAMP, A), (THREAD, B)], HELD_CONTRADICTION),
    ("stamp = sender, thread of another", [(STAMP, A), (SENDER, A), (THREAD, B)], HELD_CONTRADICTION),
    ("sender of one unit, thread of another", [(SENDER, A), (THREAD, B)], HELD_CONTRADICTION),
    ("sender of several units, nothing else", [(SENDER, A), (SENDER, B)], HELD_UNKNOWN),
    ("several units, thread of a third", [(SENDER, A), (SENDER, B), (THREAD, C)], HELD_CONTRADICTION),
    (
        "several units, thread and name disagree",
        [(SENDER, A), (SENDER, B), (THREAD, A), (NAME, B)],
        HELD_CONTRADICTION,
    ),
    ("several units, subject decides nothing", [(SENDER, A), (SENDER, B), (SUBJECT, A)], HELD_UNKNOWN),
    ("name in the form contradicts the stamp", [(STAMP, A), (SENDER, A), (NAME, B)], HELD_CONTRADICTION),
    ("name in the form contradicts the only sender", [(SENDER, A), (NAME, B)], HELD_CONTRADICTION),
    ("unknown sender, name in the form", [(NAME, A)], HELD_UNKNOWN),
    ("unknown sender in our thread, no stamp", [(THREAD, A)], HELD_UNKNOWN),
    ("same domain only", [(DOMAIN, A)], HELD_UNKNOWN),
    ("nothing at all", [], HELD_UNKNOWN),
    ("two stamps in one form", [(STAMP, A), (STAMP, B), (SENDER, A)], HELD_CONTRADICTION),
    ("two campaigns, nothing tells which", [(SENDER, A, C1), (SENDER, A, C2)], HELD_UNKNOWN),
    ("registered in another campaign only, no thread", [(STAMP, A), (SENDER, A, C2)], HELD_UNKNOWN),
    ("stamp here, thread of another unit elsewhere", [(STAMP, A), (THREAD, B, C2)], HELD_CONTRADICTION),
]  # fmt: skip


@pytest.mark.parametrize(
    ("evidence", "expected"), [row[1:] for row in ACCEPTED], ids=[row[0] for row in ACCEPTED]
)
def test_sufficient_evidence_is_accepted(evidence, expected):
    """The rows of the table in which nobody need be asked, whatever order the evidence comes in."""
    for order in itertools.islice(itertools.permutations(evidence), 24):
        if sum(pair[0] is EvidenceKind.DECISION for pair in evidence) > 1 and list(order) != evidence:
            continue
        result = attribute(hints(*order))

        assert isinstance(result, Attribution)
        assert expected == (result.campaign, result.unit, result.sender_is_registered)
        assert all((each.campaign, each.unit) == expected[:2] for each in result.evidence)


@pytest.mark.parametrize(("evidence", "reason"), [row[1:] for row in HELD], ids=[row[0] for row in HELD])
def test_anything_else_is_held(evidence, reason):
    """The rows of the table in which a person decides, with a reason and a sentence."""
    for order in itertools.islice(itertools.permutations(evidence), 24):
        result = attribute(hints(*order))

        assert isinstance(result, Unattributed)
        assert reason == result.reason
        assert result.explanation.endswith(".")
        assert {(each.campaign, each.unit) for each in result.evidence} == {
            (guess.campaign, guess.unit) for guess in result.guesses
        }


def test_the_stamp_of_a_unit_that_is_gone_is_held():
    """A unit taken off the roster while its form was out: a person says whose the figures are now."""
    result = attribute([hint(STAMP, A), hint(SENDER, B)], names={(C1, B): "Phòng B (B)"})

    assert isinstance(result, Unattributed)
    assert result.reason is HELD_CONTRADICTION
    assert "không có trong danh sách" in result.explanation
    assert [B] == [guess.unit for guess in result.guesses]


def test_a_forged_sender_is_held_whatever_agrees():
    """DMARC fail stops the surest attribution, but not a person's decision."""
    sure = [hint(STAMP, A), hint(SENDER, A, seen="a@b.test"), hint(THREAD, A)]

    result = attribute(sure, dmarc_failed=True)
    assert isinstance(result, Unattributed)
    assert result.reason is HELD_UNKNOWN
    assert "a@b.test" in result.explanation
    assert isinstance(attribute([*sure, hint(EvidenceKind.DECISION, A)], dmarc_failed=True), Attribution)


def test_guesses_are_ranked_with_reasons():
    """Stronger hints come first and say in Vietnamese what was seen."""
    result = attribute(
        [
            hint(SUBJECT, C, seen="Thanh tra gửi"),
            hint(FILE, B, seen="TCBM.xlsx"),
            hint(FILE, B, seen="TCBM.xlsx"),
            hint(NAME, B, seen="Phòng TCBM"),
            hint(DOMAIN, A, seen="x@a.test"),
        ]
    )

    assert isinstance(result, Unattributed)
    assert [guess.unit for guess in result.guesses] == [B, C, A]
    assert result.guesses[0].reasons == (
        "trong biểu ghi tên đơn vị: “Phòng TCBM”",
        "tên tệp nhắc tới đơn vị: “TCBM.xlsx”",
    )


def test_a_contradiction_is_explained_with_names():
    """The clerk reads the units' names, not codes."""
    result = attribute(
        [hint(STAMP, A), hint(SENDER, B, seen="b@so.test")],
        names={(C1, A): "Phòng Công chức, viên chức (CCVC)", (C1, B): "Phòng Tổ chức bộ máy (TCBM)"},
    )

    assert isinstance(result, Unattributed)
    assert result.explanation == (
        "Biểu là mẫu đã cấp cho Phòng Công chức, viên chức (CCVC), nhưng địa chỉ gửi b@so.test "
        "đã đăng ký cho Phòng Tổ chức bộ máy (TCBM)."
    )


EVIDENCE = st.builds(
    hint,
    st.sampled_from([kind for kind in EvidenceKind if kind is not EvidenceKind.DECISION]),
    st.sampled_from([A, B, C]),
    st.sampled_from([C1, C2]),
)


@given(st.lists(EVIDENCE, max_size=6))
def test_no_mail_goes_to_a_unit_without_strong_evidence(evidence):
    """An accepted unit is the registered sender's, or the stamp's in our own thread; never a mere guess."""
    result = attribute(evidence)
    if isinstance(result, Unattributed):
        return
    kinds = {each.kind for each in result.evidence}
    assert SENDER in kinds or {STAMP, THREAD} <= kinds
    assert (SENDER in kinds) == result.sender_is_registered
    assert all(
        (each.campaign, each.unit) == (result.campaign, result.unit)
        for each in evidence
        if each.kind is STAMP
    )


@pytest.mark.parametrize(
    ("results", "server", "failed"),
    [
        (["mx.ubnd.test; spf=pass; dmarc=fail (p=none) header.from=so.test"], "mx.ubnd.test", True),
        (["MX.ubnd.test 1; dmarc = FAIL"], "mx.ubnd.test", True),
        (["mx.ubnd.test; dmarc=pass"], "mx.ubnd.test", False),
        (["mx.evil.test; dmarc=fail"], "mx.ubnd.test", False),
        (["mx.ubnd.test; dmarc=fail", "mx.ubnd.test; dmarc=pass"], "mx.ubnd.test", True),
        (["mx.ubnd.test; dmarc=fail"], "", False),
        ([], "mx.ubnd.test", False),
        ([";"], "mx.ubnd.test", False),
    ],
)
def test_only_our_own_server_speaks_of_dmarc(results, server, failed):
    """A field with another server's name may be the forger's own."""
    message = InboundMessage(
        message_id=MessageId("<1@x>"),
        in_reply_to=None,
        references=(),
        sender=Address(name="", address="a@so.test"),
        reply_to=None,
        to=(),
        cc=(),
        subject="",
        date=None,
        body="",
        attachments=(),
        authentication_results=tuple(results),
    )

    assert failed is dmarc_failed(message, authserv_id=server)
