"""Settings come from the file with the environment over it, or every mistake of both is told."""

# ruff: noqa: E501 - sentences stand as they are printed

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.environment import variable_of
from config.examples import settings_template
from config.settings import (
    ImapSettings,
    MailFolderSettings,
    OutFolderSettings,
    Security,
    SmtpSettings,
    explain_settings,
    is_loopback,
    load_settings,
)
from config.settings_file import BLOCKS, MAILBOX_KINDS, TRANSPORT_KINDS
from domain.errors import ConfigError
from domain.messages import Address

SERVERS = {
    "TONGHOP_IMAP_HOST": "mail.so.example",
    "TONGHOP_IMAP_USER": "vanphong",
    "TONGHOP_IMAP_PASSWORD": "mat-khau",
    "TONGHOP_SMTP_HOST": "mail.so.example",
}
YAML = """\
mailboxes:
  main:
    kind: imap
    host: mail.so.example
    user: vanphong@so.example
    password_file: secrets/imap
  huyen-2:
    kind: imap
    host: 127.0.0.1
    port: 1143
    user: h
    password: "0123"
    security: none
    folders: [INBOX, INBOX.Tháng]
    junk: ""
    move_to: Đã lưu
  zalo:
    kind: folder
    path: mail/zalo
    move_to: xong
transports:
  main:
    kind: smtp
    host: mail.so.example
    user: vanphong@so.example
    password_file: secrets/imap
    ca_file: ca.pem
    from: Văn phòng Sở <vanphong@so.example>
store:
  url: sqlite:///data/tonghop.db
schedule:
  poll_minutes: 2
log:
  level: DEBUG
"""


