"""Addresses of work orders."""

from django.urls import path

from shouwen.service.workorders import views

app_name = "workorders"
urlpatterns = [
    path("dispatch/", views.dispatch, name="dispatch"),
    path("<str:key>/assign/", views.assign, name="assign"),
]
