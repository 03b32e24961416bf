"""Print what `check` says today of seeded faults: `python -m tests.faults CODE…`.

`=` marks the message that is expected; at the end stands how many faults were found with the right
code and line.
"""

from __future__ import annotations

import json
import sys

from tests.faults import faults

chosen = faults(*sys.argv[1:])
found = 0
for fault in chosen:
    print(f"{fault.code} · {fault.name}")
    findings = fault.findings()
    for finding in findings:
        mark = "=" if str(finding) == fault.says else " "
        print(f" {mark} {finding.severity}: {finding}")
        if finding.counterexample:
            print(f"     {json.dumps(finding.counterexample, ensure_ascii=False)} {finding.says}")
    told = {(each.code, f"{each.place.file}:{each.place.line}") for each in findings}
    found += (fault.code, fault.line) in told
print(f"{found} of {len(chosen)} found")
