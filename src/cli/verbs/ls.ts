import type { RangeItem } from "../../wire/client-messages.ts";
import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { jsonBytes, showKey } from "../key-text.ts";
import { KeyTree } from "../key-tree.ts";
import { usageError } from "../program-error.ts";
import { namedFormat, withClient } from "../session.ts";
import {
  KEY_OPTIONS,
  PAGE_OPTIONS,
  pageOf,
  READ_OPTIONS,
  REVISION_OPTION,
  readOptionsOf,
  revisionOf,
} from "./data-options.ts";
import type { ItemView } from "./item-lines.ts";
import { printItems } from "./item-lines.ts";
import { pagesUpTo } from "./pages-up-to.ts";

/** `kvcli ls [PREFIX]`. */
export const lsCommand: Command = {
  usage: "ls [prefix]",
  aliases: ["keys"],
  describe: "list keys, in the order of their bytes",
  positionals: { prefix: { type: "string", describe: "keys that start with it; all of them by default" } },
  options: {
    ...KEY_OPTIONS,
    ...READ_OPTIONS,
    ...REVISION_OPTION,
    ...PAGE_OPTIONS,
    long: { alias: "l", type: "boolean", describe: "with revision, version and size" },
    tree: { type: "boolean", describe: "cut at slashes, as folders" },
  },
  examples: [
    ["$0 ls app/ --limit 10", "the first ten keys under app/"],
    ["$0 ls app/ --limit 10 --after app/k", "and the ten after app/k"],
    ["$0 ls -l", "all keys, with details"],
    ["$0 ls -o jsonl", "a JSON object a line"],
  ],
  run: ls,
};

async function ls(run: Run): Promise<ExitCode> {
  const isLong = run.args.flag("long");
  const isTree = run.args.flag("tree");
  if (isLong && isTree) throw usageError("--long and --tree exclude each other; name one");
  if (isTree && (namedFormat(run) ?? "table") !== "table")
    throw usageError("--tree is a table; leave -o away");
  const { limit, ...interval } = pageOf(run.args);
  await withClient(run, async (client) => {
    const options = { ...interval, ...readOptionsOf(run), ...revisionOf(run.args), keysOnly: !isLong };
    await printItems(run, pagesUpTo(client, options, limit), viewOf(isLong, isTree));
  });
  return EXIT_CODES.done;
}

function viewOf(isLong: boolean, isTree: boolean): ItemView {
  const tree = new KeyTree();
  const short = ({ key }: RangeItem) => (isTree ? [tree.linesOf(showKey(key)).join("\n")] : [showKey(key)]);
  return {
    kinds: { all: "keys", one: "key" },
    ...(isLong ? { header: ["KEY", "REV", "VERSION", "BYTES"], row: longRow } : { row: short }),
    json: ({ key, record, timeLeftMs }) => ({
      ...jsonBytes("key", key),
      create_revision: record.createRevision,
      mod_revision: record.modRevision,
      version: record.version,
      ...(record.leaseId === 0 ? {} : { lease: record.leaseId }),
      ...(timeLeftMs === undefined ? {} : { ttl_ms: timeLeftMs }),
      ...(isLong ? { value_bytes: record.value.length } : {}),
    }),
    value: ({ key }) => key,
  };
}

function longRow({ key, record }: RangeItem): readonly string[] {
  return [showKey(key), `${record.modRevision}`, `${record.version}`, `${record.value.length}`];
}
