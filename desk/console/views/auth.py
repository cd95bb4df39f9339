"""Logging in and out. Lock-out after failures is django-axes' work (settings: AXES_…)."""

from django.contrib.auth import views


class LogIn(views.LoginView):
    """The log-in page; an employee who is logged in already goes on to the queue."""

    template_name = "console/login.html"
    redirect_authenticated_user = True


class LogOut(views.LogoutView):
    """Ends the session, by POST only, so that no link elsewhere can do it."""

    http_method_names = ["post", "options"]
