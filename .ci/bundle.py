"""Verifies the statements of an unpacked bundle with securesystemslib and in-toto-attestation, and leaves the signed bytes and
the raw signatures for OpenSSL. Called by .ci/bundle."""

import base64
import hashlib
import json
import pathlib
import sys

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from google.protobuf import json_format
from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

folder = pathlib.Path(sys.argv[1])
names = ["tester", "reviewer"]
keys = [SSlibKey.from_crypto(load_pem_public_key((folder / f"{name}.pem.pub").read_bytes())) for name in names]
manifest = hashlib.sha256((folder / "out/manifest.sha256").read_bytes()).hexdigest()


def fails(envelope, why):
    try:
        Envelope.from_dict(envelope).verify(keys, 2)
    except Exception:
        return
    sys.exit(f"securesystemslib accepts {why}")


for file in ["report", "test-result"]:
    text = (folder / f"out/attestations/{file}.dsse.json").read_text()
    envelope = Envelope.from_dict(json.loads(text))
    if len(envelope.verify(keys, 2)) != 2:
        sys.exit(f"{file}: not both signatures hold")
    payload = base64.b64decode(json.loads(text)["payload"])
    changed = json.loads(text)
    changed["payload"] = base64.b64encode(payload.replace(b"PASSED", b"FAILED").replace(b"pass", b"fail")).decode()
    fails(changed, f"a changed {file}")

    statement = json_format.Parse(payload, statement_pb2.Statement())
    Statement.copy_from_pb(statement).validate()
    body = json.loads(payload)
    if file == "test-result":
        result = json_format.ParseDict(body["predicate"], test_result_pb2.TestResult())
        named = {entry.name: entry.digest["sha256"] for entry in result.configuration}
        if named["manifest.sha256"] != manifest:
            sys.exit("test-result: another manifest")
        print(f"in-toto-attestation: {result.result}, {len(result.passed_tests)} passed, {len(statement.subject)} subjects")
    elif body["predicate"]["manifest_sha256"] != manifest:
        sys.exit("report: another manifest")

text = json.loads((folder / "out/attestations/report.dsse.json").read_text())
payload = base64.b64decode(text["payload"])
kind = text["payloadType"].encode()
(folder / "signed").write_bytes(b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload))
for name, signature in zip(names, text["signatures"]):
    (folder / f"{name}.sig").write_bytes(base64.b64decode(signature["sig"]))
print("securesystemslib: both signatures of both statements")
