"""Addresses of assessment."""

from django.urls import path

from shouwen.service.assessment.views import compare, figures, mine, sheets, stars

app_name = "assessment"
urlpatterns = [
    path("", figures.figures, name="figures"),
    path("cases/<slug:key>/", figures.drill, name="drill"),
    path("compare/", compare.compare, name="compare"),
    path("compare/compare.xlsx", compare.compare_xlsx, name="compare-xlsx"),
    path("mine/", mine.mine, name="mine"),
    path("mine/cases/<slug:key>/", mine.cases, name="my-cases"),
    path("stars/", stars.stars, name="stars"),
    path("stars/stars.xlsx", stars.stars_xlsx, name="stars-xlsx"),
    path("sheets/", sheets.sheets, name="sheets"),
    path("sheets/issue/", sheets.issue, name="issue"),
    path("sheets/<str:number>/<int:version>/", sheets.sheet, name="sheet"),
    path("sheets/<str:number>/<int:version>/sheet.xlsx", sheets.sheet_xlsx, name="sheet-xlsx"),
    path("sheets/<str:number>/<int:version>/sheet.pdf", sheets.sheet_pdf, name="sheet-pdf"),
]
