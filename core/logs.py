"""The log line of a request."""

from typing import TYPE_CHECKING

from django_structlog.middlewares import RequestMiddleware

if TYPE_CHECKING:
    from django.http import HttpRequest


class RequestLogMiddleware(RequestMiddleware):
    """Log method and path only: the query string may hold a name or a phone number."""

    @staticmethod
    def format_request(request: "HttpRequest") -> str:
        return f"{request.method} {request.path}"
