"""The addresses of trials."""

from __future__ import annotations

from django.urls import path

from shouwen.service.drafting import own, preparing, views

app_name = "drafting"
urlpatterns = [
    path("", views.trials, name="trials"),
    path("new/", preparing.new, name="new"),
    path("texts/", own.own_texts, name="own-texts"),
    path("texts/<int:number>/", own.own_text, name="own-text"),
    path("<int:pk>/keep/", own.keep, name="keep"),
    path("<int:pk>/", views.trial, name="trial"),
    path("<int:pk>/readings/", preparing.readings, name="readings"),
    path("<int:pk>/numbers/", preparing.numbers, name="numbers"),
    path("<int:pk>/text/", preparing.text, name="text"),
    path("<int:pk>/text/<str:name>/", preparing.file, name="file"),
    path("<int:pk>/start/", preparing.start, name="start"),
    path("<int:pk>/progress/", views.progress, name="progress"),
    path("<int:pk>/cases/", views.flips, name="flips"),
    path("<int:pk>/cases/<int:number>/", views.flip, name="flip"),
    path("<int:pk>/sheet/", views.sheet, name="sheet"),
    path("<int:pk>/take-away/", views.take_away, name="take-away"),
]
