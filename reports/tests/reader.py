#!/usr/bin/env python3
"""A reader of records, written from JOURNAL.md alone: verifies the chain and the evidence, and works out the outcome.

usage: reader.py RUN [--head HEAD]

Prints one line of JSON. Exits 0 where the record is sound, 1 where it is not, with what is wrong on standard error.
"""

import hashlib
import json
import pathlib
import sys

ORDER = ["pass", "not_run", "inconclusive", "error", "fail"]


class Unsound(Exception):
    """What is wrong with a record, and where."""


def worst(outcomes):
    return max(outcomes, key=ORDER.index, default="not_run")


def chained(path, before):
    """The objects of the whole lines of a chained file, the last hash, and whether a line was cut short."""
    objects = []
    lines = path.read_bytes().split(b"\n")
    torn = lines.pop()
    for number, line in enumerate(lines, 1):
        digits, rest = line[10:74], line[76:]
        if line[:10] != b'{"chain":"' or line[74:76] != b'",':
            raise Unsound(f"{path.name}:{number}: not a line of a chain")
        if hashlib.sha256(before + rest).hexdigest().encode() != digits:
            raise Unsound(f"{path.name}:{number}: the chain breaks")
        before = digits
        objects.append(json.loads(line) | {"line": line.decode()})
    return objects, before, bool(torn)


class Record:
    def __init__(self, run):
        self.run = pathlib.Path(run)
        lines, head, self.torn = chained(self.run / "journal.jsonl", b"0" * 64)
        self.head = head.decode()
        self.hashes = [line["chain"] for line in lines]
        self.started = lines[0]
        if self.started["event"] != "run_started" or self.started["format"] != 2:
            raise Unsound("journal.jsonl:1: not the head of a record of format 2")
        self.finished = next((line for line in lines if line["event"] == "run_finished"), None)
        self.scenarios = [[] for _ in self.started["scenarios"]]
        for line in lines:
            if line["scenario"] is not None:
                events = self.scenarios[line["scenario"]]
                if line["seq"] != len(events):
                    raise Unsound(f"scenario {line['scenario']}: event {len(events)} is missing")
                events.append(line)
        amendments = self.run / "amendments.jsonl"
        self.amendments = chained(amendments, head)[0] if amendments.exists() else []

    def verify_evidence(self):
        """How many files of evidence there are. Each has the bytes that were kept, or was deleted with a word."""
        deleted = {
            file["file"]: file["sha256"]
            for line in self.amendments
            if line["event"] == "deleted"
            for file in line["files"]
        }
        self.verify_lines(deleted)
        files, ends = set(), {}
        for event, due in (pair for events in self.scenarios for pair in observed(events)):
            evidence = event.get("evidence")
            if evidence is None or not (due or (self.run / evidence["file"]).exists()):
                continue
            files.add(evidence["file"])
            path, offset = self.run / evidence["file"], evidence.get("offset")
            if not path.exists():
                known = deleted.get(evidence["file"])
                if known is None or offset is None and known != evidence["sha256"]:
                    raise Unsound(f"{evidence['file']}: missing")
                continue
            data = path.read_bytes()
            if offset is not None:
                ends[path] = max(ends.get(path, 0), offset + evidence["size"])
                data = data[offset : offset + evidence["size"]]
            if len(data) != evidence["size"] or hashlib.sha256(data).hexdigest() != evidence["sha256"]:
                raise Unsound(f"{evidence['file']}: not the bytes that were kept")
        if not self.incomplete():
            for path, end in ends.items():
                if path.stat().st_size > end:
                    raise Unsound(f"evidence/{path.name}: not the bytes that were kept")
        return len(files)

    def verify_lines(self, deleted):
        """The hashes of the journal's lines are those among the evidence."""
        path = self.run / "evidence/chain.txt"
        if self.finished is None or self.finished["ended"] != "all_run" or "evidence/chain.txt" in deleted:
            return
        if not path.exists():
            raise Unsound("evidence/chain.txt: missing")
        if path.read_text() != "".join(line + "\n" for line in self.hashes):
            raise Unsound("journal.jsonl: not the lines whose hashes are in evidence/chain.txt")

    def verify_secrets(self):
        """How many secrets there are; each is the one that was committed to."""
        path = self.run / "sealed.jsonl"
        secrets = set()
        for sealed in chained(path, b"0" * 64)[0] if path.exists() else []:
            salt, secret = bytes.fromhex(sealed["salt"]), bytes.fromhex(sealed["secret"])
            data = salt + sealed["media_type"].encode() + b"\0" + secret
            if hashlib.sha256(data).hexdigest() != sealed["commitment"]:
                raise Unsound(f"sealed.jsonl: {sealed['commitment']}: not the secret that was committed to")
            secrets.add(sealed["commitment"])
        wanted = {event["sealed"]["commitment"] for events in self.scenarios for event in events if "sealed" in event}
        if path.exists() and wanted - secrets:
            raise Unsound(f"sealed.jsonl: {sorted(wanted - secrets)[0]}: missing")
        return len(wanted)

    def incomplete(self):
        if self.torn or self.finished is None or self.finished["ended"] != "all_run":
            return True
        ends = [events[-1]["event"] for events in self.scenarios if events]
        return any(end != "scenario_finished" for end in ends)

    def outcome(self):
        clauses = {clause["id"]: clause for clause in self.started["clauses"]}
        info = {name for name, clause in clauses.items() if clause["level"] == "info"}
        outcomes = ["not_run"] if self.incomplete() else []
        if self.finished is not None:
            outcomes.append(self.finished["outcome"])
        for planned, events in zip(self.started["scenarios"], self.scenarios):
            outcomes.append(self.scenario(planned, events, info))
            for number, step in enumerate(planned["steps"]):
                clause = step.get("clause")
                if clause is None or "not_applicable" in clauses[clause]:
                    continue
                judged = any(
                    event["event"] == "judged" and event["step"] == number and event["clause"] == clause
                    for event in events
                )
                outcomes.append("pass" if judged else "not_run")
        return worst(outcomes)

    @staticmethod
    def scenario(planned, events, info):
        steps = []
        for number in range(len(planned["steps"])):
            of_step = [event for event in events if event.get("step") == number]
            ended = [event["outcome"] for event in of_step if event["event"] == "step_finished"]
            verdicts = [event for event in of_step if event["event"] == "judged" and event["clause"] not in info]
            steps.append(worst((ended or ["not_run"]) + [verdict["outcome"] for verdict in verdicts]))
        attempts = [event for event in events if event["event"] in ("scenario_started", "scenario_finished")]
        ends = [event["outcome"] for event in attempts[-1:] if event["event"] == "scenario_finished"]
        return worst(steps + (ends or ["not_run"]))

    def digest(self):
        digest = hashlib.sha256()
        lines = [self.started, *(event for events in self.scenarios for event in events)]
        for line in lines + ([self.finished] if self.finished is not None else []):
            digest.update(after_host(line["line"]).encode() + b"\n")
        return digest.hexdigest()


