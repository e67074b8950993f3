"""Options that every command takes, and the words that explain them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
        help="Folder with tonghop.yaml and campaigns/ (TONGHOP_HOME; default: here).",
        metavar="DIR",
    ),
]
Now = Annotated[
    str | None,
    typer.Option("--now", help="Set the clock of this command, ISO (TONGHOP_NOW).", metavar="ISO"),
]
CampaignName = Annotated[
    str | None,
    typer.Option("--campaign", "-c", help="Campaign code, or the folder of one.", metavar="CODE|DIR"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only on stdout.")]
By = Annotated[str, typer.Option("--by", help="Name of the person who decides.", metavar="NAME")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in words; it is kept.", metavar="WORDS")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Where to write it.", metavar="FILE")]
