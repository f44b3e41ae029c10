"""Addresses of inspections."""

from __future__ import annotations

from django.urls import path

from shouwen.service.inspections.views import (
    finding,
    inspecting,
    phones,
    planning,
    putting_right,
    rota,
    samples,
)

app_name = "inspections"
urlpatterns = [
    path("", inspecting.inspections, name="inspections"),
    path("begin/", inspecting.begin, name="begin"),
    path("pictures/<int:pk>.jpg", inspecting.picture, name="picture"),
    path("findings/", finding.findings, name="findings"),
    path("findings/new/", finding.find, name="find"),
    path("findings/<str:number>/", finding.finding, name="finding"),
    path("findings/<str:number>/change/", finding.change, name="change"),
    path("findings/<str:number>/take-back/", finding.take_back, name="take-back"),
    path("findings/<str:number>/photo/", finding.photo, name="finding-photo"),
    path("findings/<str:number>/order/", putting_right.order, name="order"),
    path("findings/<str:number>/report/", putting_right.report, name="report"),
    path("findings/<str:number>/look/", putting_right.look, name="look"),
    path("to-put-right/", putting_right.to_put_right, name="to-put-right"),
    path("programmes/", planning.programmes, name="programmes"),
    path("programmes/<int:pk>/", planning.programme, name="programme"),
    path("programmes/tasks/<int:pk>/drop/", planning.drop_task, name="drop-task"),
    path("bounds/", planning.rules, name="rules"),
    path("rota/", rota.rota, name="rota"),
    path("rota/days/<int:pk>/", rota.swap, name="swap"),
    path("rota/<int:pk>/summary/", rota.summarise, name="summarise"),
    path("phones/", phones.phones, name="phones"),
    path("phones/<int:pk>/", phones.change, name="phone"),
    path("samples/", samples.samples, name="samples"),
    path("samples/<str:number>/", samples.sample, name="sample"),
    path("<str:number>/", inspecting.inspection, name="inspection"),
    path("<str:number>/tick/", inspecting.tick, name="tick"),
    path("<str:number>/end/", inspecting.end, name="end"),
    path("<str:number>/photo/", inspecting.photo, name="photo"),
]
