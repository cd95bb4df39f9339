"""Addresses of the channels, below `/api/`."""

from django.urls import path

from api.views import async_endpoint, endpoint
from channels import webchat

app_name = "channels"
urlpatterns = [
    path("webchat/conversations", endpoint(POST=webchat.begin)),
    path("webchat/identity", endpoint(POST=webchat.identity)),
    path("webchat/messages", endpoint(GET=webchat.read, POST=webchat.send)),
    path("webchat/stream", async_endpoint(GET=webchat.stream)),
    path("webchat/satisfaction", endpoint(POST=webchat.satisfaction)),
    path("webchat/seen", endpoint(POST=webchat.seen)),
    path("webchat/typing", endpoint(POST=webchat.typing_now)),
    path("webchat/resume", endpoint(POST=webchat.resume)),
    path("webchat/callback-slots", endpoint(GET=webchat.slots)),
    path("webchat/other-way", endpoint(POST=webchat.other_way)),
    path("webchat/human", endpoint(POST=webchat.human)),
]
