"""The texts of the home page."""

TEXTS = {
    "menu.home": ("My work", "我的工作"),
    "home.title": ("My work today", "今日工作"),
}
