"""Logging in and out. Lock-out after failures is django-axes' work (settings: AXES_…)."""

from typing import cast

from django.contrib.auth import views

from console.navigation import first_page
from employees.models import Employee


class LogIn(views.LoginView):
    """The log-in page; an employee who is logged in already goes on to the queue."""

    template_name = "console/login.html"
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        """Where this employee's work begins."""
        return first_page(cast(Employee, self.request.user))


class LogOut(views.LogoutView):
    """Ends the session, by POST only, so that no link elsewhere can do it."""

    http_method_names = ["post", "options"]
