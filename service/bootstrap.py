"""The one place that names concrete classes: settings and campaigns in, a service ready to work out."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from config.campaign import CAMPAIGNS_FOLDER, load_campaign, pack_campaign
from config.secret import secret
from config.settings import ImapSettings, SmtpSettings, load_settings
from domain.campaigns import AskedForm
from domain.errors import ConfigError, Problem
from domain.ids import CampaignCode
from service.clocks import SystemClock
from service.cycle import Cycle, run_cycle
from service.deliver import Delivered, deliver
from service.premises import Premises

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from config.settings import MailboxSettings, Settings, TransportSettings
    from domain.campaigns import Campaign
    from intake.imap_session import ImapAccount
    from mailer.smtp import SmtpTransport
    from service.isolation import IsolatedCalls
    from service.libreoffice import LibreOffice
    from service.ports import Clock, Isolation, Mailbox, Printer, Store, Transport, Watch

#: File whose lock says whose turn it is.
TURN_FILE = "tonghop.lock"


@dataclass(frozen=True, kw_only=True)
class Service:
    """Everything built; edges that talk to servers are made when a cycle runs."""

    settings: Settings
    premises: Premises
    isolated: IsolatedCalls
    printer: Printer
    #: Folder of each campaign.
    folders: Mapping[CampaignCode, Path]

    def cycle(self, *, progress: Callable[[int, int], None] = lambda _done, _of: None) -> Cycle:
        """Do one pass, while it is our turn; raises StoreUnavailable when another process is at work."""
        with self.turn(), self._edges() as (mailboxes, transport):
            return run_cycle(
                self.premises,
                mailboxes=mailboxes,
                transport=transport,
                printer=self.printer,
                file_sent=self._files_sent,
                progress=progress,
            )

    def deliver(self, *, progress: Callable[[int, int], None] = lambda _done, _of: None) -> Delivered:
        """Send what is due, while it is our turn; raises StoreUnavailable when another process is at work."""
        with self.turn(), self._edges() as (mailboxes, transport):
            sent_folder = mailboxes[0] if self._files_sent else None
            return deliver(self.premises, transport, sent_folder=sent_folder, progress=progress)

    def watches(self) -> tuple[Watch, ...]:
        """Give what notices news of the mailboxes."""
        return make_watches(self.settings)

    @property
    def _files_sent(self) -> bool:
        """Letters are filed in Sent of a real mail account; a folder of letters is its own record."""
        return isinstance(self.settings.mailboxes[0], ImapSettings)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the turn to poll and send."""
        from store.turns import turn  # noqa: PLC0415 - an edge

        with turn(self.settings.home / TURN_FILE):
            yield

    @contextmanager
    def _edges(self) -> Iterator[tuple[tuple[Mailbox, ...], Transport]]:
        mailboxes = tuple(make_mailbox(one) for one in self.settings.mailboxes)
        transport = make_transport(self.settings.transport)
        try:
            yield mailboxes, transport
        finally:
            transport.close()
            for mailbox in mailboxes:
                mailbox.close()

    def close(self) -> None:
        """Close the store and end the processes that read; safe to call twice."""
        self.isolated.close()
        self.premises.store.close()


def find_campaign_folders(home: Path, chosen: str | None = None) -> dict[CampaignCode, Path]:
    """Give the folders of the home's campaigns, or of *chosen*: a code in the home, or a folder anywhere.

    Raises ConfigError when *chosen* is neither.
    """
    root = home / CAMPAIGNS_FOLDER
    there = sorted(path.parent for path in root.glob("*/campaign.yaml"))
    folders = {CampaignCode(path.name): path for path in there}
    if chosen is None:
        return folders
    if CampaignCode(chosen) in folders:
        return {CampaignCode(chosen): folders[CampaignCode(chosen)]}
    path = Path(chosen)
    if (path / "campaign.yaml").is_file():
        return {CampaignCode(path.resolve().name): path}
    known = ", ".join(folders) or "none"
    raise ConfigError(
        (
            Problem(
                place="--campaign",
                reason=f"{chosen!r} is no campaign of {root} and no folder with a campaign.yaml.",
                remedy=f"Campaigns here: {known}.",
            ),
        )
    )


