"""The gate itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from shouwen.service.access.actor import Actor
from shouwen.service.access.permissions import Permission

M = TypeVar("M", bound=Model)
P = ParamSpec("P")
PUBLIC = "public"
"""The mark of a view that needs no login."""


class NotAllowed(PermissionDenied):
    """Someone may not do this; the message says what."""

    def __init__(self, permission: Permission) -> None:
        super().__init__(_("You may not do this: %(what)s.") % {"what": permission.label})


class ActorRequest(HttpRequest):
    """A request of someone who is logged in (a type only)."""

    actor: Actor


def page(
    permission: Permission,
) -> Callable[
    [Callable[Concatenate[ActorRequest, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """Guard a view: whoever is not logged in is sent to do so, whoever may not gets 403."""

    def guard(
        view: Callable[Concatenate[ActorRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            actor = getattr(request, "actor", None)
            if actor is None:
                if request.headers.get("HX-Request"):
                    # A fragment cannot show the login page; the whole page goes there.
                    response = HttpResponse(status=401)
                    response["HX-Refresh"] = "true"
                    return response
                return redirect_to_login(back_to(request))
            if not actor.may(permission):
                raise NotAllowed(permission)
            return view(cast(ActorRequest, request), *args, **kwargs)

        # `wraps` would make the guarded view look as if it took the request of an actor.
        update_wrapper(guarded, view)
        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return guard


def back_to(request: HttpRequest) -> str:
    """Where someone goes on after logging in: the page they asked for, or whose form they sent."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    referer = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(
        referer, {request.get_host()}, require_https=request.is_secure()
    )
    parts = urlsplit(referer)
    return urlunsplit(("", "", parts.path, parts.query, "")) if ours and parts.path else "/"


def public(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view that needs no login."""
    view.permission = PUBLIC  # type: ignore[attr-defined]
    return view


def require(actor: Actor, permission: Permission) -> None:
    """Guard an action. Raises NotAllowed."""
    if not actor.may(permission):
        raise NotAllowed(permission)


def visible(
    actor: Actor,
    permission: Permission,
    rows: QuerySet[M],
    *,
    unit: str | None = "unit",
    people: Iterable[str] = (),
) -> QuerySet[M]:
    """The rows that a permission lets an actor see.

    Args:
        actor: who asks.
        permission: for what.
        rows: all there are.
        unit: the field that holds a row's unit, if it has one.
        people: the fields that hold those whose own work a row is.
    """
    sight = actor.sight(permission)
    if sight.everything:
        return rows
    seen = Q(pk__in=[])
    if unit is not None and sight.units:
        seen |= Q(**{f"{unit}__in": sight.units})
    if sight.own and actor.person is not None:
        for field in people:
            seen |= Q(**{field: actor.person})
    return rows.filter(seen)


def visible_or_404(
    actor: Actor,
    permission: Permission,
    rows: QuerySet[M],
    *,
    unit: str | None = "unit",
    people: Iterable[str] = (),
    **lookup: Any,
) -> M:
    """The one row of a lookup, if the actor may see it. Raises Http404."""
    found = visible(actor, permission, rows, unit=unit, people=people).filter(**lookup).first()
    if found is None:
        raise Http404
    return found
