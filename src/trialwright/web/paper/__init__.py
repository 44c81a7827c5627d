"""Paper: blank and filled forms, the calendar of visits and the appointment card, as PDF.

What comes in: the definition, the folded state of a participant. What goes out: two pages of links, and the PDF of
``trialwright.paper``. What never happens here: layout, or a form that these eyes may not see.
"""
