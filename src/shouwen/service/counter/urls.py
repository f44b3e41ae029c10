"""Addresses of the counter."""

from django.urls import path

from shouwen.service.counter import views

app_name = "counter"
urlpatterns = [
    path("", views.counter, name="counter"),
    path("draw/", views.draw, name="draw"),
    path("next/", views.call_next, name="next"),
    path("<int:pk>/<slug:verb>/", views.act, name="act"),
]
