"""What postings tells to whoever listens, without knowing them."""

from django.dispatch import Signal

# Sent inside the transaction that closes a posting, with ``posting`` and ``by`` (a user or None).
posting_closed = Signal()
