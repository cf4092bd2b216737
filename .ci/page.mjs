// What .ci/page asks of each report.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const LOADS = 5;
const MOST_MS = 1000;
const MOST_ELEMENTS = 30000;
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let profile = 0;

/** Opens the page in a browser of its own, so that nothing is cached, and closes both. */
async function open(file, options, use) {
  const browser = await chromium.launchPersistentContext(path.join(process.env.PROFILES, `${profile++}`), {
    executablePath: process.env.CHROMIUM, args: ARGS, viewport: { width: 1400, height: 900 }, ...options,
  });
  try {
    const page = await browser.newPage();
    await page.goto(`file://${file}`);
    return await use(page);
  } finally {
    await browser.close();
  }
}

/** Milliseconds from the navigation to the second frame after the load event, and the number of elements. */
const load = (page) => page.evaluate(() => new Promise((done) => {
  requestAnimationFrame(() => requestAnimationFrame(() => done({
    ms: performance.now(), elements: document.getElementsByTagName('*').length,
  })));
}));

async function speed(file) {
  const loads = [];
  for (let i = 0; i < LOADS; i++) loads.push(await open(file, {}, load));
  const ms = loads.map((one) => one.ms).sort((a, b) => a - b)[Math.floor(LOADS / 2)];
  const { elements } = loads[0];
  console.log(`${file}: stands after ${Math.round(ms)} ms (median of ${LOADS}), ${elements} elements`);
  assert(ms < MOST_MS, `slower than ${MOST_MS} ms`);
  assert(elements < MOST_ELEMENTS, `more than ${MOST_ELEMENTS} elements`);
}

async function accessible(file) {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [1400, 400]) {
      const options = { colorScheme, viewport: { width, height: 900 }, bypassCSP: true };
      const found = await open(file, options, async (page) => {
        await page.evaluate(() => [...document.querySelectorAll('details')].slice(0, 80).forEach((one) => { one.open = true; }));
        await page.evaluate(axe);
        return page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
      });
      const grave = found.violations.filter((one) => ['serious', 'critical'].includes(one.impact));
      assert.deepEqual(grave.map((one) => `${one.id}: ${one.nodes[0].html}`), [], `${colorScheme}, ${width} px`);
    }
  }
}

/** Links open the scenario that they lead to, evidence is where the page says, the filter hides the rest. */
async function used(file) {
  await open(file, {}, async (page) => {
    await page.locator('.clauses a[href^="#scenario-"]').first().click();
    assert(await page.evaluate(() => document.querySelector(':target').closest('details').open), 'a link opens its scenario');
    const evidence = await page.evaluate(() => [...document.querySelectorAll('a[href^="evidence/"]')].map((a) => a.href));
    for (const link of new Set(evidence)) assert(fs.existsSync(new URL(link)), `${link} is there`);
    await page.evaluate(() => { location.hash = ''; });
    for (const choice of await page.locator('[name=show]:not(#show-all)').all()) {
      await choice.check();
      const [shown, meant] = await page.evaluate(() => {
        const all = [...document.querySelectorAll('.scenario')];
        const outcome = document.querySelector('[name=show]:checked').id.replace('show-', '');
        return [all.filter((one) => one.offsetParent), all.filter((one) => one.classList.contains(outcome))].map((l) => l.length);
      });
      assert.equal(shown, meant, 'the filter shows its outcome alone');
    }
  });
}

for (const report of process.argv.slice(2)) {
  const file = path.resolve(report);
  await speed(file);
  await accessible(file);
  await used(file);
}
