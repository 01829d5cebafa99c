"""The backup file: a tar of `manifest.json` and the database's own dump."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

FORMAT = 1
SUFFIX = ".backup"
MANIFEST = "manifest.json"
LONGEST_MANIFEST = 1_000_000  # bytes
BLOCK = 1_000_000  # bytes


class UnusableBackup(Exception):
    """The file is no backup or a broken one; the message gives the reason."""


@dataclass(frozen=True)
class Manifest:
    """The description inside a backup."""

    made_at: datetime  # aware; everything committed before is in it
    vendor: str  # "sqlite" or "postgresql"
    migrations: list[str]  # applied ones, as app.name
    size: int  # bytes of the data
    sha256: str  # of the data
    format: int = FORMAT

    def as_json(self) -> bytes:
        return json.dumps({**asdict(self), "made_at": self.made_at.isoformat()}, indent=2).encode()

    @classmethod
    def from_json(cls, raw: bytes) -> "Manifest":
        """Parse what `as_json` writes.

        Raises:
            UnusableBackup: `raw` is something else.
        """
        try:
            values: dict[str, Any] = json.loads(raw)
            manifest = cls(**{**values, "made_at": datetime.fromisoformat(values["made_at"])})
        except (ValueError, TypeError, KeyError):
            raise UnusableBackup("its manifest can't be read") from None
        if manifest.format != FORMAT:
            raise UnusableBackup(f"it is of format {manifest.format}, this program reads {FORMAT}")
        return manifest


def choose_backup_path(where: Path, now: datetime, vendor: str) -> Path:
    """Return the backup's file: `where`, or in that folder a file named after the time."""
    name = f"salon-{vendor}-{now:%Y%m%dT%H%M%SZ}{SUFFIX}"
    return where / name if where.is_dir() else where


def write_backup(path: Path, manifest: Manifest, data: Path) -> None:
    """Write a backup atomically, readable by its owner alone."""
    part = path.with_name(f".{path.name}.part")
    opened = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(opened, "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                text = manifest.as_json()
                head = tarfile.TarInfo(MANIFEST)
                head.size, head.mode = len(text), 0o600
                tar.addfile(head, io.BytesIO(text))
                tar.add(data, arcname=data.name, filter=remove_owner)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def remove_owner(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def read_manifest(path: Path) -> Manifest:
    """Return the manifest of a backup.

    Raises:
        UnusableBackup: it is none.
        OSError: it can't be opened.
    """
    with open_backup(path) as (manifest, _):
        return manifest


def extract_backup(path: Path, to: Path) -> None:
    """Write the data of a backup to `to` and verify its checksum.

    Raises:
        UnusableBackup: the file is broken.
    """
    with open_backup(path) as (manifest, data), to.open("xb") as file:
        copy_and_verify(data, file, manifest)


@contextmanager
def open_backup(path: Path) -> Iterator[tuple[Manifest, IO[bytes]]]:
    """Open a backup; yield its manifest and its data."""
    try:
        with tarfile.open(path, "r:") as tar:
            head = tar.next()
            if head is None or head.name != MANIFEST or head.size > LONGEST_MANIFEST:
                raise UnusableBackup("it is not a backup of this program")
            manifest = Manifest.from_json(open_member(tar, head).read())
            member = tar.next()
            if member is None or member.size != manifest.size:
                raise UnusableBackup("it ends too early")
            yield manifest, open_member(tar, member)
    except tarfile.ReadError:
        raise UnusableBackup("it is not a backup, or it ends too early") from None


def open_member(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    """Open a file of a tar.

    Raises:
        UnusableBackup: `member` is no file.
    """
    file = tar.extractfile(member)
    if file is None:
        raise UnusableBackup("it is not a backup of this program")
    return file


def copy_and_verify(data: IO[bytes], file: IO[bytes], manifest: Manifest) -> None:
    """Copy the data and compare its checksum.

    Raises:
        UnusableBackup: the checksum differs.
    """
    checksum = hashlib.sha256()
    while block := data.read(BLOCK):
        checksum.update(block)
        file.write(block)
    if checksum.hexdigest() != manifest.sha256:
        raise UnusableBackup("its checksum is wrong: it was damaged or changed")


def compute_checksum(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
