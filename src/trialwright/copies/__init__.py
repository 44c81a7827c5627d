"""The sealed copy of a site: all its entries, for people and for machines, which proves itself without the application.

What comes in: a ``Material``: the site's entries as they stand in the ledger, the hash of every entry of the ledger, the
states of its participants. What goes out: the bytes of a ZIP file, the same for the same material. What never happens
here: reading a clock or a database, deciding which entries these eyes may see. To add a file to the copy, copy
``render_pages`` in ``page.py`` and give it a line in ``pack.py``.
"""

from trialwright.copies.material import Material
from trialwright.copies.pack import pack_site_copy

__all__ = ["Material", "pack_site_copy"]
