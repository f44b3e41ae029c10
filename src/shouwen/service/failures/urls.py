"""Addresses of area failures."""

from django.urls import path

from shouwen.service.failures import views

app_name = "failures"
urlpatterns = [
    path("", views.failures, name="failures"),
    path("declare/", views.declare, name="declare"),
    path("<str:number>/", views.failure, name="failure"),
    path("<str:number>/join/", views.join, name="join"),
    path("<str:number>/end/", views.end, name="end"),
]
