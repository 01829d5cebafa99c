"""A backup is one private file that can be trusted; a restore changes nothing unless it fits."""

import io
import json
import stat
import tarfile
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from operations import archive, postgres
from salon.models import Salon

pytestmark = pytest.mark.django_db(transaction=True)

OTHER_KIND = {"sqlite": "postgresql", "postgresql": "sqlite"}[connection.vendor]


def backup(where):
    printed = StringIO()
    call_command("backup", where, stdout=printed)
    return printed.getvalue()


def restore(path, *options):
    printed = StringIO()
    call_command("restore", path, *options, stdout=printed)
    return printed.getvalue()


@pytest.fixture
def made(aurora, tmp_path):
    """A backup in which there is one salon."""
    backup(tmp_path / "salon.backup")
    return tmp_path / "salon.backup"


@pytest.fixture
def rewritten(made):
    """`rewritten(**values)`: the backup again, its manifest saying something else."""

    def rewrite(**values):
        with tarfile.open(made) as tar:
            data = tar.getmembers()[1]
            content = tar.extractfile(data).read()
            manifest = json.loads(tar.extractfile("manifest.json").read()) | values
        with tarfile.open(made, "w") as tar:
            for name, text in (("manifest.json", json.dumps(manifest).encode()), ("data", content)):
                info = tarfile.TarInfo(name)
                info.size = len(text)
                tar.addfile(info, io.BytesIO(text))
        return made

    return rewrite


def test_only_its_owner_may_read_a_backup(made):
    assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_a_folder_gets_a_file_named_after_kind_and_moment(aurora, tmp_path):
    printed = backup(tmp_path)
    [path] = tmp_path.iterdir()
    assert path.match(f"salon-{connection.vendor}-20??????T??????Z.backup")
    assert str(path) in printed


def test_a_file_that_is_there_is_not_overwritten(made):
    before = made.read_bytes()
    with pytest.raises(CommandError, match="exists already"):
        backup(made)
    assert made.read_bytes() == before


