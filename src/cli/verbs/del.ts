import { KvdError } from "../../base/errors.ts";
import type { Client } from "../../client/client.ts";
import type { WriteOptions } from "../../client/options.ts";
import type { DeleteReply } from "../../client/replies.ts";
import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES, exitCodeOf } from "../exit-codes.ts";
import { jsonBytes, showKey } from "../key-text.ts";
import { ProgramError, READ_AGAIN, usageError } from "../program-error.ts";
import { formatOf, print, printJson, withClient } from "../session.ts";
import {
  CONDITION_OPTIONS,
  jsonRecord,
  KEY_OPTIONS,
  keyOf,
  WRITE_OPTIONS,
  writeOptionsOf,
} from "./data-options.ts";
import { deleteRange, namesRange, RANGE_GUARDS, RANGE_OPTIONS } from "./del-range.ts";

/** `kvcli del KEY...`, where each name is a key, never the end of a range; or `--prefix P`, `--range A B`. */
export const delCommand: Command = {
  usage: "del [keys..]",
  aliases: ["rm"],
  describe: "delete keys, one after another, or a whole range",
  positionals: {
    keys: { type: "string", array: true, describe: "the keys; two names are two keys, not a range" },
  },
  options: { ...KEY_OPTIONS, ...WRITE_OPTIONS, ...CONDITION_OPTIONS, ...RANGE_OPTIONS },
  examples: [
    ["$0 del app/cfg", "status 1 when there was no such key"],
    ["$0 del a b", "two keys"],
    ["$0 del app/cfg --if-rev 41", "only if nobody has changed it since revision 41"],
    ["$0 del --prefix app/ --dry-run", "what would be deleted"],
    ["$0 del --prefix app/ --expect-count 12", "all twelve or nothing"],
    ["$0 del --range app/a app/n --yes", "app/a up to, not including, app/n"],
  ],
  run: del,
};

interface Deleted {
  readonly key: Uint8Array;
  readonly reply: DeleteReply;
}

async function del(run: Run): Promise<ExitCode> {
  if (namesRange(run.args)) return deleteRange(run);
  if (run.args.texts("keys").length === 0)
    throw usageError("no key is named; name keys, or a range by --prefix or --range; see kvcli del --help");
  const idle = RANGE_GUARDS.find((name) => run.args.has(name));
  if (idle !== undefined) throw usageError(`--${idle} belongs to --prefix or --range`);
  // All of them before the first is deleted: one that is mistyped leaves the others alone.
  const keys = run.args.texts("keys").map((name) => keyOf(run.args, name));
  const options = writeOptionsOf(run.args);
  if (options.requestId !== undefined && keys.length > 1) {
    throw usageError("--request-id belongs to one key; delete the others by a command of their own");
  }
  if ((options.ifRevision !== undefined || options.ifValue !== undefined) && keys.length > 1)
    throw usageError("a condition belongs to one key; delete the others by a command of their own");
  const done: Deleted[] = [];
  await withClient(run, async (client) => {
    for (const key of keys) done.push(await deleteOne({ client, key, options, isAlone: keys.length === 1 }));
  });
  show(run, done, options.previous === true);
  return done.every(({ reply }) => reply.deleted) ? EXIT_CODES.done : EXIT_CODES.negative;
}

interface DeleteOne {
  readonly client: Client;
  readonly key: Uint8Array;
  readonly options: WriteOptions;
  readonly isAlone: boolean;
}

/** Of several keys, the message of a failed one names that key alone: its request id is of no use to the others. */
async function deleteOne({ client, key, options, isAlone }: DeleteOne): Promise<Deleted> {
  try {
    return { key, reply: await client.delete(key, options) };
  } catch (error) {
    if (isAlone || !(error instanceof KvdError)) throw error;
    const { failure, requestId } = error;
    const outcome = failure.outcome === "unknown" ? "outcome unknown: " : "";
    throw new ProgramError(`${showKey(key)}: ${outcome}${failure.message}${adviceFor(error)}`, {
      exitCode: exitCodeOf(failure),
      code: failure.code,
      details: {
        ...jsonBytes("key", key),
        outcome: failure.outcome,
        retryable: failure.retryable,
        ...(requestId === undefined ? {} : { request_id: requestId }),
      },
      cause: error,
    });
  }
}

function adviceFor({ failure, requestId }: KvdError): string {
  if (failure.retryable && requestId !== undefined)
    return `; repeat this key safely with --request-id ${requestId}`;
  return failure.outcome === "unknown" ? `; ${READ_AGAIN}` : "";
}

function show(run: Run, done: readonly Deleted[], withPrevious: boolean): void {
  const count = done.filter(({ reply }) => reply.deleted).length;
  switch (formatOf(run, "table")) {
    case "json":
      printJson(run, "del", {
        deleted: count,
        keys: done.map(({ key, reply }) => ({
          ...jsonBytes("key", key),
          deleted: reply.deleted,
          revision: reply.revision,
          ...(withPrevious
            ? { previous: reply.previous === undefined ? null : jsonRecord(reply.previous) }
            : {}),
        })),
      });
      break;
    case "table":
      for (const { key, reply } of done) {
        if (reply.deleted) print(run, `${showKey(key)}  deleted  rev=${reply.revision}\n`);
        else if (!run.args.flag("quiet")) run.terminal.err(`kvcli: ${showKey(key)}: not found\n`);
        if (reply.previous !== undefined) print(run, `previous: ${showKey(reply.previous.value)}\n`);
      }
      break;
    case "value":
      print(run, `${count}\n`);
      break;
  }
}
