"""What postings tells to whoever listens, without knowing them."""

from django.dispatch import Signal

# Sent inside the transaction that closes a posting, with ``posting`` and ``by`` (a user or None).
posting_closed = Signal()
# Sent before somebody decides to close, with ``posting``; whoever listens answers with the number of people it would tell.
closing_asked = Signal()
