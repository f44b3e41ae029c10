"""Addresses of complaints."""

from django.urls import path

from shouwen.service.complaints.views import acts, lists, one, result

app_name = "complaints"
urlpatterns = [
    path("", lists.complaints, name="complaints"),
    path("own/", lists.own, name="own"),
    path("new/", lists.new, name="new"),
    path("<str:number>/", one.complaint, name="complaint"),
    path("<str:number>/complainant/", one.complainant, name="complainant"),
    path("<str:number>/result/", result.result, name="result"),
    path("<str:number>/report/", acts.report, name="report"),
    path("<str:number>/statement/", one.statement, name="statement"),
    path("<str:number>/evidence/", one.add_evidence, name="add-evidence"),
    path("<str:number>/evidence/<int:pk>/", one.evidence, name="evidence"),
    path("<str:number>/<slug:verb>/", acts.act, name="act"),
]
