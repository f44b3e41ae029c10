"""The page behind a link: whoever holds it chooses a password."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from shouwen.service.access.gate import public
from shouwen.service.limits.buckets import Limit
from shouwen.service.limits.guard import limited
from shouwen.service.logins import actions, links
from shouwen.service.logins.forms import ChooseForm
from shouwen.service.tenancy.models import Organisation
from shouwen.service.tenancy.scope import scope

LINKS = Limit("logins.link", 30, timedelta(seconds=10))


@public
@limited(LINKS)
@never_cache
def choose(request: HttpRequest, code: str, token: str) -> HttpResponseBase:
    """Choose a password. A link that is not good is told the same whatever is wrong with it."""
    organisation = Organisation.objects.filter(code=code, is_active=True).first()
    if organisation is None:
        raise Http404
    with scope(organisation.pk), timezone.override(ZoneInfo(organisation.zone)):
        link = links.found(token)
        if link is None or (link.used_at is not None and request.method != "POST"):
            return render(request, "logins/gone.html", status=410)
        user = link.person.user
        assert user is not None
        form = ChooseForm(user, request.POST or None)
        status = 200
        if request.method == "POST":
            status = 422
            if form.is_valid():
                try:
                    kept = actions.choose_password(token, form.cleaned_data["new_password1"])
                except ValidationError as error:
                    form.add_error("new_password1", error)
                else:
                    if kept is None:
                        return render(request, "logins/gone.html", status=410)
                    told = _("Your password is kept. Log in as %(name)s.") % {"name": user.username}
                    messages.success(request, told)
                    return redirect("account_login")
        context = {"form": form, "link": link, "user_name": user.username, "house": organisation}
        # The address is the key; no other site hears of it (SECURE_REFERRER_POLICY).
        return render(request, "logins/choose.html", context, status=status)
