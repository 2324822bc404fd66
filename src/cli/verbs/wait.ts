import { setTimeout } from "node:timers/promises";
import { KvdError } from "../../base/errors.ts";
import type { Client } from "../../client/client.ts";
import type { ReadOptions } from "../../client/options.ts";
import type { GetReply } from "../../client/replies.ts";
import type { Command, Run } from "../command.ts";
import type { Condition } from "../condition.ts";
import { holds, parseCondition } from "../condition.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { jsonBytes, showKey } from "../key-text.ts";
import { ProgramError } from "../program-error.ts";
import { formatOf, namedTimeoutOf, print, printJson, printValue, withClient } from "../session.ts";
import { jsonRecord, KEY_OPTIONS, keyOf, READ_OPTIONS, readOptionsOf } from "./data-options.ts";

const LOOK_MS_MIN = 20;
const LOOK_MS_MAX = 250;

/** `kvcli wait KEY --until COND`. */
export const waitCommand: Command = {
  usage: "wait <key>",
  describe: "wait until something is true of a key",
  positionals: { key: { type: "string", describe: "the key" } },
  options: {
    ...KEY_OPTIONS,
    ...READ_OPTIONS,
    until: {
      type: "string",
      describe: "exists, absent, value=TEXT, rev>N, create=N or version=N; also != and < [exists]",
    },
  },
  examples: [
    ["$0 wait deploy/done", "until it is there, however long that takes"],
    ["$0 wait lock --until absent --timeout 30s", "status 1 when it is still there after half a minute"],
    ["$0 wait app/cfg --until 'rev>41'", "until it was changed after revision 41"],
  ],
  run: wait,
};

async function wait(run: Run): Promise<ExitCode> {
  const key = keyOf(run.args, run.args.text("key"));
  const condition = parseCondition(run.args.optionalText("until") ?? "exists");
  const endMs = performance.now() + (namedTimeoutOf(run) ?? Number.POSITIVE_INFINITY);
  const found = await withClient(run, (client) => awaited(run, client, { key, condition, endMs }));
  show(run, key, found);
  return EXIT_CODES.done;
}

interface Awaited {
  readonly key: Uint8Array;
  readonly condition: Condition;
  readonly endMs: number;
}

async function awaited(run: Run, client: Client, { key, condition, endMs }: Awaited): Promise<GetReply> {
  const signal = run.session?.interrupt;
  const options = { ...readOptionsOf(run), ...(signal === undefined ? {} : { signal }) };
  for (let pauseMs = LOOK_MS_MIN; ; pauseMs = Math.min(2 * pauseMs, LOOK_MS_MAX)) {
    const reply = await read(client, key, { ...options, endMs });
    if (reply !== undefined && holds(condition, reply)) return reply;
    if (performance.now() >= endMs) {
      const message = `${showKey(key)}: time is up, and it is not so`;
      throw new ProgramError(message, { exitCode: EXIT_CODES.negative, code: "not_so" });
    }
    await setTimeout(Math.max(1, Math.min(pauseMs, endMs - performance.now())), undefined, { ...options });
  }
}

/** Undefined when nobody can answer at present, and there is time to ask again. */
async function read(
  client: Client,
  key: Uint8Array,
  { endMs, ...options }: ReadOptions & { readonly endMs: number },
): Promise<GetReply | undefined> {
  try {
    return await client.get(key, options);
  } catch (error) {
    const isOver = options.signal?.aborted === true || performance.now() >= endMs;
    if (isOver || !(error instanceof KvdError) || !error.failure.retryable) throw error;
    return undefined;
  }
}

function show(run: Run, key: Uint8Array, { record, revision }: GetReply): void {
  switch (formatOf(run, "table")) {
    case "json":
      printJson(run, "wait", {
        ...jsonBytes("key", key),
        record: record === undefined ? null : jsonRecord(record),
        revision,
      });
      break;
    case "table":
      if (record === undefined) print(run, `${showKey(key)}  absent\n`);
      else print(run, `${showKey(key)}  rev=${record.modRevision}  version=${record.version}\n`);
      break;
    case "value":
      if (record !== undefined) printValue(run, record.value);
      break;
  }
}
