"""An IMAP server on loopback that answers as a test tells it, faults included."""

import contextlib
import socket
import threading

#: Closes the connection.
CLOSE = b"CLOSE"
#: Says nothing more until the client gives up.
HANG = b"HANG"
#: At the end of an answer: without a line's end.
CUT = b"CUT"
#: Answers by command; what does not begin with "*" gets the tag of the command.
ANSWERS = {
    b"CAPABILITY": [b"* CAPABILITY IMAP4rev1", b"OK"],
    b"LOGIN": [b"OK"],
    b"LIST": [b'* LIST () "/" INBOX', b"OK"],
    b"EXAMINE": [b"* 2 EXISTS", b"* OK [UIDVALIDITY 7] x", b"OK [READ-ONLY]"],
    b"SEARCH": [b"* SEARCH 1 2", b"OK"],
    b"LOOK": [
        b'* 1 FETCH (UID 1 INTERNALDATE "18-Oct-2021 09:30:00 +0700" RFC822.SIZE 4)',
        b'* 2 FETCH (UID 2 INTERNALDATE "18-Oct-2021 09:31:00 +0700" RFC822.SIZE 9999)',
        b"OK",
    ],
    b"BODY": [b"* 1 FETCH (UID 1 BODY[] {4}\r\nA: 1)", b"* 2 FETCH (UID 2 BODY[] {4}\r\nA: 2)", b"OK"],
    b"LOGOUT": [b"* BYE x", b"OK"],
}


class ScriptedImap:
    """Runs in a thread; FETCH of bodies is called BODY, of anything else LOOK."""

    def __init__(self, **changes):
        self.answers = ANSWERS | {name.encode(): answer for name, answer in changes.items()}
        #: Commands as they came, without their tags.
        self.heard = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()
        self._server.close()

    @property
    def port(self):
        """Where it listens."""
        return self._server.getsockname()[1]

    def _serve(self):
        self._server.settimeout(0.05)
        while not self._done.is_set():
            with contextlib.suppress(OSError):
                connection, _ = self._server.accept()
                with connection, connection.makefile("rb") as lines:
                    connection.settimeout(2)
                    connection.sendall(b"* OK ready\r\n")
                    self._converse(connection, lines)

    def _converse(self, connection, lines):
        for line in lines:
            tag, _, command = line.partition(b" ")
            self.heard.append(command.strip())
            for answer in self.answers.get(_kind(command.upper()), [b"BAD unknown"]):
                if answer == CLOSE:
                    return
                if answer == HANG:
                    while connection.recv(1000):
                        pass
                    return
                head = b"" if answer.startswith((b"*", b"+")) else tag + b" "
                # RFC 9051 7.1: words follow a status, and imaplib insists on them.
                end = b"" if answer.endswith(CUT) else b" done\r\n" if answer == b"OK" else b"\r\n"
                connection.sendall(head + answer.removesuffix(CUT) + end)


def _kind(command):
    if b"FETCH" in command:
        return b"BODY" if b"BODY" in command else b"LOOK"
    words = command.split()
    return words[1] if words[0] == b"UID" else words[0]
