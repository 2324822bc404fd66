import type { Options } from "yargs";
import { SLOT_KEYS_MAX } from "../../base/limits.ts";
import type { Client } from "../../client/client.ts";
import type { DeleteRangeOptions, IntervalOptions } from "../../client/options.ts";
import type { Arguments, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { jsonBytes, showKey } from "../key-text.ts";
import { ProgramError, usageError } from "../program-error.ts";
import { formatOf, print, printJson, withClient } from "../session.ts";
import { fencedOptionsOf, keyBoundOf } from "./data-options.ts";

const LIMIT_MAX = 1_000_000_000;
/** What goes with a range alone. */
export const RANGE_GUARDS = ["dry-run", "yes", "expect-count", "limit"] as const;

export const RANGE_OPTIONS: Readonly<Record<string, Options>> = {
  prefix: { type: "string", describe: "all keys that start with it; '' is every key" },
  range: { type: "string", nargs: 2, describe: "all keys from A up to, not including, B" },
  "dry-run": { type: "boolean", describe: "say what would be deleted, and delete nothing" },
  yes: { type: "boolean", alias: "y", describe: "delete the range without asking" },
  "expect-count": {
    type: "string",
    describe: "delete the range only if it holds exactly so many keys, 10,000 at most",
  },
  limit: { type: "string", describe: "delete the first so many keys of the range at most" },
};

/** What a range holds. */
interface Held {
  readonly count: number;
  readonly first: Uint8Array | undefined;
  readonly last: Uint8Array | undefined;
}

export function namesRange(args: Arguments): boolean {
  return args.has("prefix") || args.has("range");
}

/** Deletes a range, after asking when there is somebody to ask. */
export async function deleteRange(run: Run): Promise<ExitCode> {
  const { args } = run;
  const options = rangeOptionsOf(args);
  if (args.flag("dry-run"))
    return withClient(run, async (client) => dryRun(run, await held(client, options)));
  const isGuarded = args.flag("yes") || options.expectedCount !== undefined;
  if (!isGuarded && !run.terminal.isInteractive) {
    throw usageError(
      "deleting a range needs --yes or --expect-count N where nobody can be asked; --dry-run says what would go",
    );
  }
  return withClient(run, async (client) => {
    const confirmed = isGuarded ? options : await confirm(run, client, options);
    const { count, revision, more } = await client.deleteRange(confirmed);
    switch (formatOf(run, "table")) {
      case "json":
        printJson(run, "del-range", { deleted: count, more, revision });
        break;
      case "table":
        print(run, `${countOf(count)} deleted  rev=${revision}${more ? "  more=true" : ""}\n`);
        break;
      case "value":
        print(run, `${count}\n`);
        break;
    }
    return count > 0 ? EXIT_CODES.done : EXIT_CODES.negative;
  });
}

function rangeOptionsOf(args: Arguments): DeleteRangeOptions {
  if (args.texts("keys").length > 0)
    throw usageError("keys and a range are deleted by commands of their own");
  for (const name of ["prev", "if-rev", "if-value"])
    if (args.has(name)) throw usageError(`--${name} belongs to keys, not to a range`);
  const expectedCount = args.integer("expect-count", 0, SLOT_KEYS_MAX);
  const limit = args.integer("limit", 1, LIMIT_MAX);
  if (expectedCount !== undefined && limit !== undefined)
    throw usageError("--expect-count and --limit exclude each other");
  const change = fencedOptionsOf(args);
  if (change.requestId !== undefined && expectedCount === undefined && (limit ?? LIMIT_MAX) > SLOT_KEYS_MAX)
    throw usageError(`--request-id needs --expect-count, or a --limit of at most ${SLOT_KEYS_MAX}`);
  return {
    ...change,
    ...intervalOf(args),
    ...(expectedCount === undefined ? {} : { expectedCount }),
    ...(limit === undefined ? {} : { limit }),
  };
}

function intervalOf(args: Arguments): IntervalOptions {
  const prefix = args.optionalText("prefix");
  const [start, end, ...others] = args.texts("range");
  if (prefix !== undefined && start !== undefined)
    throw usageError("--prefix and --range exclude each other");
  if (prefix !== undefined) return { prefix: keyBoundOf(args, prefix) };
  if (start === undefined || end === undefined || others.length > 0)
    throw usageError("--range takes two keys: the first, and the one where it ends");
  return { start: keyBoundOf(args, start), end: keyBoundOf(args, end) };
}

async function held(client: Client, options: DeleteRangeOptions): Promise<Held> {
  const {
    expectedCount: _,
    limit = Number.POSITIVE_INFINITY,
    requestId: __,
    fence: ___,
    ...interval
  } = options;
  let count = 0;
  let first: Uint8Array | undefined;
  let last: Uint8Array | undefined;
  for await (const { key } of client.scan({ ...interval, keysOnly: true })) {
    first ??= key;
    last = key;
    count++;
    if (count >= limit) break;
  }
  return { count, first, last };
}

/** The same options, with the count that was confirmed as their guard where one request can hold it. */
async function confirm(run: Run, client: Client, options: DeleteRangeOptions): Promise<DeleteRangeOptions> {
  const found = await held(client, options);
  const line = await run.terminal.ask(`delete ${describe(found)}? [y/N] `);
  if (!/^y(es)?$/i.test(line.trim())) {
    throw new ProgramError("nothing was deleted", { exitCode: EXIT_CODES.usage, code: "not_confirmed" });
  }
  if (options.limit !== undefined || found.count > SLOT_KEYS_MAX) return options;
  return { ...options, expectedCount: found.count };
}

function dryRun(run: Run, found: Held): ExitCode {
  switch (formatOf(run, "table")) {
    case "json":
      printJson(run, "del-range", {
        dry_run: true,
        count: found.count,
        ...(found.first === undefined ? {} : jsonBytes("first", found.first)),
        ...(found.last === undefined ? {} : jsonBytes("last", found.last)),
      });
      break;
    case "table":
      print(run, `would delete ${describe(found)}\n`);
      break;
    case "value":
      print(run, `${found.count}\n`);
      break;
  }
  return EXIT_CODES.done;
}

function describe({ count, first, last }: Held): string {
  if (first === undefined || last === undefined) return countOf(count);
  return `${countOf(count)} (${count === 1 ? showKey(first) : `${showKey(first)} .. ${showKey(last)}`})`;
}

function countOf(count: number): string {
  return count === 1 ? "1 key" : `${count} keys`;
}
