#!/usr/bin/env bash
# appium 3.8.0 with @appium/fake-driver 6.2.4: an invalid XPath is answered as "unknown error", HTTP 500.
#
# Expected: "invalid selector", HTTP 400 (W3C WebDriver, Find Element: the location strategy's error for a selector that does not
# parse). A client cannot tell a mistake in its own selector from trouble of the server.
# Seen: {"error":"unknown error","message":"XPath parse error"}, 500. Fails where that has changed. Needs node, npm and curl.
set -euo pipefail

scratch=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$scratch"' EXIT
cd "$scratch"
cat > package.json <<'JSON'
{ "private": true, "dependencies": { "appium": "3.8.0", "@appium/fake-driver": "6.2.4" } }
JSON
npm install --no-audit --no-fund --loglevel=error >/dev/null
echo '<app><MockButton id="Continue" text="Continue"/></app>' > app.xml

port=$(( 20000 + RANDOM % 20000 ))
APPIUM_HOME=$scratch APPIUM_TELEMETRY=0 node node_modules/appium/index.js server --address 127.0.0.1 --port "$port" \
    --log-level error >/dev/null 2>&1 &
server=$!
for _ in $(seq 120); do curl -sf "http://127.0.0.1:$port/status" >/dev/null && break; sleep 1; done

post() { curl -s -o answer.json -w '%{http_code}' -H 'Content-Type: application/json' -d "$2" "http://127.0.0.1:$port$1"; }
field() { node -p "JSON.parse(require('fs').readFileSync('answer.json')).value.$1"; }

post /session "{\"capabilities\":{\"alwaysMatch\":{\"platformName\":\"Fake\",\"appium:automationName\":\"Fake\",
    \"appium:deviceName\":\"Fake\",\"appium:app\":\"$scratch/app.xml\"},\"firstMatch\":[{}]}}" >/dev/null
session=$(field sessionId)
status=$(post "/session/$session/element" '{"using":"xpath","value":"//*["}')
seen="$status $(field error)"
echo "seen: $seen; expected by the recommendation: 400 invalid selector"
[ "$seen" = "500 unknown error" ]
