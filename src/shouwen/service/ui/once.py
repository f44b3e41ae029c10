"""A form that is sent twice is done once.

A form carries a mark of its own (`{% once %}`). The first time a mark comes the view does its work,
and the mark is kept in the same transaction with the address that the answer led to. When it comes
again, because someone pressed twice, or sent again after a lost connection, the view is not asked:
the answer leads to the same address. Two that come at the same moment wait for one another at the
unique key of the database.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _

from shouwen.service import clock
from shouwen.service.ui.models import Sent

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)
KEPT = timedelta(days=7)
"""How long a mark is known. No form is sent again after a week."""


def once(
    view: Callable[Concatenate[R, P], HttpResponseBase],
) -> Callable[Concatenate[R, P], HttpResponseBase]:
    """Let a view do the work of a form once; stands under `@page`, which says who may.

    The whole view is one transaction. An answer that leads nowhere, such as the form with its
    errors, does not use up the mark.
    """

    @wraps(view)
    def guarded(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        token = _token(request)
        if token is None:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            try:
                with transaction.atomic():
                    sent = Sent.objects.create(token=token, at=clock.now())
            except IntegrityError:
                before = Sent.objects.get(token=token)
                messages.info(request, _("This was sent already; nothing was done twice."))
                return HttpResponseRedirect(before.location)
            Sent.objects.filter(at__lt=clock.now() - KEPT).delete()
            response = view(request, *args, **kwargs)
            if isinstance(response, HttpResponseRedirect):
                sent.location = response.url
                sent.save(update_fields=["location"])
            else:
                sent.delete()
            return response

    return guarded


def _token(request: HttpRequest) -> UUID | None:
    if request.method != "POST":
        return None
    try:
        return UUID(request.POST.get("once", ""))
    except ValueError:
        return None