@pytest.fixture
def home(tmp_path):
    """Give a home with the files that YAML names."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "imap").write_text("mật khẩu \n", encoding="utf-8")
    (tmp_path / "ca.pem").write_text("x", encoding="utf-8")
    return tmp_path


def write(home, text):
    """Write tonghop.yaml so that its owner alone can read it."""
    path = home / "tonghop.yaml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)


def problems_of(home, environ, text=None):
    """Give what is refused, as text."""
    if text is not None:
        write(home, text)
    with pytest.raises(ConfigError) as caught:
        load_settings(home, environ)
    return [str(problem) for problem in caught.value.problems]


def test_without_file_and_variables_mail_is_a_folder(tmp_path):
    """A fresh home works at once, and nothing can leave the machine."""
    loaded = load_settings(tmp_path, {})
    assert loaded.mailboxes == (MailFolderSettings(name="main", path=tmp_path / "mail" / "in"),)
    assert loaded.transport == OutFolderSettings(name="main", path=tmp_path / "mail" / "out")
    assert loaded.store_url == f"sqlite:///{tmp_path}/tonghop.db"
    assert (loaded.poll_interval, loaded.soffice, loaded.log_level) == (dt.timedelta(minutes=5), None, "INFO")
    assert loaded.warnings == ()
    assert {origin for _, _, origin in explain_settings(loaded)} == {"default"}


def test_the_file_is_read_exactly(home):
    """Paths are seen from the home, passwords come without the line break, ports follow the security."""
    write(home, YAML)
    loaded = load_settings(home, {})
    assert loaded.mailboxes == (
        ImapSettings(
            name="main", host="mail.so.example", port=993, user="vanphong@so.example", password="mật khẩu "
        ),
        ImapSettings(
            name="huyen-2",
            host="127.0.0.1",
            port=1143,
            user="h",
            password="0123",
            security=Security.NONE,
            folders=("INBOX", "INBOX.Tháng"),
            junk="",
            move_to="Đã lưu",
        ),
        MailFolderSettings(name="zalo", path=home / "mail" / "zalo", move_to="xong"),
    )
    assert loaded.transports == (
        SmtpSettings(
            name="main",
            host="mail.so.example",
            port=587,
            user="vanphong@so.example",
            password="mật khẩu ",
            ca_file=home / "ca.pem",
            sender=Address(name="Văn phòng Sở", address="vanphong@so.example"),
        ),
    )
    assert loaded.store_url == f"sqlite:///{home}/data/tonghop.db"
    assert (loaded.poll_interval, loaded.log_level) == (dt.timedelta(minutes=2), "DEBUG")
    assert [box.scanned for box in loaded.mailboxes[:2]] == [("INBOX", "\\Junk"), ("INBOX", "INBOX.Tháng")]


def test_whose_verdicts_are_believed_is_a_setting(tmp_path):
    """Without it no Authentication-Results field is believed."""
    (tmp_path / "tonghop.yaml").write_text("mail_server:\n  authserv_id: mail.so.example\n", encoding="utf-8")

    assert "mail.so.example" == load_settings(tmp_path, {}).authserv_id
    assert not load_settings(tmp_path / "elsewhere", {}).authserv_id


def test_the_environment_alone_is_enough(tmp_path):
    """Every variable of the contract is read."""
    (tmp_path / "word").write_text("pw", encoding="utf-8")
    (tmp_path / "ca.pem").write_text("x", encoding="utf-8")
    loaded = load_settings(
        tmp_path,
        {
            "TONGHOP_IMAP_HOST": "::1",
            "TONGHOP_IMAP_PORT": "1143",
            "TONGHOP_IMAP_USER": "u",
            "TONGHOP_IMAP_PASSWORD_FILE": "word",
            "TONGHOP_IMAP_SECURITY": "none",
            "TONGHOP_IMAP_CA_FILE": str(tmp_path / "ca.pem"),
            "TONGHOP_IMAP_FOLDER": "INBOX.DanVan",
            "TONGHOP_SMTP_HOST": "localhost",
            "TONGHOP_SMTP_PORT": "1025",
            "TONGHOP_SMTP_USER": "s",
            "TONGHOP_SMTP_PASSWORD": "pw2",
            "TONGHOP_SMTP_SECURITY": "starttls",
            "TONGHOP_SMTP_CA_FILE": "ca.pem",
            "TONGHOP_SMTP_FROM": "vp@so.example",
            "TONGHOP_DATABASE_URL": "postgresql://u:pw@db/tonghop",
            "TONGHOP_HOME": "x",
            "TONGHOP_NOW": "x",
            "TONGHOP_SECRET": "x",
            "PATH": "x",
        },
    )
    assert loaded.mailboxes == (
        ImapSettings(
            name="main",
            host="::1",
            port=1143,
            user="u",
            password="pw",
            security=Security.NONE,
            ca_file=tmp_path / "ca.pem",
            folders=("INBOX.DanVan",),
        ),
    )
    assert loaded.transport == SmtpSettings(
        name="main",
        host="localhost",
        port=1025,
        user="s",
        password="pw2",
        security=Security.STARTTLS,
        ca_file=tmp_path / "ca.pem",
        sender=Address(name="", address="vp@so.example"),
    )
    assert loaded.store_url == "postgresql://u:pw@db/tonghop"
    assert loaded.warnings == ()


def test_the_environment_is_stronger_than_the_file(home):
    """A variable replaces one value; a password replaces the password's file; the rest of the file stays."""
    write(home, YAML)
    environ = {
        "TONGHOP_IMAP_PASSWORD": "neu",
        "TONGHOP_IMAP_HUYEN_2_PORT": "2143",
        "TONGHOP_IMAP_TINH_HOST": "imap.tinh.example",
        "TONGHOP_IMAP_TINH_USER": "t",
        "TONGHOP_IMAP_TINH_PASSWORD": "p",
        "TONGHOP_SMTP_PORT": "",
    }
    loaded = load_settings(home, environ)
    by_name = {box.name: box for box in loaded.mailboxes}
    assert list(by_name) == ["main", "huyen-2", "zalo", "tinh"]
    assert (by_name["main"].password, by_name["main"].host) == ("neu", "mail.so.example")
    assert by_name["huyen-2"].port == 2143
    assert by_name["tinh"].host == "imap.tinh.example"
    shown = {key: (value, origin) for key, value, origin in explain_settings(loaded)}
    assert shown["mailboxes.main.password"] == ("••••••", "TONGHOP_IMAP_PASSWORD")
    assert shown["mailboxes.huyen-2.port"] == ("2143", "TONGHOP_IMAP_HUYEN_2_PORT")
    assert shown["mailboxes.huyen-2.host"] == ("127.0.0.1", "tonghop.yaml:9:11")
    assert shown["mailboxes.main.port"] == ("993", "default")
    assert shown["transports.main.from"] == ("vanphong@so.example", "tonghop.yaml:28:11")


