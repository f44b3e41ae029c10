"""Addresses of call-backs."""

from django.urls import path

from shouwen.service.aftercare import views

app_name = "aftercare"
urlpatterns = [
    path("", views.call_backs, name="call-backs"),
    path("<int:pk>/", views.call, name="call"),
    path("<int:pk>/answer/", views.answer, name="answer"),
]
