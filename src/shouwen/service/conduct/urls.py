"""Addresses of conduct."""

from __future__ import annotations

from django.urls import path

from shouwen.service.conduct.views import accounts, decisions, pay, proposals, rules, years

app_name = "conduct"
urlpatterns = [
    path("", proposals.proposals, name="proposals"),
    path("find/", proposals.sought, name="sought"),
    path("confirm/", proposals.confirm, name="confirm"),
    path("proposals/<int:pk>/", proposals.proposal, name="proposal"),
    path("proposals/<int:pk>/decide/", proposals.decide, name="decide"),
    path("proposals/<int:pk>/instead/", proposals.instead, name="instead"),
    path("proposals/<int:pk>/refresh/", proposals.refresh, name="refresh"),
    path("decisions/", decisions.decisions, name="decisions"),
    path("decisions/<str:number>/", decisions.decision, name="decision"),
    path("decisions/<str:number>/notice.pdf", decisions.paper, name="notice"),
    path("decisions/<str:number>/instead/", decisions.instead, name="avoided"),
    path("decisions/<str:number>/<slug:verb>/", decisions.act, name="act"),
    path("mine/", decisions.mine, name="mine"),
    path("list/", decisions.published, name="published"),
    path("appeals/", decisions.open_appeals, name="appeals"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/mine/", accounts.mine, name="my-account"),
    path("accounts/<int:pk>/", accounts.account, name="account"),
    path("accounts/pay/<str:number>/", accounts.pay, name="pay"),
    path("accounts/undo/<int:number>/", accounts.undo, name="undo"),
    path("payroll/", pay.payroll, name="payroll"),
    path("payroll/out/", pay.take_out, name="take-out"),
    path("payroll/bring-in/", pay.bring_in, name="bring-in"),
    path("payroll/deduct/", pay.deduct, name="deduct"),
    path("payroll/minimum/", pay.minimum, name="minimum"),
    path("years/", years.year, name="years"),
    path("rules/", rules.rules, name="rules"),
]
