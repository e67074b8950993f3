"""Edge to LibreOffice: documents printed or converted, in a Vietnamese profile, bounded in time."""

from __future__ import annotations

import contextlib
import logging
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from domain.errors import PrintingError

log = logging.getLogger(__name__)

#: Seconds for one document; a first start on a slow machine takes some ten.
DEFAULT_TIMEOUT = 120.0
_INSTALL = (
    "install LibreOffice Writer (Debian: apt-get install libreoffice-writer-nogui fonts-liberation2) "
    "or name the program in the settings"
)
#: A proxy that nobody runs: pictures and templates that a document wants from elsewhere stay away.
_NO_NETWORK = dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy", "all_proxy"), "http://127.0.0.1:9")
#: Numbers and dates are written by the locale of the profile, not by that of the document.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">
<value>vi-VN</value></prop></item>
<item oor:path="/org.openoffice.Office.Linguistic/General"><prop oor:name="DefaultLocale" oor:op="fuse">
<value>vi-VN</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel"
 oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableActiveContent"
 oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop
 oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse">
<value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="FirstRun" oor:op="fuse">
<value>false</value></prop></item>
</oor:items>
"""


class LibreOffice:
    """Prints and converts with `soffice`; every call has its own profile, so that none disturbs another.

    A foreign file is opened without macros, without links being followed, and with every web address
    answered by nobody.
    """

    def __init__(self, soffice: str | None = None, timeout: float = DEFAULT_TIMEOUT) -> None:
        """Take the program's path, or find it; *timeout* is in seconds for one document."""
        self._soffice = soffice
        self._timeout = timeout

    @property
    def program(self) -> str | None:
        """Path of the program; None when it is not installed."""
        if self._soffice:
            return shutil.which(self._soffice)
        return shutil.which("soffice") or shutil.which("libreoffice")

    def pdf(self, document: bytes) -> bytes:
        """Print *document* (.docx) to PDF; raises PrintingError."""
        return self._convert(document, suffix="docx", to="pdf")

    def word(self, document: bytes, *, ending: str) -> bytes:
        """Convert a text *document* that goes by *ending* ("doc") to .docx; raises PrintingError."""
        return self._convert(document, suffix=ending, to="docx")

    def _convert(self, content: bytes, *, suffix: str, to: str) -> bytes:
        program = self.program
        if program is None:
            named = f"`{self._soffice}` is not there" if self._soffice else "LibreOffice is not installed"
            raise PrintingError(f"{named}: {_INSTALL}")
        with tempfile.TemporaryDirectory(prefix="tonghop-pdf-", ignore_cleanup_errors=True) as folder:
            here = pathlib.Path(folder)
            settings = here / "profile" / "user"
            settings.mkdir(parents=True)
            (settings / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
            source = here / f"document.{suffix}"
            source.write_bytes(content)
            target = here / "out"
            target.mkdir()
            command = [
                program,
                f"-env:UserInstallation={(here / 'profile').as_uri()}",
                "--headless",
                "--norestore",
                "--nolockcheck",
                "--nodefault",
                "--convert-to",
                to,
                "--outdir",
                str(target),
                str(source),
            ]
            said = self._run(command, here)
            made = target / f"document.{to}"
            if not made.is_file() or not made.stat().st_size:
                log.warning("LibreOffice made no file", extra={"action": "printing_failed", "said": said})
                raise PrintingError(f"LibreOffice made no .{to} of the document: {said or 'it said nothing'}")
            return made.read_bytes()

    def _run(self, command: list[str], here: pathlib.Path) -> str:
        """Run the program in a process group of its own, and give the last line it said."""
        environment = os.environ | {"HOME": str(here), "LC_ALL": "C.UTF-8"} | _NO_NETWORK
        try:
            process = subprocess.Popen(  # noqa: S603 - the office's own program, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=here,
                start_new_session=True,
            )
        except OSError as error:
            raise PrintingError(f"LibreOffice cannot be started ({error.strerror}): {_INSTALL}") from error
        try:
            said, _ = process.communicate(timeout=self._timeout)
        except subprocess.TimeoutExpired as error:
            log.warning("LibreOffice took too long", extra={"action": "printing_timed_out"})
            raise PrintingError(f"LibreOffice was not done after {self._timeout:g} seconds") from error
        finally:
            # soffice is a script around soffice.bin: the whole group has to go, whatever happened.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
        lines = said.decode(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")
