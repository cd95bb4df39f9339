"""Forms about accounts. The templates give the fields their labels."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm

from console.catalogue import name_of
from employees.attempts import is_own_password
from employees.models import Employee
from employees.roles import Role, roles_of
from organisation.texts import say


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """An account as the administrator changes it: the names and the roles."""

    roles = forms.TypedMultipleChoiceField(
        coerce=Role,
        choices=lambda: [(role.value, name_of("role", role)) for role in Role],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = Employee
        fields = ["display_name", "email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["roles"] = roles_of(self.instance)


class NewAccountForm(AccountForm):
    """A new account, with its user name."""

    class Meta(AccountForm.Meta):
        fields = ["username", "display_name", "email"]

    def clean_username(self) -> str:
        """A name that no other account has, also in other capitals: people would take one for the other."""
        username: str = self.cleaned_data["username"]
        if Employee.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError(say("employees/name_taken"))
        return username


class OwnPasswordForm(PasswordChangeForm):
    """Another password of one's own; nobody else knows it."""

    def clean_old_password(self) -> str:
        """One's password of now; it cannot be guessed without end at an unlocked screen."""
        password: str = self.cleaned_data["old_password"]
        if not is_own_password(self.user, password):
            raise forms.ValidationError(say("employees/not_your_password"))
        return password

    def clean_new_password1(self) -> str:
        """A password that is not the old one: that one may be known to who made it."""
        password: str = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise forms.ValidationError(say("employees/same_password"))
        return password

    def save(self, commit: bool = True) -> Employee:
        """Store it."""
        self.user.must_change_password = False
        return super().save(commit)
