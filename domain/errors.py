"""The one root of everything that is raised, and the families that the pure floors share.

ServiceError
├─ ConfigError(problems)         every problem at once, with place and reason
├─ MailboxError                  MailboxUnavailable (try again) · MailboxRefused (stop, tell the operator)
│                                > LoginRefused
├─ MessageUnreadable             keep the mail, set it aside > ReadingEnded
├─ WorkbookError                 NotAWorkbook · Encrypted · TooLarge · UnknownForm · AmbiguousForm
│                                · Unmarkable
├─ DeliveryError                 TemporaryFailure (try again) · PermanentFailure (never) > LetterTooLarge
│                                · DeliveryRefused (stop, tell the operator) > SenderRefused
├─ PrintingError                 no LibreOffice, or it failed
├─ StoreError                    StoreUnavailable (try again) · Conflict · NotFound
│                                · SchemaTooOld · SchemaTooNew
└─ DecisionError                 AlreadyDecided · ReportChanged · NotAllowedNow

Findings are data, exceptions are trouble: a respondent's wrong cell is never raised.
"""

from __future__ import annotations

from dataclasses import dataclass


class ServiceError(Exception):
    """Something went wrong that a person has to know about."""

    def __str__(self) -> str:
        """Fall back on the docstring, so that every error has a sentence."""
        return super().__str__() or (self.__class__.__doc__ or "").strip().splitlines()[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake in a file that the office wrote: where it stands, what is wrong, what to do."""

    #: File name with line and column (`campaign.yaml:7:5`) or sheet and cell (`units.xlsx!Sheet1!C4`).
    place: str
    #: What stands there and why it does not do.
    reason: str
    #: What to write instead; empty when the reason says it already.
    remedy: str = ""

    def __str__(self) -> str:
        """Print the problem on one line, as compilers do."""
        tail = f" {self.remedy}" if self.remedy else ""
        return f"{self.place}: {self.reason}{tail}"


class ConfigError(ServiceError):
    """The configuration has mistakes; nothing was started and nothing was sent."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Carry every problem found, in reading order."""
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class MailboxError(ServiceError):
    """The mailbox cannot be read now."""


class MailboxUnavailable(MailboxError):
    """The mail server is away or broke off; the next round tries again."""


class MailboxRefused(MailboxError):
    """The mail server refused us; trying again without a change would only lock the account."""


class LoginRefused(MailboxRefused):
    """The mail server does not take user name and password."""


class MessageUnreadable(ServiceError):
    """This mail cannot be taken apart; it is kept as it came and set aside for a person."""


class ReadingEnded(MessageUnreadable):
    """Reading died, or took more time or memory than one file may; the mail is kept and set aside."""


class WorkbookError(ServiceError):
    """This file cannot be read as a returned form."""


class NotAWorkbook(WorkbookError):
    """The file is no workbook that can be read here."""


class Encrypted(WorkbookError):
    """The workbook is locked with a password."""


class TooLarge(WorkbookError):
    """The workbook is larger than the limits for one file."""


class UnknownForm(WorkbookError):
    """The workbook is not the form of any running campaign."""


class AmbiguousForm(WorkbookError):
    """The workbook holds marks or tables that contradict each other."""


class SeveralSheets(AmbiguousForm):
    """Several sheets of the workbook are the form and answer differently; their names are the reason."""

    def __init__(self, *names: str) -> None:
        """Take the names of the sheets."""
        super().__init__(", ".join(f"‘{name}’" for name in names))


class Unmarkable(WorkbookError):
    """This workbook cannot be marked without changing more of it than its marks."""


class DeliveryError(ServiceError):
    """A letter could not be handed over."""


class TemporaryFailure(DeliveryError):
    """The mail server could not take the letter now; it stays in the outbox."""


class PermanentFailure(DeliveryError):
    """The mail server refused the letter for good."""


class LetterTooLarge(PermanentFailure):
    """The mail server does not take letters of this size; send a smaller one or decide by hand."""


class DeliveryRefused(DeliveryError):
    """The mail server refuses our login or cannot be trusted; letters wait until it is mended."""


class SenderRefused(DeliveryRefused):
    """The mail server does not take user name and password of whoever sends."""


class PrintingError(ServiceError):
    """LibreOffice is missing or could not make the PDF; workbook and Word file are there all the same."""


class StoreError(ServiceError):
    """The database cannot do this."""


class StoreUnavailable(StoreError):
    """The database is locked, full or away; run again."""


class Conflict(StoreError):
    """Somebody else changed the same row a moment ago."""


class NotFound(StoreError):
    """There is no such row."""


class SchemaTooOld(StoreError):
    """The database was made by an earlier release and must be upgraded first."""


class SchemaTooNew(StoreError):
    """The database was made by a later release; install that release again."""


class DecisionError(ServiceError):
    """The decision cannot be taken."""


class AlreadyDecided(DecisionError):
    """This was decided before."""


class ReportChanged(DecisionError):
    """The report is no longer the one that was looked at."""


class NotAllowedNow(DecisionError):
    """The report or mail is not in a state in which this can be decided."""
