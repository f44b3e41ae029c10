"""Chinese unless someone chose English."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class LanguageMiddleware(LocaleMiddleware):
    """The language is the one that was chosen, else Chinese.

    What a browser says that it prefers is left aside: it speaks of the machine's maker more often
    than of the person at the counter.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Set the language of a request."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = chosen in dict(settings.LANGUAGES)
        translation.activate(chosen if known else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()
