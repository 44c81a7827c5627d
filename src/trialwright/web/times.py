"""Times as people read them: by the clock on the site's wall, with its zone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from trialwright.web.trial import get_definition


def render_local(at: str, site: str = "") -> str:
    """``{{ entry.at|local:site }}``: a time of the ledger (UTC) by the clock on the site's wall, with its zone."""
    if not at:
        return ""
    known = get_definition().sites.get(site)
    moment = datetime.fromisoformat(at).astimezone(ZoneInfo(known.time_zone if known else "UTC"))
    return f"{moment:%Y-%m-%d %H:%M} {_name_zone(moment)}"


def _name_zone(moment: datetime) -> str:
    """UTC+8: an offset, because the letters of a zone are ambiguous (CST is Shanghai's and Chicago's)."""
    hours, minutes = divmod(int((moment.utcoffset() or timedelta()).total_seconds()) // 60, 60)
    return f"UTC{hours:+d}{f':{minutes:02d}' if minutes else ''}" if hours or minutes else "UTC"
