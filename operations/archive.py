"""A backup: one file, a tar of `manifest.json` and of the database as its own tools write it."""

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
    """The file is no backup, or a broken one; the message says which."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

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
        """Raises Unusable when `raw` is not what `as_json` writes."""
        try:
            values: dict[str, Any] = json.loads(raw)
            manifest = cls(**{**values, "made_at": datetime.fromisoformat(values["made_at"])})
        except (ValueError, TypeError, KeyError):
            raise UnusableBackup("its manifest can't be read") from None
        if manifest.format != FORMAT:
            raise UnusableBackup(f"it is of format {manifest.format}, this program reads {FORMAT}")
        return manifest


def choose_backup_path(where: Path, now: datetime, vendor: str) -> Path:
    """The file a backup goes to: `where`, or in that folder one that is named after the moment."""
    name = f"salon-{vendor}-{now:%Y%m%dT%H%M%SZ}{SUFFIX}"
    return where / name if where.is_dir() else where


def write_backup(path: Path, manifest: Manifest, data: Path) -> None:
    """Write a backup that only we may read; it is there whole or not at all."""
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
    """What the backup says of itself.

    Raises:
        Unusable: it is none.
        OSError: it can't be opened.
    """
    with open_backup(path) as (manifest, _):
        return manifest


def extract_backup(path: Path, to: Path) -> None:
    """Write the data of a backup to `to`, which is not kept unless every byte is right.

    Raises:
        Unusable: the file is broken.
    """
    with open_backup(path) as (manifest, data), to.open("xb") as file:
        copy_and_verify(data, file, manifest)


@contextmanager
def open_backup(path: Path) -> Iterator[tuple[Manifest, IO[bytes]]]:
    """The manifest and the data of a backup."""
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
    """Raises Unusable when `member` is no file."""
    file = tar.extractfile(member)
    if file is None:
        raise UnusableBackup("it is not a backup of this program")
    return file


def copy_and_verify(data: IO[bytes], file: IO[bytes], manifest: Manifest) -> None:
    """Raises Unusable when the bytes are not those that were written."""
    checksum = hashlib.sha256()
    while block := data.read(BLOCK):
        checksum.update(block)
        file.write(block)
    if checksum.hexdigest() != manifest.sha256:
        raise UnusableBackup("its checksum is wrong: it was damaged or changed")


def compute_checksum(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
