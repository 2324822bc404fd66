import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { jsonBytes, showKey } from "../key-text.ts";
import { withClient } from "../session.ts";
import {
  jsonRecord,
  KEY_OPTIONS,
  keyBoundOf,
  LIMIT_OPTION,
  limitOf,
  READ_OPTIONS,
  REVISION_OPTION,
  readOptionsOf,
  revisionOf,
} from "./data-options.ts";
import type { ItemView } from "./item-lines.ts";
import { printItems } from "./item-lines.ts";
import { pagesUpTo } from "./pages-up-to.ts";

const VIEW: ItemView = {
  kinds: { all: "records", one: "record" },
  header: ["KEY", "VALUE", "REV", "VERSION"],
  row: ({ key, record }) => [
    showKey(key),
    showKey(record.value),
    `${record.modRevision}`,
    `${record.version}`,
  ],
  json: ({ key, record, timeLeftMs }) => ({
    ...jsonBytes("key", key),
    ...jsonRecord(record),
    ...(timeLeftMs === undefined ? {} : { ttl_ms: timeLeftMs }),
  }),
  value: ({ record }) => record.value,
};

/** `kvcli range A [B]`: keys with their values. */
export const rangeCommand: Command = {
  usage: "range <start> [end]",
  describe: "print the keys of an interval with their values, in the order of their bytes",
  positionals: {
    start: { type: "string", describe: "the first key, or where it would be" },
    end: { type: "string", describe: "where it ends, itself not included; by default after the last key" },
  },
  options: { ...KEY_OPTIONS, ...READ_OPTIONS, ...REVISION_OPTION, ...LIMIT_OPTION },
  examples: [
    ["$0 range app/a app/n", "app/a up to, not including, app/n"],
    ["$0 range app/ --limit 5 -o jsonl", "five keys from app/ on, a JSON object a line"],
    ["$0 range app/a app/n --rev 41", "all of them as they were after revision 41, deleted ones included"],
  ],
  run: range,
};

async function range(run: Run): Promise<ExitCode> {
  const start = keyBoundOf(run.args, run.args.text("start"));
  const endText = run.args.optionalText("end");
  const end = endText === undefined ? {} : { end: keyBoundOf(run.args, endText) };
  const limit = limitOf(run.args);
  const options = { start, ...end, ...readOptionsOf(run), ...revisionOf(run.args) };
  const count = await withClient(run, (client) => printItems(run, pagesUpTo(client, options, limit), VIEW));
  return count > 0 ? EXIT_CODES.done : EXIT_CODES.negative;
}
