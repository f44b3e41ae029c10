"""Forms of signing in: allauth's, with our limits and our words."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeAgainForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy as _

from shouwen.service.limits.buckets import TooOften
from shouwen.service.limits.guard import address
from shouwen.service.organisations.models import Role
from shouwen.service.signin import actions
from shouwen.service.signin.adapters import too_many
from shouwen.service.signin.limits import CODE
from shouwen.service.signin.models import SignInPolicy


class NameForm(LoginForm):
    """A name and a password. The fields are called as password managers expect."""

    def add_prefix(self, field_name: str) -> str:
        """The name of a field in the page."""
        return str(super().add_prefix("username" if field_name == "login" else field_name))


class _Code(forms.Form):
    """A code: tried no more often than the limit allows."""

    user: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code")
        self.fields["code"].widget = forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        )
        self.fields["code"].widget.is_required = True

    def clean_code(self) -> str:
        """The code, if it is good and was not tried too often."""
        try:
            CODE.take(str(self.user.pk))
        except TooOften as refused:
            raise too_many(refused) from refused
        found: str = super().clean_code()  # type: ignore[misc]
        CODE.give_back(str(self.user.pk))
        return found


class CodeForm(_Code, AuthenticateForm):
    """The code that is asked for after the password."""

    def _emit_authentication_failed(self, authenticator: Authenticator) -> None:
        super()._emit_authentication_failed(authenticator)
        actions.failed(self.user, address(context.request), "code")


class CodeToConfirmForm(_Code, CodeAgainForm):
    """A code instead of the password, before something is changed."""


class EnrolForm(_Code, ActivateTOTPForm):
    """The first code of a new factor."""


class PasswordToConfirmForm(ReauthenticateForm):
    """The password once more, before something is changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")
        self.fields["password"].widget.attrs.pop("placeholder", None)


class PasswordForm(ChangePasswordForm):
    """A new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "oldpassword": _("Present password"),
            "password1": _("New password"),
            "password2": _("New password once more"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)

    def clean(self) -> dict[str, Any]:
        """The new one is another one."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("password1") and found["password1"] == found.get("oldpassword"):
            self.add_error("password1", _("Choose another password than the present one."))
        return found


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the organisation asks for."""

    roles = forms.MultipleChoiceField(
        label=_("Roles that must use a second factor"), choices=Role.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    class Meta:
        model = SignInPolicy
        fields = ("roles", "idle_minutes")
