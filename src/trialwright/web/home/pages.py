"""The page that everybody begins with."""

from trialwright.web.home import views
from trialwright.web.page import EVERYBODY, Page

PAGES = (Page("home", "", views.show_home, EVERYBODY, menu="menu.home"),)
