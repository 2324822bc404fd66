import type { FreshAnswer } from "../../client/replies.ts";
import type { RangeItem } from "../../wire/client-messages.ts";
import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { jsonBytes, showKey } from "../key-text.ts";
import { formatOf, print, printJson, withClient } from "../session.ts";
import { formatTable } from "../table.ts";
import { jsonFreshness, KEY_OPTIONS, keyOf, READ_OPTIONS, readOptionsOf } from "./data-options.ts";

const LIMIT_MAX = 1_000_000_000;
const PAGE_KEYS = 1_000;

/** `kvcli ls [PREFIX]`. */
export const lsCommand: Command = {
  usage: "ls [prefix]",
  aliases: ["keys"],
  describe: "list keys, in the order of their bytes",
  positionals: { prefix: { type: "string", describe: "keys that start with it; all of them by default" } },
  options: {
    ...KEY_OPTIONS,
    ...READ_OPTIONS,
    limit: { type: "string", describe: "at most this many keys" },
    long: { alias: "l", type: "boolean", describe: "with revision, version and size" },
  },
  examples: [
    ["$0 ls app/ --limit 10", "the first ten keys under app/"],
    ["$0 ls -l", "all keys, with details"],
  ],
  run: ls,
};

async function ls(run: Run): Promise<ExitCode> {
  const limit = run.args.integer("limit", 1, LIMIT_MAX) ?? Number.POSITIVE_INFINITY;
  const prefixText = run.args.optionalText("prefix");
  const prefix = prefixText === undefined ? {} : { prefix: keyOf(run.args, prefixText) };
  const keysOnly = !run.args.flag("long");
  const page = Math.min(limit, PAGE_KEYS);
  const items: RangeItem[] = [];
  const answers: FreshAnswer[] = [];
  await withClient(run, async (client) => {
    for await (const found of client.pages({ ...prefix, ...readOptionsOf(run), keysOnly, limit: page })) {
      items.push(...found.items.slice(0, limit - items.length));
      answers.push(found);
      if (items.length >= limit) break;
    }
  });
  show(run, items, { keysOnly, answers });
  return EXIT_CODES.done;
}

interface Listed {
  readonly keysOnly: boolean;
  readonly answers: readonly FreshAnswer[];
}

function show(run: Run, items: readonly RangeItem[], { keysOnly, answers }: Listed): void {
  switch (formatOf(run, "table")) {
    case "json":
      printJson(run, "keys", {
        count: items.length,
        keys: items.map(({ key, record }) => ({
          ...jsonBytes("key", key),
          create_revision: record.createRevision,
          mod_revision: record.modRevision,
          version: record.version,
          ...(keysOnly ? {} : { value_bytes: record.value.length }),
        })),
        ...jsonFreshness(...answers),
      });
      break;
    case "table":
      if (keysOnly) print(run, items.map(({ key }) => `${showKey(key)}\n`).join(""));
      else print(run, formatTable(["KEY", "REV", "VERSION", "BYTES"], items.map(longRow)));
      break;
    case "value":
      for (const { key } of items) {
        print(run, key);
        print(run, "\n");
      }
      break;
  }
}

function longRow({ key, record }: RangeItem): readonly string[] {
  return [showKey(key), `${record.modRevision}`, `${record.version}`, `${record.value.length}`];
}
