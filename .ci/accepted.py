"""Accepts a check's failed rows if each is listed under "Rows we answer differently".

Usage: accepted.py OUTPUT README. A listed row is a bullet that begins with the row's name in back quotes.
"""

import re
import sys

output, readme = (open(path, encoding="utf-8").read() for path in sys.argv[1:3])
section = readme.partition("## Rows we answer differently")[2].partition("\n## ")[0]
listed = set(re.findall(r"^- `([^`]+)`", section, re.M))
failed = re.findall(r"^FAIL (.*?): expected ", output, re.M)
if not failed:
    sys.exit("the check failed without naming a row")
unlisted = [row for row in failed if row not in listed]
for row in unlisted:
    print(f"not accepted: {row}")
if unlisted:
    sys.exit(1)
print(f"{len(failed)} rows are answered differently, each with its reason in api-spec/README.md")
