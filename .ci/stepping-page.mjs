// Drives the page of `rig page` and `rig run --page` in headless Chromium. See .ci/stepping-page.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import assert from 'node:assert/strict';

const { RIG, CHROMIUM, WORK, PICTURES } = process.env;
const require = createRequire(import.meta.url);
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const start = async (args, stream = 'stdout') => {
  const rig = spawn(RIG, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  while (!said.includes('\n')) said += (await once(rig[stream], 'data'))[0];
  rig[stream].resume();
  return { rig, address: said.match(/Page: (\S+)/)[1] };
};
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
const errors = [];
const open = async address => {
  const page = await (await browser.newContext({ viewport: { width: 1400, height: 1000 } })).newPage();
  page.setDefaultTimeout(60000);
  page.on('console', message => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', error => errors.push(String(error)));
  await page.goto(address);
  return page;
};
const stands = (page, step) => page.waitForFunction(
  step => document.querySelector('#place').textContent.startsWith('Stopped')
    && [...document.querySelectorAll('#steps li')].findIndex(line => line.getAttribute('aria-current') === 'step') === step, step);
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const looks = async (page, name) => {
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const width of [1400, 800, 400]) {
      await page.setViewportSize({ width, height: 1000 });
      await page.waitForTimeout(200);
      await page.screenshot({ path: `${PICTURES}/${name}-${scheme}-${width}.png`, fullPage: true });
      await page.evaluate(axe);
      const found = await page.evaluate(async () => {
        const result = await axe.run(document, { resultTypes: ['violations'] });
        return result.violations.map(one => [one.impact, one.id, one.nodes[0].html]);
      });
      const bad = found.filter(([impact]) => ['serious', 'critical'].includes(impact));
      assert.deepEqual(bad, [], `axe-core, ${name}, ${scheme}, ${width}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert.ok(!wide, `${name} scrolls sideways at ${width}`);
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1400, height: 1000 });
};

// A session, driven by one and watched by another.
const token = `${WORK}/token`;
const port = 20000 + process.pid % 20000;
const session = ['page', '--seed', '1', '--token-file', token, '--listen', `127.0.0.1:${port}`, 'It is shown for 3 minutes'];
let { rig, address } = await start([...session, '--out', `${WORK}/one`]);
const page = await open(address);
await stands(page, 0);
assert.equal(page.url(), address.split('#')[0], 'the token leaves the address bar');
await press(page, 'Next step');
await stands(page, 1);
await page.waitForFunction(() => [...document.querySelectorAll('#cameras img')].some(picture => picture.naturalWidth > 0));
assert.ok(await page.locator('#phones .phone').count() > 0);
const line = await page.locator('#steps li').nth(2).locator('button').getAttribute('aria-label');
await press(page, line);
await press(page, 'Continue');
await stands(page, 2);
await page.keyboard.press('b');
await stands(page, 1);
await press(page, 'Repeat');
await stands(page, 1);
await page.getByLabel('Command').fill('screens');
await press(page, 'Do it');
await page.waitForFunction(() => document.querySelector('#said').textContent.includes('(rig) screens'));
await press(page, 'Continue');
await stands(page, 2);
await press(page, 'Next step');
await stands(page, 3);
await page.locator('#measured tr').first().waitFor();
await page.getByLabel('Kind').selectOption('judged');
assert.ok(await page.locator('#journal tr').count() > 0);
await page.getByLabel('Kind').selectOption('');
console.log('ok: step, break, back, repeat, a command, measurements, journal');
await looks(page, 'session');
console.log('ok: axe-core, no sideways scrolling');

const other = await open(address);
await other.locator('#crew', { hasText: 'Watcher 1 drives' }).waitFor();
assert.ok(await other.getByRole('button', { name: 'Next step' }).isDisabled());
await page.getByRole('button', { name: /Hand over to watcher/ }).click();
await other.locator('#crew', { hasText: 'You drive' }).waitFor();
assert.ok(await page.getByRole('button', { name: 'Next step' }).isDisabled());
console.log('ok: handed over');

// Another site in the same browser, and a browser without the token.
const evil = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<h1>another site</h1>')).listen(0, '127.0.0.1');
await once(evil, 'listening');
const foreign = await page.context().newPage();
await foreign.goto(`http://localhost:${evil.address().port}/`);
const arrived = await foreign.evaluate(async port => {
  const url = `http://127.0.0.1:${port}`;
  const act = await fetch(`${url}/act`, { method: 'POST', body: '{}', mode: 'no-cors', credentials: 'include' }).then(answer => answer.type, () => 'error');
  const events = await new Promise(take => {
    const source = new EventSource(`${url}/events?client=x`, { withCredentials: true });
    source.onopen = () => take('open');
    source.onerror = () => take('error');
  });
  return { act, events };
}, port);
assert.equal(arrived.events, 'error');
await foreign.close();
evil.close();
const before = errors.length;
const stranger = await open(address.split('#')[0]);
await stranger.locator('#link', { hasText: 'refused' }).waitFor();
assert.equal(await stranger.locator('#steps li').count(), 0);
await stranger.close();
errors.splice(before);
assert.deepEqual(errors, [], 'errors on the console');
console.log('ok: another site and a stranger get nothing; no error on the console');

// The server is killed, and another one comes to the same address.
rig.kill('SIGKILL');
await other.locator('#link', { hasText: 'waiting' }).waitFor();
const killed = Date.now();
({ rig, address } = await start([...session, '--out', `${WORK}/two`]));
await other.locator('#link', { hasText: 'connected' }).waitFor();
await stands(other, 0);
console.log(`ok: back ${Date.now() - killed} ms after the restart began`);
errors.length = 0;
for (const one of [page, other]) await one.close();
rig.kill('SIGINT');
await once(rig, 'exit');

// A run that goes on, and the finished one.
const run = `${WORK}/run`;
({ rig, address } = await start(['run', '--seed', '1', '--out', run, '--page', '--', 'features/another-phone'], 'stderr'));
const watcher = await open(address);
const ended = once(rig, 'exit');
await watcher.waitForFunction(() => document.querySelectorAll('#journal tr').length > 20);
console.log('ok: follows a run;', await watcher.locator('#place').textContent());
await ended;
await watcher.close();
const digest = async folder => {
  const report = spawn(RIG, ['report', '--format', 'json', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  for await (const part of report.stdout) said += part;
  return JSON.parse(said).digest;
};
const unwatched = spawn(RIG, ['run', '--seed', '1', '--out', `${WORK}/unwatched`, 'features/another-phone'], { stdio: 'ignore' });
await once(unwatched, 'exit');
assert.equal(await digest(run), await digest(`${WORK}/unwatched`));
console.log('ok: the digest of a run that nobody watches');
errors.length = 0;
({ rig, address } = await start(['page', run]));
const finished = await open(address);
await finished.locator('#place', { hasText: 'The run is over: pass' }).waitFor();
await finished.getByLabel('of all scenarios').check();
await finished.getByLabel('Kind').selectOption('observed');
const link = finished.locator('#journal a').first();
const evidence = await finished.context().request.get(new URL(await link.getAttribute('href'), finished.url()).href);
assert.equal(evidence.status(), 200);
await finished.locator('#report').click();
await finished.waitForURL(/report\.html/);
assert.deepEqual(errors, [], 'errors on the console of the finished run');
await finished.goBack();
await finished.locator('#place', { hasText: 'The run is over: pass' }).waitFor();
await looks(finished, 'finished');
console.log('ok: a finished run, its evidence and its report');
await browser.close();
rig.kill('SIGINT');
