"""Django's URL table, made from ours."""

from django.urls import path

from trialwright.web.errors import answer_400, answer_403, answer_404, answer_500
from trialwright.web.page import guard
from trialwright.web.pages import PAGES

urlpatterns = [path(page.path, guard(page), name=page.name) for page in PAGES]

handler400, handler403, handler404, handler500 = answer_400, answer_403, answer_404, answer_500
