"""Stands in for curl on machines without it: the few options that our pages use; must not know the pages."""

from __future__ import annotations

import argparse
import sys
import time
import urllib.error
import urllib.request


def main() -> int:
    """Do one request and print its body; exit code 7 when nobody answers, as curl's."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("-d")
    parser.add_argument("--retry", type=int, default=0)
    parser.add_argument("--retry-delay", type=float, default=1.0)
    parser.add_argument("--retry-connrefused", action="store_true")
    asked = parser.parse_args()
    headers = dict(header.split(": ", 1) for header in asked.H)
    body = asked.d.encode() if asked.d is not None else None
    for tries_left in range(asked.retry, -1, -1):
        try:
            with urllib.request.urlopen(urllib.request.Request(asked.url, body, headers), timeout=20) as answer:
                sys.stdout.buffer.write(answer.read())
                return 0
        except urllib.error.HTTPError as error:
            sys.stdout.buffer.write(error.read())
            return 0
        except OSError:
            if tries_left:
                time.sleep(asked.retry_delay)
    return 7


if __name__ == "__main__":
    sys.exit(main())
