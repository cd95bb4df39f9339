"""What the console's shared templates show of mail that comes in."""

from __future__ import annotations

from django import template

from mail_in import watching

register = template.Library()


@register.simple_tag
def mailbox_is_read() -> bool:
    """Does mail of customers come in? True as well when the desk fetches none."""
    return watching.is_read()
