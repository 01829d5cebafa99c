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

FILE_KINDS = ("book", "services", "customers")
KEPT_SECONDS = 24 * 3600  # seconds
TOKEN_PATTERN = re.compile(r"[A-Za-z0-9_-]{22}")


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


def store_upload(salon: Salon, files: Mapping[str, BinaryIO | None]) -> Upload:
    """Store what was uploaded, by kind; uploads of more than a day ago go."""
    delete_old_uploads()
    folder = get_salon_folder(salon) / secrets.token_urlsafe(16)
    folder.mkdir(mode=0o700, parents=True)
    for kind in FILE_KINDS:
        file = files.get(kind)
        if file is not None:
            with (folder / f"{kind}.csv").open("wb") as target:
                shutil.copyfileobj(file, target)
    return Upload(folder)


def get_upload(salon: Salon, token: str) -> Upload:
    """The salon's upload of that name.

    Raises:
        Http404: there is none, or none any more.
    """
    folder = get_salon_folder(salon) / token
    if not TOKEN_PATTERN.fullmatch(token) or not folder.is_dir():
        raise Http404
    return Upload(folder)


def delete_upload(upload: Upload) -> None:
    """Remove an upload at once."""
    shutil.rmtree(upload.folder, ignore_errors=True)


def get_uploads_folder() -> Path:
    """Where all uploads lie."""
    return Path(settings.ENV.data_dir) / "imports"


def get_salon_folder(salon: Salon) -> Path:
    return get_uploads_folder() / str(salon.pk)


def delete_old_uploads() -> None:
    """Remove the uploads, of all salons, that were made more than `KEPT` seconds ago."""
    for folder in get_uploads_folder().glob("*/*"):
        if folder.stat().st_mtime < time.time() - KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
