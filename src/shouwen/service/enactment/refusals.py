"""What a measure does not take, said to whoever sent it.

Forms look at what people type before the measure does. Where one lets something through that the
vocabulary has no room for, such as a day in the year 9999, the measure refuses the event, the
transaction ends with nothing kept, and the page of the form says why; the service is not at fault.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _

from shouwen.measures.evaluation import EventError
from shouwen.service.access.gate import back_to


class RefusalMiddleware:
    """Lead back to the form whose event the measure refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle a request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for an event that was refused; anything else goes on as the error it is."""
        if not isinstance(exception, EventError) or request.method != "POST":
            return None
        what = " ".join(f"{d.message} {d.hint or ''}".strip() for d in exception.diagnostics)
        said = _("The measure does not take this, and nothing was kept: %(what)s") % {"what": what}
        if request.headers.get("X-Step"):
            return JsonResponse({"error": said})
        messages.error(request, said)
        return HttpResponseRedirect(back_to(request))
