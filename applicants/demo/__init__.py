"""What a local run shows: made-up employers, postings and candidates, entered through the product's own services.

Nothing here is loaded outside ``LOCAL_MODE``.
"""
