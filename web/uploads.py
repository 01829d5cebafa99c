"""The files of an old book that wait on this machine between two pages of the import.

They lie below DATA_DIR, one folder for each upload, readable by the program alone. They name
customers: what is older than a day goes as soon as anybody uploads again.
"""

import re
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.http import Http404

from salon.models import Salon

KINDS = ("book", "services", "customers")
KEPT = 24 * 3600  # seconds
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True)
class Upload:
    """One salon's upload. `token` is its unguessable name in addresses."""

    folder: Path

    @property
    def token(self) -> str:
        return self.folder.name

    @property
    def book(self) -> Path:
        return self.folder / "book.csv"

    def path(self, kind: str) -> Path | None:
        """Where the file of that kind lies; None when it was not uploaded."""
        path = self.folder / f"{kind}.csv"
        return path if path.exists() else None

    def rejects(self, kind: str) -> Path:
        """Where the lines of that file go which could not be taken."""
        return self.folder / f"{kind}.rejects.csv"


def keep(salon: Salon, files: Mapping[str, BinaryIO | None]) -> Upload:
    """Store what was uploaded, by kind; uploads of more than a day ago go."""
    remove_old()
    folder = folder_of(salon) / secrets.token_urlsafe(16)
    folder.mkdir(mode=0o700, parents=True)
    for kind in KINDS:
        file = files.get(kind)
        if file is not None:
            with (folder / f"{kind}.csv").open("wb") as target:
                shutil.copyfileobj(file, target)
    return Upload(folder)


def find(salon: Salon, token: str) -> Upload:
    """The salon's upload of that name.

    Raises:
        Http404: there is none, or none any more.
    """
    folder = folder_of(salon) / token
    if not TOKEN.fullmatch(token) or not folder.is_dir():
        raise Http404
    return Upload(folder)


def discard(upload: Upload) -> None:
    """Remove an upload at once."""
    shutil.rmtree(upload.folder, ignore_errors=True)


def home() -> Path:
    """Where all uploads lie."""
    return Path(settings.ENV.data_dir) / "imports"


def folder_of(salon: Salon) -> Path:
    return home() / str(salon.pk)


def remove_old() -> None:
    """Remove the uploads, of all salons, that were made more than `KEPT` seconds ago."""
    for folder in home().glob("*/*"):
        if folder.stat().st_mtime < time.time() - KEPT:
            shutil.rmtree(folder, ignore_errors=True)
