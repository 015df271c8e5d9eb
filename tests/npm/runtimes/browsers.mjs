// Serves a folder, opens it in one of Debian's browsers and runs the suite that it holds.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';

import { chromium } from 'playwright-core';
import puppeteer from 'puppeteer-core';

const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.cjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** Serves a folder on a free port. `pages` are what is served instead of files, by path. */
export async function serve(folder, pages = {}) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://x');
    const path = pathname === '/' ? '/index.html' : normalize(decodeURIComponent(pathname));
    try {
      const body = pages[path] ?? (await readFile(join(folder, path)));
      response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return `http://127.0.0.1:${server.address().port}/`;
}

/** Both kinds of page can go to an address, tell what goes wrong in it, and evaluate. */
const BROWSERS = {
  chromium: () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' }),
  firefox: () =>
    puppeteer.launch({
      browser: 'firefox',
      executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
      headless: true,
      // One evaluation is the whole suite.
      protocolTimeout: 300_000,
    }),
};

/** Runs the suite of a page in a browser. */
export async function runPage(url, engine, context) {
  const browser = await BROWSERS[engine]();
  try {
    const page = await browser.newPage();
    const wrong = [];
    page.on('pageerror', (error) => wrong.push(String(error)));
    page.on('console', (message) => wrong.push(`console: ${message.text()}`));
    await page.goto(url);
    await page.waitForFunction(() => 'runSuite' in globalThis, undefined, { timeout: 30_000 }).catch((error) => {
      throw new Error(`the page did not load: ${wrong.join('; ') || error}`);
    });
    return await page.evaluate((it) => globalThis.runSuite(it), { ...context, engine });
  } finally {
    await browser.close();
  }
}