def test_a_server_in_the_environment_replaces_a_folder_in_the_file(tmp_path):
    """The same home serves a rehearsal and the real mailbox."""
    write(
        tmp_path,
        "mailboxes:\n  main: {kind: folder, path: in}\ntransports:\n  main: {kind: folder, path: out}\n",
    )
    loaded = load_settings(tmp_path, SERVERS)
    assert [ImapSettings, SmtpSettings] == [type(loaded.mailboxes[0]), type(loaded.transport)]
    warned = load_settings(tmp_path, {"TONGHOP_IMAP_PASSWORD": "x"})
    assert [str(warning) for warning in warned.warnings] == [
        (
            "TONGHOP_IMAP_PASSWORD: TONGHOP_IMAP_PASSWORD has no effect: `main` is no imap but `folder`."
            " Set TONGHOP_IMAP_HOST, or unset it."
        )
    ]


def test_no_secret_is_ever_shown(home):
    """Neither repr nor the explanation holds a password, that of the database included."""
    write(home, YAML)
    loaded = load_settings(home, {"TONGHOP_DATABASE_URL": "postgresql://u:geheim@db/t", **SERVERS})
    shown = repr(loaded) + repr(explain_settings(loaded))
    assert not [word for word in ("geheim", "mat-khau", "mật khẩu", "0123") if word in shown]
    assert ("store.url", "postgresql://u:••••••@db/t", "TONGHOP_DATABASE_URL") in explain_settings(loaded)


def test_a_password_in_the_wrong_line_is_not_repeated(tmp_path):
    """Problems quote what stands there, but no secret."""
    told = problems_of(
        tmp_path, {}, "store: postgresql://u:geheim@db/t\nlog:\n  level: postgresql://u:geheim@db\n"
    )
    assert ["geheim" in problem for problem in told] == [False, False]


def test_settings_alone_import_nothing_heavy():
    """The command's help must not wait for YAML and models."""
    code = "import sys, config.settings, config.examples, config.secret; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"pydantic", "ruamel.yaml", "rapidfuzz", "openpyxl", "jinja2"} & set(loaded)


def test_unused_variables_are_warned_of_with_the_nearest_one(tmp_path):
    """A misspelt variable would silently count for nothing."""
    environ = {
        **SERVERS,
        "TONGHOP_IMAP_PASWORD": "x",
        "TONGHOP_DATABSE_URL": "x",
        "TONGHOP_ZZZZZZZZZZ": "1",
        "IMAP_HOST": "x",
    }
    assert [str(warning) for warning in load_settings(tmp_path, environ).warnings] == [
        "TONGHOP_DATABSE_URL: Nothing reads this variable. Did you mean TONGHOP_DATABASE_URL?",
        "TONGHOP_IMAP_PASWORD: Nothing reads this variable. Did you mean TONGHOP_IMAP_PASSWORD?",
        "TONGHOP_ZZZZZZZZZZ: Nothing reads this variable. Unset it.",
    ]


def test_a_password_that_others_can_read_is_warned_of(home):
    """Only a file with a password in it must be closed to others."""
    write(home, YAML)
    (home / "tonghop.yaml").chmod(0o644)
    assert [str(warning) for warning in load_settings(home, {}).warnings] == [
        "tonghop.yaml: The file holds a password, and others on this machine can read it. chmod 600 tonghop.yaml"
    ]