def test_nothing_is_left_of_a_backup_that_failed(aurora, tmp_path, monkeypatch):
    def full(path):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(archive, "compute_checksum", full)
    with pytest.raises(CommandError, match="No space left on device"):
        backup(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_named(aurora, tmp_path):
    with pytest.raises(CommandError, match="nowhere"):
        backup(tmp_path / "nowhere" / "salon.backup")


def test_what_was_lost_is_there_again(made, aurora, everything):
    before = everything()
    Salon.objects.update(name="Changed")
    Salon.objects.create(name="New", timezone="UTC")
    printed = restore(made, "--yes")
    assert everything() == before
    assert "Restored as of" in printed


def test_an_empty_database_is_filled_without_being_asked_twice(made, everything):
    call_command("flush", interactive=False, verbosity=0)
    restore(made)
    assert Salon.objects.get().name == "Aurora"


@pytest.mark.skipif(connection.vendor == "sqlite", reason="a database without tables")
def test_a_postgresql_without_tables_is_filled(made):
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {', '.join(connection.introspection.table_names())} CASCADE")
        cursor.execute("DROP EXTENSION btree_gist CASCADE")
    restore(made)
    assert Salon.objects.get().name == "Aurora"
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = 'busy_span_no_double_booking'")
        assert cursor.fetchone()


@pytest.mark.skipif(connection.vendor == "postgresql", reason="a file that is gone")
def test_an_sqlite_file_that_is_gone_is_made_again(made):
    connection.close()
    for path in database_files():
        path.unlink()
    restore(made)
    assert Salon.objects.get().name == "Aurora"


@pytest.mark.skipif(connection.vendor == "postgresql", reason="a file that is damaged")
def test_a_damaged_sqlite_file_is_replaced_when_asked_to_and_kept(made):
    connection.close()
    for path in database_files():
        path.write_bytes(b"damaged" * 1000)
    with pytest.raises(CommandError, match="not empty"):
        restore(made)
    printed = restore(made, "--yes")
    assert Salon.objects.get().name == "Aurora"
    [kept] = [line.split()[-1].rstrip(".") for line in printed.splitlines() if "is kept as" in line]
    with open(kept, "rb") as file:
        assert file.read(7) == b"damaged"


def database_files():
    from pathlib import Path

    path = Path(str(connection.settings_dict["NAME"]))
    return [each for each in path.parent.glob(f"{path.name}*") if "before" not in each.name]


def test_a_database_with_rows_in_it_is_kept_without_yes(made):
    Salon.objects.update(name="Changed")
    with pytest.raises(CommandError, match="--yes"):
        restore(made)
    assert Salon.objects.get().name == "Changed"


@pytest.mark.parametrize("at", [0, 0.5, 1])
def test_a_damaged_backup_is_refused(made, at):
    with tarfile.open(made) as tar:
        data = tar.getmembers()[1]
    content = bytearray(made.read_bytes())
    content[data.offset_data + int(at * (data.size - 1))] ^= 1
    made.write_bytes(content)
    Salon.objects.update(name="Changed")
    with pytest.raises(CommandError, match="checksum"):
        restore(made, "--yes")
    assert Salon.objects.get().name == "Changed"


def test_a_backup_that_ends_too_early_is_refused(made):
    made.write_bytes(made.read_bytes()[:-20_000])
    with pytest.raises(CommandError, match="too early"):
        restore(made, "--yes")


@pytest.mark.parametrize("content", [b"", b"something else", b"\0" * 20_000])
def test_another_file_is_refused(aurora, tmp_path, content):
    (tmp_path / "other").write_bytes(content)
    with pytest.raises(CommandError, match="not a backup"):
        restore(tmp_path / "other", "--yes")


def test_a_file_that_is_not_there_is_named(aurora, tmp_path):
    with pytest.raises(CommandError, match=r"none\.backup"):
        restore(tmp_path / "none.backup", "--yes")


def test_a_backup_of_the_other_database_is_refused(rewritten):
    with pytest.raises(CommandError, match="use move_data"):
        restore(rewritten(vendor=OTHER_KIND), "--yes")


def test_a_backup_of_a_newer_program_is_refused(rewritten):
    with pytest.raises(CommandError, match=r"newer version .*salon\.9999_later"):
        restore(rewritten(migrations=["salon.0001_initial", "salon.9999_later"]), "--yes")


def test_a_backup_of_another_format_is_refused(rewritten):
    with pytest.raises(CommandError, match="format 2"):
        restore(rewritten(format=2), "--yes")


def test_a_backup_of_an_older_program_is_brought_up_to_date(made, aurora, tmp_path):
    call_command("migrate", "appointment", "0004", verbosity=0)
    backup(tmp_path / "older.backup")
    call_command("migrate", verbosity=0)
    restore(tmp_path / "older.backup", "--yes")
    call_command("migrate", check_unapplied=True, verbosity=0)  # exits when one is missing


@pytest.mark.skipif(connection.vendor == "sqlite", reason="about pg_restore")
def test_a_restore_that_fails_on_its_way_changes_nothing(made, monkeypatch, tmp_path):
    Salon.objects.update(name="Changed")
    monkeypatch.setattr(postgres, "PORTABLE_OPTIONS", ["--no-such-option"])
    with pytest.raises(CommandError, match="nothing was changed"):
        restore(made, "--yes")
    assert Salon.objects.get().name == "Changed"


@pytest.mark.skipif(connection.vendor == "sqlite", reason="about pg_restore")
def test_a_restore_that_is_cut_off_changes_nothing(made, monkeypatch, tmp_path):
    """pg_restore prints all but its end, then fails."""
    cut = tmp_path / "pg_restore"
    cut.write_text('#!/bin/sh\n/usr/bin/env pg_restore "$@" | head -c 30000\nexit 1\n')
    cut.chmod(0o700)
    which = postgres.find_client_tool
    monkeypatch.setattr(
        postgres, "find_client_tool", lambda n: str(cut) if n == "pg_restore" else which(n)
    )
    Salon.objects.update(name="Changed")
    with pytest.raises(CommandError, match="nothing was changed"):
        restore(made, "--yes")
    assert Salon.objects.get().name == "Changed"


@pytest.mark.skipif(connection.vendor == "sqlite", reason="about pg_dump")
def test_missing_client_tools_are_named(aurora, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match="apt-get install postgresql-client"):
        backup(tmp_path)


def test_a_program_that_runs_is_not_pulled_away_from_under(made, make_run):
    from booking_api.settings import ENV

    with make_run(ENV.data_dir), pytest.raises(CommandError, match="`make run` is running"):
        restore(made, "--yes")


def test_make_run_waits_until_a_restore_has_ended(made, monkeypatch):
    from operations import post_restore
    from runner import preflight

    def start(made_at):
        monkeypatch.setenv("DATA_DIR", str(ENV.data_dir))
        preflight.lock_data_dir()

    from booking_api.settings import ENV

    monkeypatch.setattr(post_restore, "prepare_restored_notifications", start)
    with pytest.raises(preflight.StartRefused, match="already running"):
        restore(made, "--yes")
