"""The program that lies in every copy: it proves the copy with Python alone, on a machine that never saw trialwright."""

PROOF = r'''"""Is this copy whole, and is it the one that the ledger had at its seal?

Run it in the unpacked folder, with Python 3.8 or newer and nothing else:   python check.py [SEAL]
SEAL is a seal that you kept elsewhere (from a report, another copy, an e-mail to yourself): position-hexadecimal.
It ends with 0 when everything holds, with 1 and the first faults when something does not.
"""
import hashlib
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
FIELDS = "format study position participant seq prev act at actor role site version commitment".split()


def sha(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def check(kept):
    faults = []
    manifest = json.loads((HERE / "manifest.json").read_text(encoding="utf-8"))
    for name, said in manifest["files"].items():
        path = HERE / name
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != said:
            faults.append("the file %s is missing or was changed" % name)
    hashes = (HERE / "hashes.txt").read_text(encoding="ascii").split()
    seal = "0" * 64
    seals = [seal]
    for one in hashes:
        seal = sha(seal + "\0" + one)
        seals.append(seal)
    if "%d-%s" % (len(hashes), seal) != manifest["seal"]:
        faults.append("the hashes do not lead to the seal of the manifest")
    if kept:
        position, _, value = "".join(kept.split()).lower().partition("-")
        if not position.isdigit() or int(position) >= len(seals) or seals[int(position)] != value:
            faults.append("this copy is not of the ledger that had the seal %s" % kept)
    lines = (HERE / "entries.jsonl").read_text(encoding="ascii").splitlines()
    entries = [json.loads(line) for line in lines]
    if len(entries) != manifest["entries"]:
        faults.append("%d entries, the manifest says %d" % (len(entries), manifest["entries"]))
    carried, blank = {}, set()
    for one in entries:
        if one["act"] == "redaction" and one["payload"]:
            said = json.loads(one["payload"])
            carried[said["position"]] = said.get("carried", "")
            blank.add(said.get("replaces", 0))
    last = {}
    for one in entries:
        at = "entry %d: " % one["position"]
        if sha("\0".join(str(one[name]) for name in FIELDS)) != one["hash"]:
            faults.append(at + "its hash does not match what it says")
        if one["position"] > len(hashes) or hashes[one["position"] - 1] != one["hash"]:
            faults.append(at + "it is not the entry that the ledger has there")
        if one["salt"]:
            if sha(one["salt"] + "\0" + one["payload"]) != one["commitment"]:
                faults.append(at + "its content is not the one that was written")
        elif one["position"] in blank:
            if one["payload"]:
                faults.append(at + "it should be blank")
        elif carried.get(one["position"]) != one["payload"]:
            faults.append(at + "it was redacted, and no redaction in this copy says so")
        before = last.get(one["participant"])
        if before and one["seq"] == before["seq"] + 1 and one["prev"] != before["hash"]:
            faults.append(at + "it does not follow the entry before it")
        last[one["participant"]] = one
    return manifest, faults


if __name__ == "__main__":
    manifest, faults = check(sys.argv[1] if len(sys.argv) > 1 else "")
    for fault in faults[:50]:
        print("WRONG: " + fault)
    if not faults:
        whose = "site " + manifest["site"] if manifest["site"] else "the whole study"
        print("It holds: %d entries of %s, seal %s" % (manifest["entries"], whose, manifest["seal"]))
    sys.exit(1 if faults else 0)
'''
