"""Addresses of the demonstration."""

from django.urls import path

from shouwen.service.demo import views

app_name = "demo"
urlpatterns = [path("time/", views.time_machine, name="time")]
