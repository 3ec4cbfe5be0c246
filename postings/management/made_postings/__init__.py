"""Postings made up for benchmarks and development: see ``manage.py make_postings --help``.

``words``, ``library`` and ``world`` prepare what a posting is put together from, ``draws`` throws the dice for a chunk of
postings at once, ``rows`` writes them in PostgreSQL's COPY format, ``loading`` brings them into the tables.
"""
