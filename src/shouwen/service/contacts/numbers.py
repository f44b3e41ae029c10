"""Telephone numbers as switches tell them, and as they are kept."""

from __future__ import annotations

import re

_CHINA = re.compile(r"(?:\+|00)86(?=\d{7,})")


def dialled(told: str) -> str:
    """The digits by which a caller is known; empty where the number is withheld.

    A switch may give the address of a SIP caller, the code of the country, or a word in place of a
    number that was not shown.

    >>> dialled("sip:13800001234@10.0.0.7:5060"), dialled("+86 138-0000-1234")
    ('13800001234', '13800001234')
    >>> dialled("<sip:anonymous@anonymous.invalid>"), dialled("Unknown"), dialled("0571-88888888")
    ('', '', '057188888888')
    """
    caller = re.sub(r"^.*?(?:sips?|tel):|[;@].*$", "", told.strip().lower())
    caller = _CHINA.sub("", re.sub(r"[\s().\-]", "", caller))
    found = re.fullmatch(r"\+?(\d{3,30})>?", caller)
    return found[1] if found else ""
