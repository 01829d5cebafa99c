"""Errors of the API and the pages: a code, a sentence for people and an HTTP status."""

from typing import Any, TypeGuard

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.db import DatabaseError, IntegrityError, OperationalError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import resolve
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from core.db import storage_errors

# PostgreSQL's codes for a lost race: serialization failure, deadlock.
LOST_RACE_CODES = {"40001", "40P01"}

logger = structlog.get_logger(__name__)


class Refusal(Exception):
    """A refused request; `errors` maps fields to sentences."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        errors: dict[str, list[str]] | None = None,
        status_code: int = status.HTTP_409_CONFLICT,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.errors = errors
        self.status_code = status_code


def build_field_refusal(field: str, code: str, detail: str) -> Refusal:
    """Return a refusal because of one field."""
    return Refusal(code, detail, errors={field: [detail]}, status_code=400)


def handle_api_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return every error of the API as {code, detail, errors?}."""
    if is_database_refusal(error):
        error = build_database_refusal(error)
    if isinstance(error, RequestDataTooBig):
        error = Refusal("too_large", _("That is too much at once."), status_code=413)
    if isinstance(error, Refusal):
        return Response(
            build_error_body(error.code, error.detail, error.errors), status=error.status_code
        )
    if isinstance(error, ValidationError):
        error = exceptions.ValidationError(getattr(error, "message_dict", error.messages))
    response = drf_exception_handler(error, context)
    if response is None:
        return None  # not an API error: Django answers 500 and logs it
    response.data = build_api_error(error)
    return response


def is_database_refusal(error: Exception) -> TypeGuard[DatabaseError]:
    """Return whether the database refused a valid statement; its other errors are bugs."""
    if isinstance(error, IntegrityError | OperationalError):
        return True
    return isinstance(error, DatabaseError) and bool(storage_errors.get_storage_error(error))


def build_database_refusal(error: DatabaseError) -> Refusal:
    """Return the refusal for a lost race, a database that takes no writes, or one that is down."""
    diagnosis = getattr(error.__cause__, "diag", None)  # PostgreSQL's own sentence quotes values
    what = diagnosis.constraint_name or diagnosis.sqlstate if diagnosis else str(error)
    logger.warning("refused_by_database", error=type(error).__name__, what=what)
    if isinstance(error, IntegrityError) or what in LOST_RACE_CODES:
        detail = _("Somebody changed the same data at this very moment. Reload and try again.")
        return Refusal("conflict", detail)
    if storage_errors.report_storage_error(error):
        detail = _("Nothing can be saved at the moment, and nothing was. Try again later.")
        return Refusal("not_writable", detail, status_code=status.HTTP_503_SERVICE_UNAVAILABLE)
    detail = _("The database can't be reached or is too busy. Try again in a moment.")
    return Refusal("unavailable", detail, status_code=status.HTTP_503_SERVICE_UNAVAILABLE)


class DatabaseRefusalMiddleware(MiddlewareMixin):
    """Answer a page that the database refused with a clear error instead of a 500."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not is_database_refusal(error):
            return None
        refusal = build_database_refusal(error)
        return render_error_page(request, refusal.code, refusal.detail, refusal.status_code)


def build_api_error(error: Exception) -> dict[str, Any]:
    """Return the body for one of DRF's exceptions, or Django's 403 and 404."""
    if isinstance(error, Http404):
        return build_error_body("not_found", _("Not found."))
    if isinstance(error, PermissionDenied):
        return build_error_body("permission_denied", _("You may not do this."))
    if isinstance(error, exceptions.ValidationError):
        return build_error_body(
            "invalid", _("Some fields are not right."), flatten_error_details(error.detail)
        )
    if isinstance(error, exceptions.AuthenticationFailed):
        return build_error_body("not_authenticated", str(error.detail))  # one code for every 401
    if isinstance(error, exceptions.APIException):
        codes = error.get_codes()
        return build_error_body(
            codes if isinstance(codes, str) else error.default_code, str(error.detail)
        )
    raise TypeError(error)


def build_error_body(
    code: str, detail: str, errors: dict[str, list[str]] | None = None
) -> dict[str, Any]:
    """Return the body that every error has."""
    return {"code": code, "detail": detail} | ({"errors": errors} if errors else {})


def flatten_error_details(detail: Any, prefix: str = "") -> dict[str, list[str]]:
    """Return DRF's error details as {"field": [sentences]}, nested names joined by dots."""
    if isinstance(detail, dict):
        flat: dict[str, list[str]] = {}
        for name, inner in detail.items():
            flat |= flatten_error_details(inner, f"{prefix}.{name}" if prefix else str(name))
        return flat
    if isinstance(detail, list) and any(isinstance(item, dict | list) for item in detail):
        flat = {}
        for index, inner in enumerate(detail):
            flat |= flatten_error_details(inner, f"{prefix}.{index}" if prefix else str(index))
        return flat
    sentences = detail if isinstance(detail, list) else [detail]
    return {prefix or "non_field_errors": [str(sentence) for sentence in sentences]}


def is_json_wanted(request: HttpRequest) -> bool:
    """Return whether the client is a program rather than a browser."""
    return "text/html" not in request.headers.get("Accept", "")


def render_error_page(
    request: HttpRequest, code: str, detail: str, status_code: int
) -> HttpResponse:
    """Return an error outside the API views: JSON for programs, a page for people."""
    if is_json_wanted(request):
        return JsonResponse(build_error_body(code, detail), status=status_code)
    return render(request, "core/error.html", {"detail": detail, "code": code}, status=status_code)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render_error_page(request, "not_found", _("There is nothing here."), 404)


@csrf_exempt
def handle_unknown_url(request: HttpRequest) -> HttpResponse:
    """Redirect a GET that lacks only its slash; answer 404 to all else.

    A request that changes something is never redirected: a client would repeat it as a GET.
    """
    with_slash = f"{request.path_info}/"
    if request.method in {"GET", "HEAD"} and resolve(with_slash).func is not handle_unknown_url:
        return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
    return page_not_found(request)


def server_error(request: HttpRequest) -> HttpResponse:
    return render_error_page(request, "server_error", _("Something went wrong on our side."), 500)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render_error_page(request, "bad_request", _("The request could not be understood."), 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render_error_page(request, "permission_denied", _("You may not do this."), 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form without a valid CSRF token."""
    detail = _("This form is out of date. Reload the page and send it again.")
    return render_error_page(request, "csrf_failed", detail, 403)


def render_locked_out(request: HttpRequest, *_args: Any) -> HttpResponse:
    """Answer a sign-in to an account that axes has locked."""
    wait = settings.AXES_COOLOFF_TIME
    detail = _("Too many attempts. Wait %(minutes)d minutes and try again.") % {
        "minutes": wait.total_seconds() // 60
    }
    response = render_error_page(request, "locked_out", detail, status.HTTP_429_TOO_MANY_REQUESTS)
    response["Retry-After"] = int(wait.total_seconds())
    return response
