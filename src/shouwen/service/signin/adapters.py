"""What allauth asks of the house."""

from __future__ import annotations

import base64
import hashlib
import logging
import secrets
from datetime import timedelta
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from shouwen.service import clock
from shouwen.service.access.actor import Actor
from shouwen.service.accounts.models import User
from shouwen.service.limits.buckets import TooOften
from shouwen.service.limits.guard import address, neighbourhood, waiting
from shouwen.service.signin import actions
from shouwen.service.signin.limits import ACCOUNT, ADDRESS
from shouwen.service.signin.policy import has_factor, must_have_factor, person_of, policy
from shouwen.service.tenancy.scope import scope

logger = logging.getLogger(__name__)
SIGNED_IN = "signin.at"
FRESH = timedelta(minutes=5)


def too_many(refused: TooOften) -> ValidationError:
    """What is said to whoever tried too often, whether or not the name exists."""
    return ValidationError(
        [ValidationError(_("Too many attempts failed.")), waiting(refused.seconds)]
    )


class AccountAdapter(DefaultAccountAdapter):
    """Names and passwords."""

    error_messages: ClassVar = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("The name or the password is not right."),
        "incorrect_password": _("The password is not right."),
        "enter_current_password": _("The present password is not right."),
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt before it is made."""
        try:
            ADDRESS.take(neighbourhood(request))
            ACCOUNT.take(_name(credentials))
        except TooOften as refused:
            logger.warning("Too many attempts to sign in from %s.", address(request))
            raise too_many(refused) from refused

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Who has this name and password; what succeeds does not count."""
        found: User | None = super().authenticate(request, **credentials)
        if found is not None:
            ADDRESS.give_back(neighbourhood(request))
            ACCOUNT.give_back(_name(credentials))
        return found

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Log it where the name is that of a login."""
        user = User.objects.filter(username__iexact=_name(credentials)).first()
        if user is not None:
            actions.failed(user, address(request), "password")

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Let nobody in who does not, or no longer, work there."""
        if person_of(user) is None and not (user.is_active and user.organisation_id is None):
            messages.error(request, _("This login is closed. Ask your administrator."))
            raise ImmediateHttpResponse(redirect("account_login"))
        return None

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Log it."""
        answer: HttpResponse = super().post_login(request, user, **kwargs)
        request.session[SIGNED_IN] = clock.now().timestamp()
        actions.signed_in(user, address(request), factor=has_factor(user))
        return answer

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever has just signed in need not say the password once more."""
        then = context.request.session.get(SIGNED_IN)
        if then is not None and 0 <= clock.now().timestamp() - then < FRESH.total_seconds():
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Say nothing in allauth's words; the pages say it in ours."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up; logins are given."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Where a request comes from."""
        return address(request)


def _name(credentials: dict[str, Any]) -> str:
    return str(credentials.get("username", "")).strip().casefold()


def _cipher() -> MultiFernet:
    """What the secrets of factors are encrypted with: the key of the service, or older ones."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    made = [hashlib.sha256(("shouwen.signin.factor\0" + str(k)).encode()).digest() for k in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(m)) for m in made])


class FactorAdapter(DefaultMFAAdapter):
    """Second factors."""

    error_messages: ClassVar = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("The code is not right, or was used already."),
        "cannot_delete_authenticator": _(
            "Your organisation asks for a second factor; it cannot be removed."
        ),
    }

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """Whether someone has a second factor, wherever the request is."""
        return not user.is_anonymous and has_factor(user)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not where the organisation asks for it."""
        person = person_of(authenticator.user)
        if person is None:
            return True
        with scope(person.organisation.pk):
            return not must_have_factor(Actor.of(person), policy())

    def get_totp_issuer(self) -> str:
        """What the app shows beside the code."""
        organisation = context.request.user.organisation
        return f"首问 {organisation.label}" if organisation is not None else "首问"

    def get_totp_label(self, user: User) -> str:
        """Whose code it is."""
        return user.username

    def encrypt(self, text: str) -> str:
        """A secret as it is kept: a copy of the database alone gives no codes."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """A secret as it is used.

        One that another key was used for gives a secret that nobody has: no code fits it.
        """
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            logger.error("A second factor was made under another SHOUWEN_SECRET_KEY; no code fits.")
            return base64.b32encode(secrets.token_bytes(20)).decode()
