import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { formatOf, print, printJson, withClient } from "../session.ts";
import {
  KEY_OPTIONS,
  keyBoundOf,
  READ_OPTIONS,
  REVISION_OPTION,
  readOptionsOf,
  revisionOf,
} from "./data-options.ts";

const PAGE_KEYS = 10_000;

/** `kvcli count [PREFIX]`. */
export const countCommand: Command = {
  usage: "count [prefix]",
  describe: "count keys",
  positionals: { prefix: { type: "string", describe: "keys that start with it; all of them by default" } },
  options: { ...KEY_OPTIONS, ...READ_OPTIONS, ...REVISION_OPTION },
  examples: [
    ["$0 count app/", "page by page: of a moment only while nobody changes them"],
    ["$0 count app/ --rev 41", "of the moment after revision 41"],
  ],
  run: count,
};

async function count(run: Run): Promise<ExitCode> {
  const prefixText = run.args.optionalText("prefix");
  const prefix = prefixText === undefined ? {} : { prefix: keyBoundOf(run.args, prefixText) };
  const found = await withClient(run, async (client) => {
    let keys = 0;
    const asked = { ...prefix, ...readOptionsOf(run), ...revisionOf(run.args) };
    const options = { ...asked, keysOnly: true, limit: PAGE_KEYS };
    for await (const _ of client.scan(options)) keys++;
    return keys;
  });
  if (formatOf(run, "table") === "json") printJson(run, "count", { count: found });
  else print(run, `${found}\n`);
  return EXIT_CODES.done;
}
