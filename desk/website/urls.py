"""Addresses of the demo page and the widget, at the root."""

from django.urls import path

from website import views

app_name = "website"
urlpatterns = [
    path("", views.home, name="home"),
    path("widget.js", views.widget, name="widget"),
]
