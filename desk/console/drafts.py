"""Tells the page's script that what was sent has been stored, so that it need not be kept any longer
(`static/console/drafts.js`)."""

from __future__ import annotations

import re

from django.http import HttpRequest
from django.http.response import HttpResponseBase

# As the script makes them. What a form was sent with comes back as a cookie's name.
_TOKEN = re.compile(r"[0-9]{1,40}")
# The next page is asked for at once.
_SECONDS = 120


def note_stored(request: HttpRequest, response: HttpResponseBase) -> None:
    """Add the cookie to the answer to a form that was accepted. A form with a mistake comes back with status 409 or 422."""
    token = request.POST.get("draft", "") if request.method == "POST" else ""
    if response.status_code < 400 and _TOKEN.fullmatch(token):
        response.set_cookie(
            f"stored_{token}",
            "1",
            max_age=_SECONDS,
            path="/balie/",
            secure=request.is_secure(),
            samesite="Lax",
        )