@pytest.mark.parametrize(
    ("text", "environ", "expected"),
    [
        pytest.param(
            "mailbox:\n  main: {}\nlog:\n  lvl: INFO\n",
            {},
            [
                "tonghop.yaml:1:1: The key `mailbox` is unknown. Did you mean `mailboxes`? Allowed: `mailboxes`, `transports`, `store`, `schedule`, `mail_server` or `printer`.",
                "tonghop.yaml:4:3: The key `lvl` is unknown in `log`. Did you mean `level`? Allowed: `level`.",
            ],
            id="unknown keys",
        ),
        pytest.param(
            "mailboxes:\n  main:\n    kind: imop\n  Second:\n    hst: x\n  third: x\n",
            {},
            [
                "tonghop.yaml:3:11: `imop` is not known here. Did you mean `imap`? Allowed: `imap` or `folder`.",
                "tonghop.yaml:4:3: `Second` is no name. Use small letters, digits, `-` and `_`: `main`.",
                "tonghop.yaml:4:3: `kind` is missing in `mailboxes.Second`. Allowed: `imap` or `folder`.",
                "tonghop.yaml:6:3: `kind` is missing in `mailboxes.third`. Allowed: `imap` or `folder`.",
            ],
            id="kinds and names",
        ),
        pytest.param(
            "mailboxes:\n  main:\n    kind: imap\n    host: mail.so.example\n    port: 70000\n    security: non\n    password: a\n    password_file: b\n"
            "transports:\n  main:\n    kind: folder\n    path: out\n",
            {},
            [
                "tonghop.yaml:2:3: `user` is missing in `mailboxes.main`. Write `user: vanphong@so.example`: User name. Or set TONGHOP_IMAP_USER.",
                "tonghop.yaml:5:11: `70000` is out of bounds. It must be at most 65535.",
                "tonghop.yaml:6:15: `non` is not known here. Did you mean `none`? Allowed: `tls`, `starttls` or `none`.",
                "tonghop.yaml:8:20: `password` and `password_file` are both set. Keep one of the two.",
            ],
            id="a mailbox with everything wrong",
        ),
        pytest.param(
            "",
            {"TONGHOP_IMAP_HOST": "mail.so.example", "TONGHOP_IMAP_SECURITY": "none", "TONGHOP_IMAP_PORT": "x", "TONGHOP_SMTP_HOST": "10.0.0.1", "TONGHOP_SMTP_SECURITY": "none"},
            [
                "TONGHOP_IMAP_SECURITY: `none` would send mail and password to mail.so.example for everybody to read. Write `tls` or `starttls`; `none` is for 127.0.0.1, ::1 and localhost.",
                "TONGHOP_IMAP_PORT: `x` is no whole number.",
                "TONGHOP_IMAP_USER: `user` is missing in `mailboxes.main`. Write `user: vanphong@so.example`: User name. Or set TONGHOP_IMAP_USER.",
                "TONGHOP_SMTP_SECURITY: `none` would send mail and password to 10.0.0.1 for everybody to read. Write `tls` or `starttls`; `none` is for 127.0.0.1, ::1 and localhost.",
            ],
            id="mistakes of the environment name the variable",
        ),
        pytest.param(
            None,
            {"TONGHOP_IMAP_HOST": "h", "TONGHOP_IMAP_USER": "u", "TONGHOP_IMAP_PASWORD": "x", "TONGHOP_SMTP_HOST": "h", "TONGHOP_SMTP_USER": "s"},
            [
                "TONGHOP_IMAP_PASSWORD: The mailbox `main` has no password. Set TONGHOP_IMAP_PASSWORD_FILE, or write `password_file:` (a file with the password alone).",
                "TONGHOP_SMTP_PASSWORD: The transport `main` logs in as `s` and has no password. Set TONGHOP_SMTP_PASSWORD_FILE, or write `password_file:` (a file with the password alone).",
                "TONGHOP_IMAP_PASWORD: Nothing reads this variable. Did you mean TONGHOP_IMAP_PASSWORD?",
            ],
            id="no passwords, and why",
        ),
        pytest.param(
            None,
            {**SERVERS, "TONGHOP_SMTP_HOST": ""},
            [
                "TONGHOP_SMTP_HOST: Mail is read from a mail server, and no transport is named that letters go out by. Write `transports:` in tonghop.yaml, or set TONGHOP_SMTP_HOST."
            ],
            id="half a pair: no way out",
        ),
        pytest.param(
            None,
            {"TONGHOP_SMTP_HOST": "h", "TONGHOP_SMTP_PASSWORD": "x"},
            [
                "TONGHOP_SMTP_USER: The transport `main` has a password and no user. Write `user:`, or set TONGHOP_SMTP_USER.",
                "TONGHOP_IMAP_HOST: Letters go out by a mail server, and no mailbox is named that answers come back to. Write `mailboxes:` in tonghop.yaml, or set TONGHOP_IMAP_HOST.",
            ],
            id="half a pair: no way in",
        ),
        pytest.param(
            "store:\n  url: mysql://u:geheim@h/db\nschedule:\n  poll_minutes: 0\nprinter:\n  soffice: nowhere/soffice\nlog: INFO\n",
            {},
            [
                "tonghop.yaml:2:8: `mysql` is no database that can be used. Allowed: `sqlite`, `postgresql` or `postgresql+psycopg`. Write `sqlite:///tonghop.db`.",
                "tonghop.yaml:4:17: `0` is out of bounds. It must be at least 1.",
                "tonghop.yaml:6:12: There is no file HOME/nowhere/soffice.",
                "tonghop.yaml:7:6: A block of keys and values is expected here, not `INFO`.",
            ],
            id="the other blocks; no password is repeated",
        ),
        pytest.param(
            None,
            {**SERVERS, "TONGHOP_IMAP_PASSWORD": "", "TONGHOP_IMAP_PASSWORD_FILE": "nowhere", "TONGHOP_SMTP_CA_FILE": "no.pem"},
            [
                "TONGHOP_IMAP_PASSWORD_FILE: The password in HOME/nowhere cannot be read: No such file or directory.",
                "TONGHOP_SMTP_CA_FILE: There is no file HOME/no.pem.",
            ],
            id="files that are not there",
        ),
        pytest.param("mailboxes: x\n", {}, ["tonghop.yaml:1:12: `mailboxes` holds names, each with its block. Write `main:` below it."], id="no block"),
        pytest.param(
            "mailboxes:\n  main: [\n",
            {},
            [
                "tonghop.yaml:3:1: This is no YAML: while parsing a flow node expected the node content, but found '<stream end>'. Look at indents, quotes and colons here and in the line before."
            ],
            id="no YAML",
        ),
    ],
)  # fmt: skip
def test_every_mistake_is_told_at_once(tmp_path, text, environ, expected):
    """Place, what stands there, what is allowed, the nearest right word."""
    told = [problem.replace(str(tmp_path), "HOME") for problem in problems_of(tmp_path, environ, text)]
    assert expected == told


