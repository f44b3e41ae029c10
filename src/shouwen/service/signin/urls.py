"""Addresses of signing in. The names that are not ours are those by which allauth finds them."""

from django.urls import path

from shouwen.service.access.gate import public
from shouwen.service.signin import views

urlpatterns = [
    path("", views.home, name="mfa_index"),
    path("code/", public(views.Code.as_view()), name="mfa_authenticate"),
    path(
        "password/",
        views.own(views.Password.as_view(), before_change=True),
        name="account_change_password",
    ),
    path(
        "confirm/",
        views.own(views.PasswordAgain.as_view(), before_change=True),
        name="account_reauthenticate",
    ),
    path(
        "confirm/code/",
        views.own(views.CodeAgain.as_view(), before_change=True),
        name="mfa_reauthenticate",
    ),
    path("factor/", views.own(views.Enrol.as_view()), name="mfa_activate_totp"),
    path("factor/remove/", views.own(views.Remove.as_view()), name="mfa_deactivate_totp"),
    path("codes/", views.own(views.Codes.as_view()), name="mfa_view_recovery_codes"),
    path("codes/new/", views.own(views.NewCodes.as_view()), name="mfa_generate_recovery_codes"),
    path("sessions/end/", views.end, name="signin_end"),
    path("rules/", views.rules, name="signin_rules"),
    path("rules/<int:pk>/factor/", views.take_away, name="signin_take_away"),
]
