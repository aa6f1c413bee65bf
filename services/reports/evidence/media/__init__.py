"""Opening what strangers have sent, in a process of its own: `python -m services.reports.evidence.media`.

It has no file, no network and no secret: it asks for the original's bytes by its standard input and gives the working
copy's by its standard output. Whatever a hostile file makes of it, its limits end it and nothing else is harmed.
"""
