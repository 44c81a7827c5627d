"""The sentences of the machine in Chinese: reasons, findings, queries, deviations and notices, as they are shown.

What comes in: a sentence in English, as the code or the ledger holds it. What goes out: the same sentence in Chinese,
its holes filled with the study's own words. What never happens here: a sentence that is stored or decided on; the
English one is the record, this is how it is shown.

``chinese/`` holds the catalogue, a file a room: ``"{participant} is not enrolled": "{participant} 尚未入组"``. The key
is the f-string of the source with its holes named by what they hold (``tests/web/sentence_sources.py`` reads them).
``match.py`` finds the entry of a sentence, ``say.py`` renders it. To add a sentence, write it in English where it
arises; ``tests/web/test_sentences.py`` fails and prints the key that the catalogue lacks. In a template a sentence is
shown by ``{% say reason.text %}``.
"""
