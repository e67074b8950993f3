"""Names of things, each its own type, so that one is never taken for another."""

from __future__ import annotations

from typing import NewType

#: Code of a campaign, the name of its folder: `thang-dan-van-2021`.
CampaignCode = NewType("CampaignCode", str)
#: Code of a reporting unit in the roster: `CCVC`.
UnitCode = NewType("UnitCode", str)
#: Code of a field of the form: `T01`.
FieldCode = NewType("FieldCode", str)
#: Code of a list of the form: `L1`.
ListCode = NewType("ListCode", str)
#: Lower-case hexadecimal SHA-256 of some bytes.
Sha256 = NewType("Sha256", str)
#: A Message-ID of RFC 5322 with its angle brackets.
MessageId = NewType("MessageId", str)
#: Number of a stored inbound mail, as people say it: "mail 17".
MailKey = NewType("MailKey", int)
#: Number of a stored submission.
SubmissionKey = NewType("SubmissionKey", int)
#: Number of a letter in the outbox.
LetterKey = NewType("LetterKey", int)
#: Number of a report of one campaign: "report 3".
ReportKey = NewType("ReportKey", int)
