"""score.py OUT [LEAST_ALL LEAST_CORE]: how many of the checks that Prometheus itself passes over HTTP pass, by file.

`passed-by-prometheus.txt` names those checks by file and by the first digits of a SHA-256, not by their texts.
"""
import collections
import hashlib
import re
import sys

CORE = set(
    "aggregators at_modifier collision functions histograms literals name_label_dropping operators range_queries "
    "selectors staleness subquery trig_functions".split()
)


def main():
    wanted = {tuple(line.split()) for line in open("passed-by-prometheus.txt")}
    passed, total, good, named = collections.Counter(), collections.Counter(), set(), {}
    for line in open(sys.argv[1], errors="replace"):
        found = re.match(r" +--- (PASS|FAIL): TestUpstream/testdata/(.*line_.*) \([\d.]+s\)$", line)
        if found:
            file = found[2].split(".test")[0]
            check = (file, hashlib.sha256(found[2].encode()).hexdigest()[:12])
            named[check] = found[2]
            total[file] += 1
            if found[1] == "PASS":
                passed[file] += 1
                good.add(check)
    for file in sorted(total):
        print(f"{file:24s} {passed[file]:4d} / {total[file]}")
    ran = {check for check in wanted if check[0] in total}
    core = {check for check in ran if check[0] in CORE}
    for check in sorted(ran - good):
        print("failed, and Prometheus passes it:", named.get(check, check[0]))
    print(f"of what Prometheus passes: {len(good & ran)} / {len(ran)}, core {len(good & core)} / {len(core)}")
    least = [int(number) for number in sys.argv[2:4]] or [len(ran), len(core)]
    if len(good & ran) < least[0] or len(good & core) < least[1]:
        sys.exit(f"fewer than {least[0]} of all, or than {least[1]} of the core")


main()
