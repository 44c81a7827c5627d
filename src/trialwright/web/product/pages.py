"""The pages of the product."""

from trialwright.web.page import CLINICAL, Page
from trialwright.web.product import views

PAGES = (
    Page("product", "product/", views.show_lots, CLINICAL, posts=True, menu="product.menu"),
    Page("lot", "product/<str:lot>/", views.show_lot, CLINICAL, posts=True),
    Page("lot_log", "product/<str:lot>/log.csv", views.export_log, CLINICAL, posts=True),
)
