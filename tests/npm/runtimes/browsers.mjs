// Serves a folder, opens it in one of Debian's browsers and runs the suite that it holds.

import { createServer } from 'node:http';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';

import { chromium } from 'playwright-core';
import puppeteer from 'puppeteer-core';

import { trusting } from '../hostiles/certificates.mjs';

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

/** Both kinds of page can go to an address, tell what goes wrong in it, and evaluate; `home` is a folder for themselves. */
const BROWSERS = {
  async chromium(home) {
    // Where it looks for authorities of its user's.
    await trusting(join(home, '.pki/nssdb'));
    const env = { ...process.env, HOME: home };
    return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', env });
  },
  async firefox(home) {
    await trusting(home);
    return puppeteer.launch({
      browser: 'firefox',
      executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
      headless: true,
      userDataDir: home,
      // One evaluation is the whole suite.
      protocolTimeout: 300_000,
    });
  },
};

/** Runs the suite of a page in a browser. */
export async function runPage(url, engine, context) {
  const home = await mkdtemp(join(tmpdir(), 'npm-suite-'));
  const browser = await BROWSERS[engine](home);
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
    await rm(home, { recursive: true, force: true });
  }
}
