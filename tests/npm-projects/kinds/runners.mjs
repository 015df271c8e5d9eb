// Test runners: under timers that a test has replaced the first operation of a process is over as soon as any other. Each way to
// let time go on has a file of its own, so that each begins with a package that has done nothing yet.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { matches, project, run, same, service, succeed } from '../tools.mjs';

/** By way: what a test says before it places a call, and then. `timers` is `vi` or `jest`. */
const WAYS = {
  'time is advanced': ['timers.useFakeTimers();', 'await timers.advanceTimersByTimeAsync(5_000);'],
  'all timers are run': ['timers.useFakeTimers();', 'await timers.runAllTimersAsync();'],
  'time is advanced in small steps': ['timers.useFakeTimers();', 'for (let nth = 0; nth < 60; nth++) await timers.advanceTimersByTimeAsync(100);'],
  'a call is followed to its end': ['timers.useFakeTimers();', 'await timers.advanceTimersByTimeAsync(60_000);', true],
};
const SOME = {
  vitest: {
    // It replaces the microtasks by which a Response of Node is read, too: the first steps are theirs.
    'Sinon has replaced all': ['const clock = sinon.useFakeTimers();', 'for (let nth = 0; nth < 60; nth++) await clock.tickAsync(100);\n  clock.restore();'],
    'Sinon has replaced some': ["const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });", 'await clock.tickAsync(5_000);\n  clock.restore();'],
    'some are replaced': ["timers.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });", 'await timers.advanceTimersByTimeAsync(5_000);'],
  },
  jest: {
    'some are replaced': ["timers.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });", 'await timers.advanceTimersByTimeAsync(5_000);'],
  },
};
const HEADS = {
  vitest: (environment) => `// @vitest-environment ${environment}
import { OutboundClient } from 'polyai-outbound';
import sinon from 'sinon';
import { expect, test, vi as timers } from 'vitest';
import steps from '../steps.cjs';
`,
  jest: (environment) => `/** @jest-environment ${environment} */
const { OutboundClient } = require('polyai-outbound');
const timers = jest;
const steps = require('../steps.cjs');
`,
};
const ENVIRONMENTS = ['node', 'jsdom'];

function source(runner, environment, way, [before, then, followed]) {
  const [operation, expected] = followed ? ['call', "status).toBe('success')"] : ['trigger', 'callSid).toBe(SID)'];
  return `${HEADS[runner](environment)}
const { NUMBER, OPTIONS, SID, service, within } = steps;

test(${JSON.stringify(way)}, async () => {
  expect(typeof window).toBe('${environment === 'node' ? 'undefined' : 'object'}');
  const client = new OutboundClient({ ...OPTIONS, fetch: service() });
  ${before}
  const placing = client.${operation}({ toNumber: NUMBER });
  ${then}
  timers.useRealTimers();
  expect((await within(placing)).${expected};
});
`;
}

/** Writes the files of a runner, one for each environment and way; gives what each of them shows, by its name. */
async function files(folder, runner, ending) {
  const shown = {};
  await mkdir(join(folder, runner));
  for (const environment of ENVIRONMENTS)
    for (const [way, said] of Object.entries({ ...WAYS, ...SOME[runner] })) {
      const name = `${environment}-${way.replaceAll(' ', '-')}.test.${ending}`;
      await writeFile(join(folder, runner, name), source(runner, environment, way, said));
      shown[name] = `a first operation in ${environment}: ${way}`;
    }
  return shown;
}

/** The tests that a report of either runner tells of, by file: what failed, or nothing. */
async function report(folder, args, environment) {
  const output = join(folder, `${args[0].split('/')[1]}.json`);
  const { said } = await run(folder, [...args, `--outputFile=${output}`], environment);
  const { testResults } = JSON.parse(await readFile(output, 'utf8').catch(() => Promise.reject(new Error(said))));
  return testResults.flatMap(({ name, message, assertionResults }) => {
    const file = name.split('/').at(-1);
    if (assertionResults.length === 0) return [{ file, failed: message || 'it has no tests' }];
    const why = ({ status, failureMessages }) => (status === 'passed' ? '' : failureMessages.join('\n') || status);
    return assertionResults.map((it) => ({ file, failed: why(it) }));
  });
}

async function checks({ tarball, check }) {
  const folder = await project('runners', tarball, 'runners');
  const { environment } = await service();
  const failed = (told, file) => told.filter((it) => it.file === file).map((it) => it.failed).filter(Boolean).join('\n');
  const held = (told, file, tests = 1) => {
    same('tests', told.filter((it) => it.file === file).length, tests);
    const why = failed(told, file);
    if (why !== '') throw new Error(why);
  };

  const vitest = await files(folder, 'vitest', 'mjs');
  let told = [];
  await check('Vitest runs', async () => {
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=json', '--root=.', 'vitest/', 'jsdom.test.mjs'];
    told = await report(folder, args, environment);
  });
  for (const [file, what] of Object.entries(vitest)) await check(`Vitest: ${what}`, () => held(told, file));
  await check('Vitest: a page of jsdom is a page, and its fetch and signals are taken', () => held(told, 'jsdom.test.mjs', 4));

  const jest = await files(folder, 'jest', 'cjs');
  let jestTold = [];
  await check('Jest runs', async () => {
    const args = ['node_modules/jest/bin/jest.js', '--json', '--transform={}', '--testMatch=**/jest/*.test.cjs'];
    jestTold = await report(folder, args, environment);
  });
  for (const [file, what] of Object.entries(jest)) await check(`Jest: ${what}`, () => held(jestTold, file));

  await check('Node’s own runner: a first operation, and a second', async () =>
    matches('what it says', await succeed(folder, ['--test', '--test-reporter=tap', 'node.test.mjs']), /# pass 2\n# fail 0/));
}

export const projects = [{ name: 'runners', checks }];
