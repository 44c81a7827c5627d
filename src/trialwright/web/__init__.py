"""The pages: every person of the trial does their work here, in a browser, on the trial's own server.

What comes in: HTTP requests of people who have signed in. What goes out: pages, and commands to ``service.perform``,
the only way in which a page writes. What never happens here: a rule of the trial, SQL that writes, a change by GET, a
script or a style inside a page, a request to anybody else.

``page.py`` says what a page is, ``pages.py`` lists every one of them, ``trial.py`` is where a view gets the running
trial, the actor, and only what the actor may see. To add pages, copy the folder ``home``: ``pages.py`` (its rows),
``views.py``, ``texts.py`` (every text in both languages), ``templates/home/``; then name it in ``folders.py`` and give
each new URL its row in ``tests/web/access_table.py``. A page of the navigation has its place in ``pages.GROUPS``; a
state of a page worth looking at is a line in ``tests/web/scenes.py`` or ``tests/web/busy.py``.
"""
