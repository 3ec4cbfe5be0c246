"""The job-description coach: reads the facts of a posting and says what would make it better.

Pure functions on plain data (``facts.PostingFacts``): no database, no request. What counts as a word to avoid is data
in ``postings/content/<language>/coach.yaml``; thresholds and countries are in ``postings/content/coach.yaml``.
"""
