"""The command in this process, and a home in the middle of a campaign to try it on."""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
import sys
from dataclasses import dataclass
from typing import Any

import pytest

from cli.main import main
from service import consolidate
from tests.offices import CODE, open_office


@dataclass(frozen=True)
class Said:
    """What one run of the command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Give stdout as JSON."""
        return json.loads(self.out)


@pytest.fixture
def tonghop(monkeypatch, capsys):
    """Give a function that runs the command as a person types it."""
    for name in ("TONGHOP_HOME", "TONGHOP_NOW", "TONGHOP_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def run(*words):
        root = logging.getLogger()
        handlers, level = root.handlers[:], root.level
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["tonghop", *map(str, words)])
        try:
            with pytest.raises(SystemExit) as ended:
                main()
        finally:
            root.handlers[:] = handlers
            root.setLevel(level)
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return Said(code=ended.value.code, out=said.out, err=said.err)

    return run


@pytest.fixture(scope="session")
def october(tmp_path_factory):
    """Make a home on 14 October: forms accepted, refused, accepted with a remark and held; a draft."""
    home = tmp_path_factory.mktemp("october") / "home"
    office = open_office(home)
    office.dispatch()
    office.at("2021-10-05T09:00")
    office.post(office.mail("TCBM", office.form("TCBM"), office.narrative("TCBM")))
    office.at("2021-10-05T09:10")
    office.post(office.mail("TTRA", office.form("TTRA", T02="-3")))
    office.at("2021-10-05T09:20")
    office.post(office.mail("VP", office.form("VP", T08="trên 100")))
    office.service.cycle()
    office.at("2021-10-14T09:00")
    office.post(office.mail("CCHC", office.form("CCHC"), address="la@noi-khac.example", subject="Gửi biểu"))
    office.service.cycle()
    consolidate.make_report(
        office.service.premises, office.campaign, occasion=consolidate.ASKED, actor="Văn thư", printer=None
    )
    office.service.close()
    files = home.parent / "files"
    files.mkdir()
    office.reopen()
    with contextlib.closing(office.service):
        (files / "TCBM.xlsx").write_bytes(office.form("TCBM").content)
        (files / "negative.xlsx").write_bytes(office.form("TTRA", T02="-3").content)
        (files / "remark.xlsx").write_bytes(office.form("VP", T08="trên 100").content)
        (files / "one.eml").write_bytes(office.mail("TCBM", office.form("TCBM")))
        two = office.mail("TCBM", office.form("TCBM"), office.form("TTRA", T02="-3"))
        (files / "two.eml").write_bytes(two)
        stranger = office.mail("CCHC", office.form("CCHC"), address="la@noi-khac.example")
        (files / "stranger.eml").write_bytes(stranger)
        (files / "narrative.eml").write_bytes(office.mail("TCBM", office.narrative("TCBM")))
        (files / "nothing.eml").write_bytes(office.mail("TCBM"))
    return home


@pytest.fixture
def home(october, tmp_path):
    """Give a copy of that home, to change at will."""
    target = tmp_path / "home"
    shutil.copytree(october, target)
    return target


@pytest.fixture
def files(october):
    """Give the folder of returned files."""
    return october.parent / "files"


@pytest.fixture
def campaign_folder(october):
    """Give a campaign's folder, to be named by --campaign DIR."""
    return october / "campaigns" / CODE
