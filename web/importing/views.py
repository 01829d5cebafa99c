"""An owner takes over the salon's old book: upload, look at what is understood, take it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.api.errors import Refusal
from importing.actions import Import, ImportJob, write_rejects_file
from importing.queries import open_table
from pages.access import SalonRequest, require_owner, require_sign_in
from web.importing import uploads
from web.importing.forms import MappingForm, UploadForm, detect_initial_mapping
from web.importing.uploads import FILE_KINDS, Upload

MAX_LINES = 20_000  # taken while one waits; more is the operator's work
PREVIEWED_LINES = 10  # lines
MAX_SHOWN_PROBLEMS = 20  # problems


@require_sign_in
@require_owner
@require_http_methods(["GET", "HEAD", "POST"])
def handle_upload_form(request: SalonRequest) -> HttpResponse:
    """Choose the files of the old program."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        kept = uploads.store_upload(request.salon, form.cleaned_data)
        if is_readable(kept, form):
            return redirect("web:import-mapping", kept.token)
        uploads.delete_upload(kept)
    context = {"form": form}
    return render(request, "web/importing/upload.html", context, status=400 if form.errors else 200)


def is_readable(kept: Upload, form: UploadForm) -> bool:
    """Whether each file is a table of a size that is read while one waits; tells what is not."""
    for kind in FILE_KINDS:
        path = kept.path(kind)
        try:
            lines = sum(1 for _line in open_table(path).lines()) if path else 0
        except Refusal as refusal:
            form.add_error(kind, refusal.detail)
            continue
        if lines > MAX_LINES:
            sentence = _("More than %(most)d lines. Ask your administrator to run import_bookings.")
            form.add_error(kind, sentence % {"most": MAX_LINES})
    return not form.errors


@require_sign_in
@require_owner
@require_http_methods(["GET", "HEAD", "POST"])
def handle_mapping_form(request: SalonRequest, token: str) -> HttpResponse:
    """Show what the first lines mean; once that is right, try it out or take all."""
    kept = uploads.get_upload(request.salon, token)
    table = open_table(kept.book)
    form = MappingForm(
        table, request.POST if request.method == "POST" else detect_initial_mapping(table)
    )
    wanted = request.POST.get("do", "look")
    context: dict[str, Any] = {"form": form, "upload": kept, "is_trial": wanted == "check"}
    work = prepare_import(request, kept, form, dry_run=wanted != "take")
    if work is not None and wanted in {"check", "take"}:
        context |= run_import(work, kept, form)
    if "result" in context and wanted == "take":
        return render(request, "web/importing/import_result.html", context)
    if work is not None:
        context["preview"] = list(work.preview(PREVIEWED_LINES))
    is_wrong = request.method == "POST" and form.errors
    return render(request, "web/importing/mapping.html", context, status=400 if is_wrong else 200)


def prepare_import(
    request: SalonRequest, kept: Upload, form: MappingForm, *, dry_run: bool
) -> Import | None:
    """The import that the form describes; None when it can't be, and the form says why."""
    if not form.is_valid():
        return None
    try:
        return Import(
            ImportJob(
                request.salon,
                kept.book,
                form.mapping(),
                services=kept.path("services"),
                customers=kept.path("customers"),
                confirm=form.cleaned_data["confirm"],
                dry_run=dry_run,
            )
        )
    except Refusal as refusal:
        form.add_refusal(refusal)
        return None


def run_import(work: Import, kept: Upload, form: MappingForm) -> dict[str, Any]:
    """Run it and keep the lines that could not be taken; what the page shows of it."""
    try:
        result = work.run()
    except Refusal as refusal:
        form.add_refusal(refusal)
        return {}
    return {"result": result, "problems": [*collect_file_problems(work, kept)]}


@dataclass(frozen=True)
class FileProblems:
    """The lines of one file that somebody has to look at."""

    kind: str
    count: int
    first: list[tuple[int, str]]  # the number of the line and what is wrong with it


def collect_file_problems(work: Import, kept: Upload) -> Iterator[FileProblems]:
    """What is wrong in each file; all of it is kept for the download."""
    for kind, table, lines in work.files():
        reasons = lines.to_look_at
        if reasons:
            write_rejects_file(kept.rejects(kind), table, reasons)
            yield FileProblems(kind, len(reasons), list(reasons.items())[:MAX_SHOWN_PROBLEMS])


@require_sign_in
@require_owner
@require_safe
def download_rejects(request: SalonRequest, token: str, kind: str) -> HttpResponse:
    """The lines that could not be taken, with the reasons, as a CSV file.

    Raises:
        Http404: there is no such upload of this salon, or all its lines were taken.
    """
    path = uploads.get_upload(request.salon, token).rejects(kind)
    if not path.exists():
        raise Http404
    disposition = f'attachment; filename="{path.name}"'
    headers = {"Content-Disposition": disposition}
    return HttpResponse(path.read_bytes(), content_type="text/csv", headers=headers)
