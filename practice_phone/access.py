"""Who may look at the practice phone: it shows the texts of all salons."""

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]
FORWARDED = ("X-Forwarded-For", "Forwarded")
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


def require_local_or_sign_in(view: View) -> View:
    """Let in whoever sits at this machine; others sign in first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        if is_from_this_machine(request) or request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return redirect_to_login(request.get_full_path())

    return guarded


def is_from_this_machine(request: HttpRequest) -> bool:
    """Whether the browser runs here: neither a proxy on this machine nor a web site that points
    its own name at it may pass for one."""
    if any(name in request.headers for name in FORWARDED):
        return False
    host = request.get_host().rpartition(":")[0] or request.get_host()
    return host in LOCAL_NAMES and is_loopback(request.META.get("REMOTE_ADDR", ""))


def is_loopback(address: str) -> bool:
    """Whether an IP address is this machine's own; false for what is none."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
