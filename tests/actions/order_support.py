"""Forms about orders, played on the demonstration's back office, with a local server as the desk."""

from __future__ import annotations

import datetime as dt

import pytest
from pytest_httpserver import HTTPServer

from actions import order_changes, orders, returns, warranty
from actions.clients.back_office import back_office
from actions.clients.back_office.records import BackOfficeError
from tests.actions.form_player import FormPlayer

SUBMIT = {
    "order_status_form": "action_show_order_status",
    "cancel_order_form": "action_cancel_order",
    "change_order_form": "action_change_order",
    "return_form": "action_register_return",
    "refund_status_form": "action_show_refund_status",
    "warranty_form": "action_register_repair",
}
ACTIONS = [
    orders.ActionAskOrderNumber,
    orders.ValidateOrderStatusForm,
    orders.ActionShowOrderStatus,
    order_changes.ValidateCancelOrderForm,
    order_changes.ActionCancelOrder,
    order_changes.ValidateChangeOrderForm,
    order_changes.ActionChangeOrder,
    returns.ValidateReturnForm,
    returns.ActionRegisterReturn,
    returns.ValidateRefundStatusForm,
    returns.ActionShowRefundStatus,
    warranty.ValidateWarrantyForm,
    warranty.ActionRegisterRepair,
]
TODAY = dt.date.today()
# K100003: 400123458, being packed.
PACKED = {"order_number": "400123458", "postcode": "9711 LM"}
# K100001 has two: 400123456 on its way, 400123462 delivered 800 days ago.
SHIPPED = {"order_number": "400123456", "postcode": "3511 AB"}


@pytest.fixture(autouse=True)
def desk(open_desk):
    """Every test here may open a ticket."""
    return open_desk


@pytest.fixture
def player() -> FormPlayer:
    return FormPlayer([each() for each in ACTIONS], SUBMIT)


@pytest.fixture
def broken(monkeypatch):
    """A back office that gives no answer to one question; call it with the question's name."""

    def break_(method: str) -> None:
        async def fail(*_):
            raise BackOfficeError("kapot")

        monkeypatch.setattr(back_office(), method, fail)

    return break_


def tickets(desk: HTTPServer) -> list[dict]:
    return [request.get_json() for request, _ in desk.log if request.path == "/api/tickets"]
