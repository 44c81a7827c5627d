"""``python -m tests.web.screenshots``: a picture of every page, desktop and phone, English and Chinese.

They go to ``screenshots/`` (not kept in the repository), named after the page, the size and the language. Words after
the command choose pages by name: ``python -m tests.web.screenshots home form_new``.
"""

import argparse
import itertools
import logging
import tempfile
from pathlib import Path

import conftest  # noqa: F401  (Django's settings, before anything asks for a table)
from tests.web.busy import write_busy_day
from tests.web.conftest import write_trial_file
from tests.web.journeys.live import DESKTOP, PHONE, Live, find_chromium, serve, start_chromium
from tests.web.scenes import Scene, is_page, list_scenes
from tests.web.trials import two_sites
from trialwright.web.guards import LANGUAGES

_HIGHEST = 12_000
SIZES = {"desktop": DESKTOP, "phone": PHONE}


def write_pictures(folder: Path, chosen: list[str], sizes: list[str], languages: list[str]) -> int:
    """Write the pictures; how many."""
    from trialwright.web.trial import compute_clock_ahead, start

    path = find_chromium()
    if path is None:
        raise SystemExit("there is no chromium on this machine")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        database = Path(scratch) / "ledger.sqlite3"
        write_trial_file(database)
        start(two_sites(), compute_clock_ahead())
        logging.getLogger("trialwright.requests").setLevel(logging.WARNING)
        write_busy_day()
        with serve() as address, start_chromium(path) as browser:
            live = Live(browser, address, database)
            scenes = [scene for scene in list_scenes(is_busy=True) if not chosen or scene.name in chosen]
            every = itertools.product(scenes, sizes, languages)
            return sum(_take(live, scene, folder, size, language) for scene, size, language in every)


def _take(live: Live, scene: Scene, folder: Path, size: str, language: str) -> bool:
    if scene.role is None:
        context = live.browse(SIZES[size])
        context.add_cookies([{"name": "tw_language", "value": language, "url": live.address}])
    else:
        context = live.enter(scene.role, language=language, size=SIZES[size])
    if not is_page(context, scene.address):
        context.close()
        return False
    page = context.new_page()
    page.goto(scene.address, wait_until="networkidle")
    # A window as high as the page: what sticks to an edge is drawn where it stands at the end.
    width, least = SIZES[size]
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(max(height, least), _HIGHEST)})
    whose = f"-{scene.role.value.lower()}" if scene.role and scene.name == "home" else ""
    page.screenshot(path=folder / f"{scene.name}{whose}-{size}-{language}.png", full_page=True)
    context.close()
    return True


def main() -> None:
    """Read the command line and write the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", help="names of pages; every page when there is none")
    parser.add_argument("--out", type=Path, default=Path("screenshots"))
    parser.add_argument("--size", choices=SIZES, nargs="*", default=list(SIZES))
    parser.add_argument("--language", choices=LANGUAGES, nargs="*", default=list(LANGUAGES))
    said = parser.parse_args()
    count = write_pictures(said.out, said.pages, said.size, said.language)
    print(f"{count} pictures in {said.out}/")


if __name__ == "__main__":
    main()