def load_campaigns(folders: Mapping[CampaignCode, Path]) -> dict[CampaignCode, Campaign]:
    """Load campaigns; raises ConfigError with the mistakes of all of them."""
    campaigns: dict[CampaignCode, Campaign] = {}
    problems: list[Problem] = []
    for path in folders.values():
        try:
            campaign = load_campaign(path)
        except ConfigError as error:
            problems += (placed(problem, path) for problem in error.problems)
        else:
            campaigns[campaign.code] = campaign
    if problems:
        raise ConfigError(tuple(problems))
    return campaigns


def placed(problem: Problem, folder: Path) -> Problem:
    """Say in which folder the file of a problem lies, so that an editor finds it."""
    here = Path(problem.place).is_absolute() or problem.place.startswith(str(folder))
    return problem if here else replace(problem, place=f"{folder}/{problem.place}")


def open_service(
    home: Path, *, environ: Mapping[str, str], clock: Clock | None = None, chosen: str | None = None
) -> Service:
    """Build the service of *home*; raises ConfigError with every problem of settings and campaigns."""
    problems: list[Problem] = []
    settings: Settings | None = None
    campaigns: dict[CampaignCode, Campaign] = {}
    folders: dict[CampaignCode, Path] = {}
    try:
        settings = load_settings(home, environ)
    except ConfigError as error:
        problems += error.problems
    try:
        folders = find_campaign_folders(home, chosen)
        campaigns = load_campaigns(folders)
    except ConfigError as error:
        problems += error.problems
    if problems or settings is None:
        raise ConfigError(tuple(problems))
    campaigns = {code: _as_sender(one, settings) for code, one in campaigns.items()}
    isolated = make_isolation()
    office = make_libreoffice(settings)
    premises = Premises(
        store=make_store(settings.store_url),
        campaigns=campaigns,
        clock=clock or SystemClock(),
        secret=secret(home, environ),
        authserv_id=settings.authserv_id,
        isolate=isolated,
        converter=office,
    )
    _record_versions(premises, folders)
    return Service(
        settings=settings,
        premises=premises,
        isolated=isolated,
        printer=office,
        folders=folders,
    )


def _as_sender(campaign: Campaign, settings: Settings) -> Campaign:
    """Let the transport's own sender address stand for the office's."""
    transport = settings.transport
    if not isinstance(transport, SmtpSettings) or transport.sender is None:
        return campaign
    sender = transport.sender
    if not sender.name:
        sender = replace(sender, name=campaign.office.address.name)
    return replace(campaign, office=replace(campaign.office, address=sender))


def _record_versions(premises: Premises, folders: Mapping[CampaignCode, Path]) -> None:
    """Keep each version of a campaign's folder that was in force, for proof and rebuild."""
    for code, path in folders.items():
        campaign = premises.campaigns.get(code)
        if campaign is None:
            continue
        with premises.store.read() as work:
            versions = work.versions.all(code)
        if versions and versions[-1][0] == campaign.digest:
            continue
        _refuse_lost_units(premises, campaign, path)
        with premises.store.write() as work:
            work.versions.record(code, digest=campaign.digest, content=pack_campaign(path), at=premises.now())


def _refuse_lost_units(premises: Premises, campaign: Campaign, path: Path) -> None:
    """Refuse a roster that has lost a unit that answered: its figures would leave the report unsaid."""
    with premises.store.read() as work:
        answered = {submission.content.unit for submission in work.submissions.of_campaign(campaign.code)}
    lost = sorted(answered - set(campaign.unit_by_code))
    if lost:
        remedy = "Put the line back; who need not answer any more gets the status excluded and a reason."
        problems = (
            Problem(
                place=str(path / "units"),
                reason=f"{unit} has answered and is no longer in the roster.",
                remedy=remedy,
            )
            for unit in lost
        )
        raise ConfigError(tuple(problems))


def make_isolation() -> IsolatedCalls:
    """Make the place where foreign bytes are read; no process starts before the first call."""
    from service.isolation import IsolatedCalls  # noqa: PLC0415 - an edge

    return IsolatedCalls(shared_types=(AskedForm,))


