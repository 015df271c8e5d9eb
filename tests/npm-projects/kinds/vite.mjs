// Vite: its dev server moves what is installed, and its build makes assets of what stands beside.

import { launch } from '../../npm/runtimes/chromium.mjs';
import { matches, project, same, service, start } from '../tools.mjs';

const VERSIONS = ['vite5', 'vite6', 'vite8'];
const PLACED = /^OUT-[0-9a-f-]{36}$/;
/** What the slim entry says where its file was left behind. */
const LEFT_BEHIND = new RegExp(
  '^not_initialized: .* so nothing was sent; .*core\\.wasm.*' +
    "optimizeDeps\\.exclude = \\['polyai-outbound'\\].*import polyai-outbound, which needs no file$",
);

/** Where a page's policy lets no wasm begin. */
const NOT_ALLOWED = /^not_initialized: .* so nothing was sent; .* a Content-Security-Policy has to allow 'wasm-unsafe-eval'$/;

/** By check: how Vite is run, the page, what it shows, and how many calls that places. */
const CHECKS = (version) => {
  const isOld = version !== 'vite8';
  return {
    'a build of the main entry': [['build'], '', PLACED, 1],
    'a build of the slim entry': [['build'], 'slim.html', PLACED, 1],
    'the dev server, the main entry': [['dev'], '', PLACED, 1],
    'the dev server, the slim entry': [['dev'], 'slim.html', ...(isOld ? [LEFT_BEHIND, 0] : [PLACED, 1])],
    ...(isOld && { 'the dev server, the slim entry that is excluded': [['dev', 'polyai-outbound'], 'slim.html', PLACED, 1] }),
    ...(!isOld && {
      'a policy that allows no wasm': [['build', '', "'self'"], '', NOT_ALLOWED, 0],
      'a policy that allows wasm': [['build', '', "'self' 'wasm-unsafe-eval'"], '', PLACED, 1],
      'a policy that allows wasm, the slim entry': [['build', '', "'self' 'wasm-unsafe-eval'"], 'slim.html', PLACED, 1],
    }),
  };
};

async function checks({ tarball, check }) {
  const folder = await project('vite', tarball, 'vite');
  const { url: upstream, asked } = await service();
  const browser = await launch();
  try {
    for (const version of VERSIONS) {
      const servers = new Map();
      for (const [what, [how, page, shown, placed]] of Object.entries(CHECKS(version)))
        await check(`${version}: ${what}`, async () => {
          const key = how.join();
          if (!servers.has(key)) servers.set(key, start(folder, ['serve.mjs', version, ...how]));
          const url = await servers.get(key);
          const before = asked('POST');
          const tab = await browser.newPage();
          await tab.goto(`${url}/${page}?service=${encodeURIComponent(upstream)}`);
          matches('the page', await tab.textContent('output', { timeout: 30_000 }), shown);
          same('triggers at the service', asked('POST') - before, placed);
          await tab.close();
        });
    }
  } finally {
    await browser.close();
  }
}

export const projects = [{ name: 'vite', checks }];
