// Stacks that hold the line of whoever asked. Errors are made long after, and hosts do not follow a promise of a class back
// to where it was asked for.

import { OutboundError } from "./errors.js";

/** The same promise; what it rejects with has the lines of `asked`, an error that a public method makes, at the end of its stack. */
export async function traced(promise, asked) {
  try {
    return await promise;
  } catch (error) {
    throw withTrace(error, asked);
  }
}

export function withTrace(error, asked) {
  try {
    if (!(error instanceof OutboundError) || typeof error.stack !== "string") return error;
    // Without the method itself. Several may wait for what fails once, and Firefox may have followed whoever waits by itself:
    // then the stack has the line, though not the column.
    const lines = String(asked.stack).split("\n").filter((line) => /^\s+at |@/.test(line)).slice(1);
    const caller = (lines[0] ?? "").replace(/\d+\)?$/, "");
    if (!error.stack.includes(caller)) error.stack += `\n${lines.join("\n")}`;
  } catch {
    // `Error.prepareStackTrace` is anybody's.
  }
  return error;
}
