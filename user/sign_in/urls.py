"""/auth/: signing in and out."""

from django.urls import path

from user.sign_in.views import LoginView, LogoutView, MeView, PasswordResetView

urlpatterns = [
    path("login/", LoginView.as_view(), name="auth-login"),
    path("logout/", LogoutView.as_view(), name="auth-logout"),
    path("me/", MeView.as_view(), name="auth-me"),
    path("password-reset/", PasswordResetView.as_view(), name="auth-password-reset"),
]