def observed(events):
    """The observations among the events of a scenario, each with whether its evidence has to be there."""
    due = {number for event in events if event["event"] == "judged" for number in event["observations"]}
    step = []
    for event in events:
        if event["event"] == "step_started":
            step = []
        elif event["event"] == "observed":
            step.append(event["id"])
        elif event["event"] == "step_finished" and event["outcome"] != "pass":
            due.update(step)
    seen = [event for event in events if event["event"] == "observed"]
    return [(event, event["id"] in due or "offset" in event.get("evidence", {})) for event in seen]


def after_host(line):
    """The line without chain and host, which come first."""
    start = len('{"chain":"",') + 64 + len('"host":')
    _, end = json.JSONDecoder().raw_decode(line, start)
    return line[end + 1 :]


def main(arguments):
    record = Record(arguments[0])
    if len(arguments) == 3 and arguments[1] == "--head" and arguments[2] != record.head:
        raise Unsound(f"journal.jsonl: its head is {record.head}")
    return {
        "outcome": record.outcome(),
        "complete": not record.incomplete(),
        "head": record.head,
        "digest": record.digest(),
        "evidence": record.verify_evidence(),
        "secrets": record.verify_secrets(),
        "amendments": len(record.amendments),
    }


if __name__ == "__main__":
    try:
        print(json.dumps(main(sys.argv[1:])))
    except (Unsound, OSError, ValueError, KeyError, IndexError, TypeError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
