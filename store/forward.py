"""Brings the database of an earlier release forward: one step a schema, all in one transaction.

The steps are written out in SQL and never change: they tell what was, whatever the tables of today look like.
SQLite cannot drop a constraint, so a table whose keys change is made anew and filled (sqlite.org,
"ALTER TABLE", the procedure in twelve steps); that needs foreign keys off before the transaction begins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.errors import SchemaTooOld, StoreError

if TYPE_CHECKING:
    import sqlite3

#: A stored return may be read again: the key gets the number of the reading.
_READINGS: Final = (
    """
    CREATE TABLE submissions_2 (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        campaign TEXT NOT NULL,
        unit TEXT NOT NULL,
        item TEXT NOT NULL,
        message INTEGER NOT NULL,
        attachment_name TEXT NOT NULL,
        attachment_sha256 VARCHAR(64) NOT NULL,
        received_at VARCHAR(27) NOT NULL,
        verdict TEXT NOT NULL,
        form_version TEXT NOT NULL,
        content_digest TEXT NOT NULL,
        not_checked TEXT NOT NULL,
        lists TEXT,
        understood_as TEXT,
        reading INTEGER NOT NULL,
        CONSTRAINT uq_submissions_message_unit_item_attachment_sha256_reading
            UNIQUE (message, unit, item, attachment_sha256, reading),
        CONSTRAINT fk_submissions_message FOREIGN KEY(message) REFERENCES messages (id)
    )
    """,
    """
    INSERT INTO submissions_2
    SELECT id, campaign, unit, item, message, attachment_name, attachment_sha256, received_at, verdict,
           form_version, content_digest, not_checked, lists, understood_as, 1
    FROM submissions
    """,
    "DROP TABLE submissions",
    "ALTER TABLE submissions_2 RENAME TO submissions",
    "CREATE INDEX ix_submissions_campaign_unit_item ON submissions (campaign, unit, item)",
)
#: A finding may stand for many places of one column.
_COUNTED_FINDINGS: Final = ("ALTER TABLE findings ADD COLUMN places INTEGER DEFAULT '1' NOT NULL",)
#: Words of text reports.
_REPORT_TEXTS: Final = (
    """
    CREATE TABLE report_texts (
        submission INTEGER NOT NULL,
        state TEXT NOT NULL,
        problem TEXT,
        blocks TEXT NOT NULL,
        CONSTRAINT pk_report_texts PRIMARY KEY (submission),
        CONSTRAINT fk_report_texts_submission FOREIGN KEY(submission) REFERENCES submissions (id)
    ) WITHOUT ROWID
    """,
)
#: How far folders were read, and how often an account refused us.
_FOLDER_MARKS: Final = (
    """
    CREATE TABLE folder_marks (
        account TEXT NOT NULL,
        folder TEXT NOT NULL,
        uidvalidity BIGINT NOT NULL,
        uidnext BIGINT NOT NULL,
        messages BIGINT NOT NULL,
        audited_at VARCHAR(27) NOT NULL,
        CONSTRAINT pk_folder_marks PRIMARY KEY (account, folder)
    )
    """,
    """
    CREATE TABLE refused_logins (
        id INTEGER NOT NULL,
        account TEXT NOT NULL,
        at VARCHAR(27) NOT NULL,
        CONSTRAINT pk_refused_logins PRIMARY KEY (id)
    )
    """,
)
#: What leads from a schema to the next one.
STEPS: Final = {1: _READINGS, 2: _COUNTED_FINDINGS, 3: _REPORT_TEXTS, 4: _FOLDER_MARKS}


def bring_forward(connection: sqlite3.Connection, *, to: int) -> None:
    """Take the database behind *connection* to schema *to*, all or nothing; safe to call twice.

    The connection must be in autocommit mode. Raises SchemaTooOld when no step leads on, StoreError when a
    row would lose what it points at.
    """
    (enforced,) = connection.execute("PRAGMA foreign_keys").fetchone()
    connection.execute("PRAGMA foreign_keys = OFF")
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            _take_steps(connection, to)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
    finally:
        connection.execute(f"PRAGMA foreign_keys = {enforced}")


def _take_steps(connection: sqlite3.Connection, to: int) -> None:
    # Another process may have come first while this one waited for the lock.
    (version,) = connection.execute("SELECT version FROM schema_version").fetchone()
    while version < to:
        if version not in STEPS:
            raise SchemaTooOld(f"the database has schema {version}, this release needs {to}")
        for statement in STEPS[version]:
            connection.execute(statement)
        version += 1
    if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise StoreError("the database holds rows that point at nothing; it stays as it was")
    connection.execute("UPDATE schema_version SET version = ?", (version,))
