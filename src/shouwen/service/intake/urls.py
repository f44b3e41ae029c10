"""Addresses of intake."""

from django.urls import path

from shouwen.service.intake import hook, views
from shouwen.service.intake.web import web

app_name = "intake"
urlpatterns = [
    path("web/<slug:code>/", web, name="web"),
    path("", views.intake, name="intake"),
    path("caller/", views.caller, name="caller"),
    path("place/", views.place, name="place"),
    path("chat/", views.chat, name="chat"),
    path("ringing/", views.ringing, name="ringing"),
    path("hook/", hook.hook, name="hook"),
    path("calls/", views.calls, name="calls"),
    path("calls/<int:pk>/answer/", views.answer, name="answer"),
    path("calls/<int:pk>/<slug:verb>/", views.call_act, name="call-act"),
    path("calls/soft/", views.soft_call, name="soft-call"),
]
