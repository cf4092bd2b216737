// Reads a run's Cucumber Messages as Cucumber's own programs do: each line by the schema of @cucumber/messages, all of them by the
// HTML formatter, and the page in a browser.
//
// usage: node messages.mjs MESSAGES PAGE [CHROMIUM]
import { createReadStream, createWriteStream, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CucumberHtmlStream } from "@cucumber/html-formatter";
import Ajv from "ajv/dist/2020.js";

const [file, page, chromium] = process.argv.slice(2);
const schemaFile = new URL("node_modules/@cucumber/messages/messages.schema.json", import.meta.url);
const ajv = new Ajv({ strict: false });
const check = ajv.compile(JSON.parse(readFileSync(schemaFile, "utf8")));
const envelopes = [];
const statuses = {};
for await (const line of createInterface({ input: createReadStream(file) })) {
    const envelope = JSON.parse(line);
    if (!check(envelope)) {
        throw new Error(`line ${envelopes.length + 1} does not keep to the schema: ${ajv.errorsText(check.errors)}`);
    }
    const status = envelope.testStepFinished?.testStepResult.status;
    if (status) statuses[status] = (statuses[status] ?? 0) + 1;
    envelopes.push(envelope);
}
await pipeline(Readable.from(envelopes, { objectMode: true }), new CucumberHtmlStream(), createWriteStream(page));
const frames = envelopes.filter((one) => one.attachment).length;
let shown = "not looked at";
if (chromium) {
    const { chromium: browser } = await import("playwright-core");
    const opened = await browser.launch({ executablePath: chromium, args: ["--no-sandbox"] });
    const view = await opened.newPage({ viewport: { width: 1280, height: 2000 } });
    const troubles = [];
    view.on("pageerror", (error) => troubles.push(String(error)));
    await view.goto(`file://${page}`);
    await view.waitForSelector("text=/scenario|feature/i", { timeout: 60000 });
    // A feature opens by a click.
    for (const item of await view.locator('[aria-expanded="false"]').all()) await item.click();
    await view.waitForTimeout(500);
    const pictures = await view.locator('img[src^="data:image"], img[src^="blob:"]').count();
    await view.screenshot({ path: page.replace(/\.html$/, ".png"), fullPage: false });
    await opened.close();
    if (troubles.length > 0) throw new Error(troubles.join("; "));
    shown = `${pictures} pictures in the browser`;
    if (frames > 0 && pictures === 0) throw new Error("the page shows no frame");
}
console.log(`${file}: ${envelopes.length} messages keep to the schema; ${JSON.stringify(statuses)}, ${frames} frames; ${shown}`);
