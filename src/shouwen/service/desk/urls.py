"""Addresses of the workbench."""

from django.urls import path

from shouwen.service.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("clocks/", views.clocks, name="clocks"),
    path("search/", views.find, name="search"),
    path("help/", views.help_page, name="help"),
]
