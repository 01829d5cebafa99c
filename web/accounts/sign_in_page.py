"""The sign-in page as a visitor first sees it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from web.accounts.forms import SignInForm

SIGN_IN_TEMPLATE = "web/accounts/sign_in.html"


def render_sign_in_page(request: HttpRequest) -> HttpResponse:
    """Return the empty sign-in form, which is sent to the sign-in's own address."""
    return render(request, SIGN_IN_TEMPLATE, {"form": SignInForm(request), "next": ""})
