"""Reading: the worklist of those who read images without knowing whose, when, or in which arm.

A case is an image under a code made from the ledger's hashes, which says nothing and lasts. What comes in: blinded forms
of the study with their ``reading``. What goes out: readings, by ``service.perform``. What never happens here: a page
for readers that names a participant, a visit, a day or an arm, or shows one reader what another has read.
"""
