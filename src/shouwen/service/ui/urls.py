"""Addresses of what is shown to those who build pages."""

from django.urls import path

from shouwen.service.ui import styleguide

app_name = "ui"
urlpatterns = [
    path("", styleguide.styleguide, name="styleguide"),
    path("drawer/", styleguide.drawer, name="drawer"),
]
