"""What pytest leaves alone when it looks for doctests: Django's models cannot be imported before a database is named."""

collect_ignore_glob = ["src/trialwright/store/models.py", "src/trialwright/store/migrations/*", "src/trialwright/store/apps.py"]
