"""Publishes drafts at a steady rate through the product's own service, for `bench_search`. One JSON object a line: code, at.

``at`` is when the publication was committed (seconds since the epoch). The code stands in the title, so that a search for it finds
that one posting.
"""

from __future__ import annotations

import argparse
import json
import time

import django


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, required=True, help="publications a second")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--turn", type=int, default=0, help="of several such processes the number of this one")
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args()
    django.setup()
    from callcenter_jobs.accounts.models import User
    from postings.enums import PostingState
    from postings.models import Posting, PostingText
    from postings.services.publishing import PublishRefused, problems_of, publish_posting

    publisher, _made = User.objects.get_or_create(email="publisher@bench.example", defaults={"name": "Publisher"})
    wanted = round(options.rate * options.seconds)
    every = Posting.objects.filter(state=PostingState.DRAFT).order_by("pk").values_list("pk", flat=True)
    mine = [pk for pk in every[: (wanted * 5 // 4) * options.processes] if pk % options.processes == options.turn]
    # Read before the clock runs; the service reads what it publishes again, under its lock. Some drafts are made to be refused.
    drafts = [posting for posting in Posting.objects.for_list().filter(pk__in=mine) if not problems_of(posting)][:wanted]
    for posting in drafts:
        PostingText.objects.filter(posting=posting, language=posting.language).update(title=f"Findable {posting.code}")
    print(json.dumps({"ready": len(drafts)}), flush=True)
    input()
    began = time.monotonic()
    done = 0
    for posting in drafts:
        # A machine that cannot keep up is asked for twice the time; what it managed is said.
        if time.monotonic() - began > 2 * options.seconds:
            break
        time.sleep(max(0.0, began + done / options.rate - time.monotonic()))
        try:
            publish_posting(posting, by=publisher)
        except PublishRefused:
            continue
        done += 1
        print(json.dumps({"code": posting.code, "at": time.time()}), flush=True)
    print(json.dumps({"done": done, "took": time.monotonic() - began}), flush=True)


if __name__ == "__main__":
    main()
