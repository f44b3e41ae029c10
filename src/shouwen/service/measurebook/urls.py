"""The addresses of the measure's pages. Other apps link to them as `enactment:…`."""

from __future__ import annotations

from django.urls import path

from shouwen.service.measurebook.views import book, events, records, sheets, why

app_name = "enactment"
urlpatterns = [
    path("", book.measure, name="measure"),
    path("checklists/", book.checklists, name="checklists"),
    path("breaches/", book.breaches, name="breaches"),
    path("adoption/", book.adoption, name="adoption"),
    path("adoption/<int:pk>/withdraw/", book.withdraw, name="withdraw"),
    path("events/", events.events, name="events"),
    path("events/out/", sheets.take_out, name="take-out"),
    path("events/template/<str:type_>/", sheets.template, name="template"),
    path("events/bring-in/<str:type_>/", sheets.bring_in, name="bring-in"),
    path("events/register/", events.choose, name="choose"),
    path("events/register/<str:type_>/", events.register, name="register"),
    path("events/<str:uid>/", events.event, name="event"),
    path("events/<str:uid>/correct/", events.correct, name="correct"),
    path("events/<str:uid>/take-back/", events.take_back, name="take-back"),
    path("record/", records.mine, name="my-record"),
    path("records/", records.people, name="records"),
    path("records/<int:pk>/", records.record, name="record"),
    path("why/<int:thread_id>/<path:outcome>", why.why, name="why"),
    path("instead/<int:thread_id>/<path:outcome>", why.instead, name="instead"),
]
