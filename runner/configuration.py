"""The configuration of this installation, as `manage.py check_environment` reports it."""

import json
import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Configuration:
    """Checked values; no other code of the runner reads an environment variable."""

    host: str
    port: int
    data_dir: str  # absolute
    database: str
    redis: str
    redis_embedded: bool
    redis_socket: str  # "" unless redis_embedded
    phone: str
    phone_warning: str  # "" when there is nothing to warn of
    debug: bool
    demo: bool
    web_workers: int
    worker_processes: int
    worker_threads: int
    public_url: str

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the configuration in the JSON object `text`; ignore unknown keys."""
        values = json.loads(text)
        return cls(**{field.name: values[field.name] for field in fields(cls)})

    def environment(self) -> dict[str, str]:
        """Return the environment of every part: ours, with the defaults filled in."""
        return {
            **os.environ,
            "DATA_DIR": self.data_dir,
            "HOST": self.host,
            "PORT": str(self.port),
            "DEBUG": "1" if self.debug else "0",
            "PYTHONUNBUFFERED": "1",  # a part's lines come when they are written
        }
