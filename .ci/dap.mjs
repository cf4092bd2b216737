// Drives `rig dap` with the test client of VS Code's protocol.
// usage: node dap.mjs RIG stdio|tcp FEATURE OUT
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import assert from 'node:assert/strict';

const { DebugClient } = createRequire(import.meta.url)('@vscode/debugadapter-testsupport');
const [rig, how, feature, out] = process.argv.slice(2);
const lines = readFileSync(feature, 'utf8').split('\n');
const lineOf = (words, from = 0) => lines.findIndex((line, at) => at >= from && line.includes(words)) + 1;
const heading = lineOf('Blåbærgrød');
const [given, when, judged] = [1, 2, 3].map(step => heading + step);
const thread = { threadId: 1 };

// Its start() hands exactly one argument to the adapter.
const client = new DebugClient(rig, 'dap', 'rig', {});
let adapter;
if (how === 'tcp') {
  adapter = spawn(rig, ['dap', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = await new Promise(take => adapter.stdout.once('data', take));
  await client.start(Number(String(said).trim().split(':').pop()));
} else {
  await client.start();
}
client.defaultTimeout = 30000;

const events = [];
const seen = ['initialized', 'capabilities', 'thread', 'stopped', 'continued', 'exited', 'terminated', 'invalidated', 'progressStart', 'progressEnd'];
for (const event of seen) client.on(event, () => events.push(event));
const move = async (what, request, reason, line) => {
  await Promise.all([request(), client.assertStoppedLocation(reason, { path: feature, line })]);
  console.log(`  ${what}: ${reason} on line ${line}`);
};

const launch = { program: feature, line: heading, seed: 1, defects: ['2'], out };
await client.hitBreakpoint(launch, { path: feature, line: when });
await move('next', () => client.nextRequest(thread), 'step', judged);
const info = async () => (await client.exceptionInfoRequest(thread)).body;
await move('stepBack', () => client.stepBackRequest(thread), 'breakpoint', when);

const stack = (await client.stackTraceRequest(thread)).body.stackFrames;
assert.ok(stack[1].name.includes('Blåbærgrød på øen'), stack[1].name);
const scopes = (await client.scopesRequest({ frameId: stack[0].id })).body.scopes;
assert.ok(scopes.find(scope => scope.name === 'Cameras').expensive);
for (const scope of scopes) {
  const { variables } = (await client.variablesRequest({ variablesReference: scope.variablesReference })).body;
  console.log(`  ${scope.name}: ${variables.length} values`);
}
const typed = await client.evaluateRequest({ expression: 'advance 1 s', context: 'repl' });
assert.match(typed.body.result, /1 s later/);
for (const context of ['hover', 'watch', undefined]) {
  await assert.rejects(client.evaluateRequest({ expression: 'advance 1 s', context }), /names no figure/);
}
const placed = await client.setBreakpointsRequest({ source: { path: feature }, breakpoints: [{ line: heading }, { line: 9999 }] });
assert.deepEqual(placed.body.breakpoints.map(one => [one.verified, one.line]), [[true, given], [false, undefined]]);
await client.setBreakpointsRequest({ source: { path: feature }, breakpoints: [] });

await move('continue to a failure', () => client.continueRequest(thread), 'exception', judged);
const failure = await info();
assert.equal(failure.exceptionId, 'S5.B.5b');
assert.match(failure.description, /limits/);
const failed = (await client.stackTraceRequest(thread)).body.stackFrames;
await move('restartFrame of the step', () => client.restartFrameRequest({ frameId: failed[0].id }), 'restart', judged);
const targets = (await client.gotoTargetsRequest({ source: { path: feature }, line: judged + 1 })).body.targets;
await move('goto', () => client.gotoRequest({ threadId: 1, targetId: targets[0].id }), 'goto', judged + 1);
await move('restartFrame of the scenario', () => client.restartFrameRequest({ frameId: 1 }), 'restart', given);
await move('next', () => client.nextRequest(thread), 'step', when);
await move('restart', () => client.restartRequest({}), 'restart', given);
await client.setExceptionBreakpointsRequest({ filters: [] });
const ended = client.waitForEvent('exited');
await Promise.all([client.continueRequest(thread), client.waitForEvent('terminated')]);
assert.equal((await ended).body.exitCode, 1);
console.log(`  ran to its end; events: ${events.join(' ')}`);
const gone = adapter && new Promise(take => adapter.once('exit', take));
await client.disconnectRequest({});
if (gone) assert.equal(await gone, 0);
// The client's own stop() waits for an adapter that has ended already.
process.exit(0);
