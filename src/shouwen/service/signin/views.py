"""Pages of signing in."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView, PasswordChangeView, ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeAgainView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.flows import can_generate_recovery_codes
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from shouwen.service.access.actor import Actor
from shouwen.service.access.gate import ActorRequest, page
from shouwen.service.accounts.models import User
from shouwen.service.organisations.models import Person, RoleGrant
from shouwen.service.organisations.roles import in_force
from shouwen.service.signin import actions, forms
from shouwen.service.signin.middleware import BEFORE_CHANGE, BEFORE_FACTOR
from shouwen.service.signin.permissions import OWN, RULES
from shouwen.service.signin.policy import has_factor, must_have_factor, policy
from shouwen.service.tenancy.scope import outside


def own(view: Any, *, before_change: bool = False) -> Any:
    """Guard a page that everyone has, those too who must still add a second factor; and, with
    `before_change`, those who must still choose another password."""
    guarded = page(OWN)(never_cache(view))
    setattr(guarded, BEFORE_FACTOR, True)
    setattr(guarded, BEFORE_CHANGE, before_change)
    return guarded


class Login(LoginView):
    """The login page. Whoever signs in may belong to another organisation than who did before."""

    template_name = "signin/login.html"
    form_class = forms.NameForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Handle a request in no organisation."""
        with outside():
            answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
            return answer


class Code(AuthenticateView):
    """The second factor is asked for."""

    template_name = "signin/code.html"
    form_class = forms.CodeForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Handle a request in no organisation."""
        with outside():
            answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
            return answer


class PasswordAgain(ReauthenticateView):
    """The password is asked for once more."""

    template_name = "signin/confirm.html"
    form_class = forms.PasswordToConfirmForm


class CodeAgain(CodeAgainView):
    """A code is asked for instead of the password."""

    template_name = "signin/confirm.html"
    form_class = forms.CodeToConfirmForm


class Password(PasswordChangeView):
    """Change the password; all other sessions end with the old one."""

    template_name = "signin/password.html"
    form_class = forms.PasswordForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse whoever signs in without a password."""
        user = request.user
        if not isinstance(user, User) or not user.has_usable_password():
            raise PermissionDenied(_("This login has no password."))
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Change it, log it, and say so."""
        answer: HttpResponse = super().form_valid(form)
        user = self.request.user
        assert isinstance(user, User)
        if user.must_change:
            user.must_change = False
            user.save(update_fields=["must_change"])
        actions.password_changed(_actor(self.request))
        messages.success(self.request, _("The password was changed; other sessions have ended."))
        return answer

    def get_default_success_url(self) -> str:
        """Where to go then."""
        return reverse("mfa_index")


class Enrol(ActivateTOTPView):
    """Add a second factor."""

    template_name = "signin/enrol.html"
    form_class = forms.EnrolForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the page shows."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        found["must"] = must_have_factor(_actor(self.request), policy())
        return found

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Add it, and log it."""
        answer: HttpResponse = super().form_valid(form)
        actions.factor_added(_actor(self.request))
        return answer


class Remove(DeactivateTOTPView):
    """Remove the second factor."""

    template_name = "signin/remove.html"

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it, log it, and say so."""
        answer: HttpResponse = super().form_valid(form)
        actions.factor_removed(_actor(self.request))
        messages.success(self.request, _("The second factor was removed."))
        return answer


class Codes(ViewRecoveryCodesView):
    """The recovery codes, shown once."""

    template_name = "signin/codes.html"


class NewCodes(GenerateRecoveryCodesView):
    """Make new recovery codes."""

    template_name = "signin/new_codes.html"

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Make them, and log it."""
        answer: HttpResponse = super().form_valid(form)
        actions.codes_made(_actor(self.request))
        return answer


def _actor(request: HttpRequest) -> Actor:
    found: Actor = request.actor  # type: ignore[attr-defined]
    return found


@own
def home(request: ActorRequest) -> HttpResponseBase:
    """How I sign in: password, second factor, where I am signed in."""
    user = request.user
    assert isinstance(user, User)
    sessions = UserSession.objects.purge_and_list(user)
    context = {
        "factor": has_factor(user),
        "must": must_have_factor(request.actor, policy()),
        "codes": can_generate_recovery_codes(user),
        "sessions": sorted(sessions, key=lambda s: s.last_seen_at, reverse=True),
        "here": request.session.session_key,
    }
    return render(request, "signin/home.html", context)


@own
@require_POST
def end(request: ActorRequest) -> HttpResponseBase:
    """End one other session of mine, or all others."""
    user = request.user
    assert isinstance(user, User)
    one = request.POST.get("session", "")
    keys = [int(one)] if one.isdecimal() else None
    ended = actions.end_sessions(request.actor, user, keys, request.session.session_key or "")
    told = ngettext("%(n)d session was ended.", "%(n)d sessions were ended.", ended)
    messages.success(request, told % {"n": ended})
    return redirect("mfa_index")


@page(RULES)
def rules(request: ActorRequest) -> HttpResponseBase:
    """What the organisation asks for, and who has a second factor."""
    form = forms.PolicyForm(request.POST or None, instance=policy())
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            actions.set_policy(request.actor, said["roles"], said["idle_minutes"])
            messages.success(request, _("Kept."))
            return redirect("signin_rules")
    found = policy()
    people = Person.objects.filter(user__isnull=False, is_active=True).select_related(
        "user", "unit"
    )
    grants = Prefetch("grants", RoleGrant.objects.filter(in_force()))
    have = set(Authenticator.objects.filter(type="totp").values_list("user_id", flat=True))
    rows = [
        (p, p.user_id in have, any(g.role in found.roles for g in p.grants.all()))
        for p in people.prefetch_related(grants)[:500]
    ]
    return render(request, "signin/rules.html", {"form": form, "rows": rows}, status=status)


@page(RULES)
@require_POST
def take_away(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Remove the second factor of someone who has lost it."""
    person = get_object_or_404(Person, pk=pk, user__isnull=False)
    try:
        actions.take_factor_away(request.actor, person)
        messages.success(request, _("The second factor was removed."))
    except ValidationError as error:
        messages.error(request, "; ".join(error.messages))
    return redirect("signin_rules")