@contextmanager
def isolation() -> Iterator[Isolation]:
    """Give a place to read foreign bytes in, for one command."""
    isolated = make_isolation()
    try:
        yield isolated
    finally:
        isolated.close()


def make_store(url: str) -> Store:
    """Open the store; raises StoreError."""
    from store.store import SqlStore  # noqa: PLC0415 - heavy import

    return SqlStore(url)


def stored_database(home: Path, environ: Mapping[str, str]) -> str | None:
    """Give the address of the home's store when there is one already; raises ConfigError."""
    url = load_settings(home, environ).store_url
    scheme, _, path = url.partition(":///")
    return url if scheme == "sqlite" and Path(path).is_file() else None


def make_mailbox(settings: MailboxSettings) -> Mailbox:
    """Make one mailbox of its settings."""
    if isinstance(settings, ImapSettings):
        from intake.imap import ImapMailbox  # noqa: PLC0415 - heavy import

        return ImapMailbox(_imap_account(settings))
    from intake.folder import FolderMailbox  # noqa: PLC0415 - an edge

    settings.path.mkdir(parents=True, exist_ok=True)
    return FolderMailbox(settings.name, settings.path, collected=settings.move_to)


def make_watches(settings: Settings) -> tuple[Watch, ...]:
    """Make what notices news, for each mailbox that has such a thing."""
    accounts = [one for one in settings.mailboxes if isinstance(one, ImapSettings)]
    if not accounts:
        return ()
    from intake.imap_watch import ImapWatch  # noqa: PLC0415 - heavy import

    return tuple(ImapWatch(_imap_account(one)) for one in accounts)


def _imap_account(settings: ImapSettings) -> ImapAccount:
    from intake.imap_session import ImapAccount  # noqa: PLC0415 - heavy import
    from intake.imap_session import Security as ImapSecurity  # noqa: PLC0415 - heavy import

    return ImapAccount(
        account=settings.name,
        host=settings.host,
        port=settings.port,
        user=settings.user,
        password=settings.password,
        security=ImapSecurity(settings.security.value),
        ca_file=settings.ca_file,
        folders=settings.scanned,
        move_to=settings.move_to,
        sent_folder=settings.sent,
    )


def make_transport(settings: TransportSettings) -> Transport:
    """Make the way out of its settings."""
    if isinstance(settings, SmtpSettings):
        return _smtp_transport(settings)
    from mailer.folder import FolderTransport  # noqa: PLC0415 - an edge

    settings.path.mkdir(parents=True, exist_ok=True)
    return FolderTransport(settings.path)


def _smtp_transport(settings: SmtpSettings) -> SmtpTransport:
    from mailer.smtp import Security as SmtpSecurity  # noqa: PLC0415 - an edge
    from mailer.smtp import SmtpAccount, SmtpTransport  # noqa: PLC0415 - an edge

    return SmtpTransport(
        SmtpAccount(
            host=settings.host,
            port=settings.port,
            security=SmtpSecurity(settings.security.value),
            user=settings.user,
            password=settings.password,
            ca_file=str(settings.ca_file) if settings.ca_file else None,
        )
    )


def try_sending(settings: TransportSettings) -> None:
    """Log in where letters leave; raises DeliveryError. A folder asks for no login."""
    if not isinstance(settings, SmtpSettings):
        return
    transport = _smtp_transport(settings)
    try:
        transport.log_in()
    finally:
        transport.close()


def try_collecting(settings: MailboxSettings) -> None:
    """Log in and look into every scanned folder, taking nothing; raises MailboxError."""
    mailbox = make_mailbox(settings)
    try:
        next(iter(mailbox.fetch_new(frozenset)), None)
    finally:
        mailbox.close()


def find_soffice(settings: Settings) -> str | None:
    """Give the path of LibreOffice's program; None when it is not there."""
    return make_libreoffice(settings).program


def make_libreoffice(settings: Settings) -> LibreOffice:
    """Make what prints and converts; without the program it says so when asked to."""
    return libreoffice(str(settings.soffice) if settings.soffice else None)


def libreoffice(program: str | None = None) -> LibreOffice:
    """Make what prints and converts with a program, or with the one that is found."""
    from service.libreoffice import LibreOffice  # noqa: PLC0415 - an edge

    return LibreOffice(program)
