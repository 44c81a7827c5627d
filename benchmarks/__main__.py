"""Every benchmark, one after the other, each in a process of its own: ``make bench``."""

import subprocess
import sys

NAMES = ("rules", "ledger", "dry_run", "analysis", "report", "safety", "statistics", "design", "registry", "http")

if __name__ == "__main__":
    failed = []
    for name in NAMES:
        print(f"\n=== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode:
            failed.append(name)
    print(
        f"\n{len(NAMES) - len(failed)} of {len(NAMES)} met their bars"
        + (f"; not met: {', '.join(failed)}" if failed else "")
    )
    raise SystemExit(bool(failed))
