// Time limits for what the operator lends: functions and stores that may never answer.

/** Beyond this `setTimeout` fires at once. */
export const LONGEST_MS = 2 ** 31 - 1;

export class TimeOver extends Error {
  name = "TimeOver";
}

/** The outcome of `work`; rejects with `TimeOver` after so many milliseconds. */
export async function within(ms, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new TimeOver(`no answer within ${ms} ms`)), Math.min(ms, LONGEST_MS));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
