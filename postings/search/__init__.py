"""How people find postings: words, places, the week they can work, and counts of what is there."""
