import { EMPTY_BYTES } from "../../base/bytes.ts";
import type { GetReply } from "../../client/replies.ts";
import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { jsonBytes, showKey } from "../key-text.ts";
import { formatOf, namedFormat, print, printJson, withClient } from "../session.ts";
import { formatTable } from "../table.ts";
import {
  jsonFreshness,
  jsonRecord,
  KEY_OPTIONS,
  keyOf,
  READ_OPTIONS,
  readOptionsOf,
} from "./data-options.ts";

/** `kvcli mget KEY...`: status 1 when one of them is absent. */
export const mgetCommand: Command = {
  usage: "mget <keys..>",
  describe: "print the values of several keys",
  positionals: { keys: { type: "string", array: true, describe: "the keys; each is read by itself" } },
  options: { ...KEY_OPTIONS, ...READ_OPTIONS },
  examples: [
    ["$0 mget app/a app/b", "a line each; status 1 when one is absent"],
    ["$0 txn 'then get app/a; get app/b'", "both as they were at one moment"],
  ],
  run: mget,
};

interface Found {
  readonly key: Uint8Array;
  readonly reply: GetReply;
}

async function mget(run: Run): Promise<ExitCode> {
  const keys = run.args.texts("keys").map((name) => keyOf(run.args, name));
  const options = readOptionsOf(run);
  const found = await withClient(run, async (client) => {
    const all: Found[] = [];
    for (const key of keys) all.push({ key, reply: await client.get(key, options) });
    return all;
  });
  switch (formatOf(run, "table")) {
    case "json":
      if (namedFormat(run) === "jsonl") for (const one of found) printJson(run, "record", jsonFound(one));
      else
        printJson(run, "records", {
          records: found.map(jsonFound),
          ...jsonFreshness(...found.map(({ reply }) => reply)),
        });
      break;
    case "table":
      print(run, formatTable(["KEY", "VALUE", "REV", "VERSION"], found.map(rowOf)));
      break;
    case "value":
      for (const { reply } of found) {
        print(run, reply.record?.value ?? EMPTY_BYTES);
        print(run, "\n");
      }
      break;
  }
  return found.every(({ reply }) => reply.record !== undefined) ? EXIT_CODES.done : EXIT_CODES.negative;
}

function jsonFound({ key, reply }: Found): Readonly<Record<string, unknown>> {
  const { record, timeLeftMs } = reply;
  return {
    ...jsonBytes("key", key),
    found: record !== undefined,
    ...(record === undefined ? {} : jsonRecord(record)),
    ...(timeLeftMs === undefined ? {} : { ttl_ms: timeLeftMs }),
  };
}

function rowOf({ key, reply }: Found): readonly string[] {
  const { record } = reply;
  if (record === undefined) return [showKey(key), "-", "-", "absent"];
  return [showKey(key), showKey(record.value), `${record.modRevision}`, `${record.version}`];
}
