"""The demo page, and the one script that puts the chat on any page."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from organisation.loader import current
from website import hours


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """A service page with the chat on it: what the organisation's own site would look like."""
    opening_hours, now = current().opening_hours, timezone.now()
    return render(
        request,
        "website/home.html",
        {
            "today": hours.today(opening_hours, now),
            "week": hours.ordinary_week(opening_hours, now),
            "special_days": hours.special_days(opening_hours, now),
        },
    )


@require_safe
@cache_control(public=True, max_age=300)
def widget(request: HttpRequest) -> HttpResponse:
    """The script that other sites load: `<script type="module" src="https://…/widget.js"></script>`.

    Carries the organisation's phone and e-mail, so that a page that has it can show them when the desk is down.
    """
    organisation = current()
    facts = {
        "organisation": organisation.name,
        "assistant": organisation.assistant_name,
        "phone": organisation.phone,
        "phoneLink": organisation.phone_link,
        "email": organisation.email,
    }
    script = (
        f"import {{ start }} from {json.dumps(static('website/widget/chat.js'))};\n"
        f'start({{ desk: new URL(".", import.meta.url).href, ...{json.dumps(facts)} }});\n'
    )
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    # Module scripts are always fetched with CORS. The script holds nothing that the page at `/` does not show; which
    # sites may talk to the API is another matter (DESK_EMBED_ORIGINS).
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
