import type { RangeItem } from "../../wire/client-messages.ts";
import type { Command, Run } from "../command.ts";
import { lineOfEntry } from "../entry-lines.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { ProgressLine } from "../progress-line.ts";
import { withClient } from "../session.ts";
import {
  KEY_OPTIONS,
  PAGE_OPTIONS,
  pageOf,
  READ_OPTIONS,
  REVISION_OPTION,
  readOptionsOf,
  revisionOf,
} from "./data-options.ts";
import { pagesUpTo } from "./pages-up-to.ts";

/** `kvcli export [PREFIX]`: what `kvcli import` reads. */
export const exportCommand: Command = {
  usage: "export [prefix]",
  describe: "write keys, values and lifetimes as JSON lines, byte exact",
  positionals: { prefix: { type: "string", describe: "keys that start with it; all of them by default" } },
  options: { ...KEY_OPTIONS, ...READ_OPTIONS, ...REVISION_OPTION, ...PAGE_OPTIONS },
  examples: [
    ["$0 export > all.jsonl", "key or key_b64, value or value_b64; ttl_ms: what was left; lease"],
    ["$0 export app/ --after app/k >> app.jsonl", "go on behind the last key of an export that was cut off"],
    [
      "$0 export app/ --rev 41",
      "as it was after revision 41, of one moment; how long keys lived is not known",
    ],
  ],
  run: exportKeys,
};

async function exportKeys(run: Run): Promise<ExitCode> {
  const { terminal } = run;
  const { limit, ...interval } = pageOf(run.args);
  const progress = new ProgressLine(terminal, () => performance.now());
  let count = 0;
  await withClient(run, async (client) => {
    const options = { ...interval, ...readOptionsOf(run), ...revisionOf(run.args) };
    for await (const { items } of pagesUpTo(client, options, limit)) {
      for (const item of items) terminal.out(`${lineOf(item)}\n`);
      count += items.length;
      await terminal.flushed();
      if (!run.args.flag("quiet")) progress.show(undefined, `${count} keys exported`);
    }
  });
  progress.clear();
  if (!run.args.flag("quiet")) terminal.err(`kvcli: ${count} keys exported\n`);
  return EXIT_CODES.done;
}

/** A key of a lease ends with that: its time is the lease's, not its own. */
function lineOf({ key, record, timeLeftMs }: RangeItem): string {
  const { leaseId, value } = record;
  if (leaseId !== 0) return lineOfEntry([key, value, { leaseId }]);
  return lineOfEntry([key, value, timeLeftMs === undefined ? {} : { ttlMs: timeLeftMs }]);
}
