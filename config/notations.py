"""How dates, times, addresses and words are written in our YAML files: one type for each notation."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, PlainValidator
from pydantic_core import PydanticCustomError

from config.addresses import WrongAddress, read_address, split_addresses
from config.spelling import propose_word
from domain.messages import Address
from domain.vietnamese import clean

_DAY = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
_VIETNAMESE_DAY = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")
_CLOCK = re.compile(r"^(\d{1,2}):(\d{2})$")
_INSTANT = re.compile(r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$")
_CODE = re.compile(r"^[a-z0-9]+([.-][a-z0-9]+)*$")
_SYMBOL = re.compile(r"^[^\W_]+(-[^\W_]+)*$")
_LONGEST_CODE = 60
_MOST_HOURS = 24 * 366
_SHOWN = 60
_URL_PASSWORD = re.compile(r"://[^@\s]*@")


def mistake(reason: str, remedy: str = "") -> PydanticCustomError:
    """Make the error of a notation: what stands there, and what to write."""
    return PydanticCustomError("notation", "{reason}", {"reason": reason, "remedy": remedy})


def shorten(value: object) -> str:
    """Write what stands in the file into a sentence, cut when it is long."""
    # A database URL may stand in a wrong line, with its password in it.
    text = _URL_PASSWORD.sub("://…@", " ".join(str(value).split()))
    return f"`{text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}`"


def read_words(value: Any) -> str:
    """Read one text in NFC, not blank."""
    text = read_text(value)
    if not text:
        raise mistake("Nothing stands here.", "Fill it in.")
    return text


def read_text(value: Any) -> str:
    """Read one text in NFC, possibly blank."""
    if not isinstance(value, str):
        raise mistake("A single text is expected here, not a list or a block.")
    return clean(value)


def list_entries(value: Any) -> Any:
    """Take one entry alone for a list of one."""
    return [value] if isinstance(value, str) else value


def read_code(value: Any) -> str:
    """Read a code that may name a folder and a file: small letters, digits and hyphens."""
    text = read_words(value)
    if not _CODE.match(text) or len(text) > _LONGEST_CODE:
        raise mistake(
            f"{shorten(text)} is no code.",
            "Use small letters without marks, digits and hyphens: `thang-dan-van-2021`.",
        )
    return text


def read_symbol(value: Any) -> str:
    """Read the symbol of a document or agency: `KH-SNV`."""
    text = read_words(value)
    if not _SYMBOL.match(text):
        raise mistake(
            f"{shorten(text)} is no symbol.", "Write it without number, blanks and slashes: `KH-SNV`."
        )
    return text


def read_day(value: Any) -> dt.date:
    """Read a calendar day: 2021-10-19."""
    text = read_words(value)
    vietnamese = _VIETNAMESE_DAY.match(text)
    if vietnamese:
        day, month, year = (int(part) for part in vietnamese.groups())
        raise mistake(
            f"{shorten(text)} is not written as year-month-day.", f"Write {year:04d}-{month:02d}-{day:02d}."
        )
    if not _DAY.match(text):
        raise mistake(f"{shorten(text)} is no date.", "Write it as 2021-10-19.")
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise mistake(f"There is no day {shorten(text)}.", "Write it as 2021-10-19.") from None


def read_instant(value: Any) -> dt.datetime:
    """Read a day, a time and the zone's distance from UTC: 2021-10-19T17:00+07:00."""
    text = read_words(value)
    proper = "Write it as 2021-10-19T17:00+07:00."
    if not _INSTANT.match(text):
        if _INSTANT.match(f"{text}+07:00"):
            raise mistake(f"{shorten(text)} does not say in which time zone.", f"Write {text}+07:00.")
        if _DAY.match(text):
            raise mistake(f"{shorten(text)} has no hour.", f"Write {text}T17:00+07:00.")
        raise mistake(f"{shorten(text)} is no instant.", proper)
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        raise mistake(f"There is no instant {shorten(text)}.", proper) from None


def read_clock(value: Any) -> dt.time:
    """Read a time of day: 07:30."""
    text = read_words(value)
    parts = _CLOCK.match(text)
    try:
        return dt.time(int(parts[1]), int(parts[2])) if parts else dt.time.fromisoformat(text)
    except ValueError:
        raise mistake(f"{shorten(text)} is no time of day.", "Write it as 07:30.") from None


def read_hours(value: Any) -> dt.timedelta:
    """Read a number of hours: 4 or 1.5."""
    text = read_words(value)
    try:
        hours = Decimal(text)
    except InvalidOperation:
        hours = Decimal(-1)
    if not hours.is_finite() or not 0 <= hours <= _MOST_HOURS:
        raise mistake(f"{shorten(text)} is no number of hours.", "Write a number from 0 up: 4 or 1.5.")
    return dt.timedelta(seconds=int(hours * 3600))


def read_zone(value: Any) -> ZoneInfo:
    """Read the name of a time zone: Asia/Ho_Chi_Minh."""
    text = read_words(value)
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):  # an unknown name, a path, a folder of the zone database
        known = ("Asia/Ho_Chi_Minh", "Asia/Bangkok", "Asia/Vientiane", "Asia/Phnom_Penh", "UTC")
        raise mistake(f"There is no time zone {shorten(text)}.", propose_word(text, known)) from None


def read_mail(value: Any) -> Address:
    """Read one mail address, with or without a name."""
    try:
        return read_address(read_words(value))
    except WrongAddress as error:
        raise mistake(str(error), "Write `name@office.example` or `Name <name@office.example>`.") from None


def list_mails(value: Any) -> Any:
    """Take one text with semicolons for a list of addresses."""
    return list(split_addresses(value)) if isinstance(value, str) else value


def refuse_nothing(value: Any) -> Any:
    """Refuse an empty list where at least one entry is needed."""
    if value in ([], ""):
        raise mistake("Nothing stands here.", "At least one entry is needed.")
    return value


Words = Annotated[str, PlainValidator(read_words)]
Text = Annotated[str, PlainValidator(read_text)]
Lines = Annotated[tuple[Words, ...], BeforeValidator(list_entries)]
Code = Annotated[str, PlainValidator(read_code)]
Symbol = Annotated[str, PlainValidator(read_symbol)]
Day = Annotated[dt.date, PlainValidator(read_day)]
Days = Annotated[tuple[Day, ...], BeforeValidator(list_entries)]
Instant = Annotated[dt.datetime, PlainValidator(read_instant)]
Clock = Annotated[dt.time, PlainValidator(read_clock)]
Hours = Annotated[dt.timedelta, PlainValidator(read_hours)]
Zone = Annotated[ZoneInfo, PlainValidator(read_zone)]
Mail = Annotated[Address, PlainValidator(read_mail)]
Mails = Annotated[tuple[Mail, ...], BeforeValidator(list_mails)]
NeededMails = Annotated[Mails, BeforeValidator(refuse_nothing)]
NeededLines = Annotated[Lines, BeforeValidator(refuse_nothing)]