def test_the_template_changes_nothing(tmp_path):
    """A fresh tonghop.yaml consists of comments: the settings are those of an empty home."""
    before = load_settings(tmp_path, {})
    write(tmp_path, settings_template())
    assert before == load_settings(tmp_path, {})


def test_every_example_of_the_template_is_right(home):
    """With all # taken away the template loads, and shows every key there is."""
    (home / "secrets" / "smtp").write_text("x", encoding="utf-8")
    (home / "secrets" / "ca.pem").write_text("x", encoding="utf-8")
    soffice = home / "soffice"
    soffice.touch()
    _, mark, blocks = settings_template().partition("# Where answers arrive")
    text = re.sub(r"(?m)^#(?=\S|  )", "", mark + blocks).replace("/usr/bin/soffice", str(soffice))
    write(home, text)
    loaded = load_settings(home, {})
    assert [box.name for box in loaded.mailboxes] == ["main", "zalo"]
    models = (*BLOCKS.values(), *MAILBOX_KINDS.values(), *TRANSPORT_KINDS.values())
    keys = {field.alias or name for model in models for name, field in model.model_fields.items()}
    # A password itself has no place in an example.
    assert {key for key in keys if not re.search(rf"\b{key}:", text)} == {"password"}


@pytest.mark.parametrize("model", [*BLOCKS.values(), *MAILBOX_KINDS.values(), *TRANSPORT_KINDS.values()])
def test_every_setting_has_a_sentence_and_an_example(model):
    """The reference page and the remedies come from them."""
    for name, field in model.model_fields.items():
        assert (name, True, True) == (name, bool(field.description), bool(field.examples))


def test_every_variable_of_the_contract_sets_one_value():
    """Variables and keys map one to one, for main and for other names."""
    assert variable_of(("mailboxes", "main", "host")) == "TONGHOP_IMAP_HOST"
    assert variable_of(("mailboxes", "huyen-2", "password_file")) == "TONGHOP_IMAP_HUYEN_2_PASSWORD_FILE"
    assert variable_of(("transports", "main", "from")) == "TONGHOP_SMTP_FROM"
    assert variable_of(("store", "url")) == "TONGHOP_DATABASE_URL"
    assert variable_of(("log", "level")) == ""


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True), ("LOCALHOST.", True), ("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("[::1]", True),
        ("10.0.0.1", False), ("mail.so.example", False), ("localhost.example", False), ("", False), ("0.0.0.0", False),
    ],
)  # fmt: skip
def test_loopback_is_this_machine_only(host, expected):
    """Plain text is for loopback alone."""
    assert expected == is_loopback(host)


NAMES = st.sampled_from(
    ["HOST", "PORT", "USER", "PASSWORD", "SECURITY", "CA_FILE", "FOLDER", "FROM", "X", ""]
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.dictionaries(
        st.builds("TONGHOP_{}{}{}".format, st.sampled_from(["IMAP_", "SMTP_", ""]), st.sampled_from(["", "A_", "__"]), NAMES),
        st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=12),
        max_size=6,
    )
)  # fmt: skip
def test_no_environment_breaks_the_loader(tmp_path, environ):
    """Any variables: settings or problems."""
    try:
        loaded = load_settings(tmp_path, environ)
    except ConfigError as error:
        told = [problem.place for problem in error.problems]
        assert all(told)
    else:
        explain_settings(loaded)
