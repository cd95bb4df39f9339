"""How requests pass through the console."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase


def back_to_the_page(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Who opens the address of a form gets the page that the form is on.

    A form with a mistake comes back under its own address, and after logging in again, or opening the page once more, that
    is where the browser goes. The form of `…/notities/` is on `…/`.
    """

    def handle(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        match = request.resolver_match
        if response.status_code == 405 and request.method == "GET" and match and match.app_name == "console":
            return HttpResponseRedirect("../")
        return response

    return handle
