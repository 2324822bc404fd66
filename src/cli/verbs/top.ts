import { present } from "../../base/assert.ts";
import { jsonActivity } from "../activity-json.ts";
import { ActivityView } from "../activity-view.ts";
import type { Command, Run } from "../command.ts";
import { parseDuration } from "../duration.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { canShowLive, showLive } from "../live-view.ts";
import { formatOf, print, printJson, timeoutOf, withClient } from "../session.ts";
import { surveyMembers } from "../survey.ts";

const PERIOD = "1s";
const PERIOD_LIMITS_MS = { msMin: 100, msMax: 3_600_000 };
const COUNT_MAX = 1_000_000;

/** `kvadm top`: how busy each member is. */
export const topCommand: Command = {
  usage: "top",
  describe:
    "show live how busy every member is: requests and how long they took, slots applied, lag, processor, sizes, paths",
  options: {
    period: {
      type: "string",
      describe: `from one look to the next; what is shown is of that time [${PERIOD}]`,
    },
    count: {
      alias: "n",
      type: "string",
      describe: "print so many tables, one below the other, and end",
    },
  },
  examples: [
    ["$0 top", "live: q quits, p pauses, s sorts, + and - change the period, ? explains all"],
    ["$0 top -n 1 --period 10s", "one table, of the next ten seconds"],
    ["$0 top -o json --period 1m >> top.jsonl", "an object on a line, each minute"],
  ],
  run: top,
};

function top(run: Run): Promise<ExitCode> {
  const periodMs = parseDuration(run.args.optionalText("period") ?? PERIOD, "--period", PERIOD_LIMITS_MS);
  const count = run.args.integer("count", 1, COUNT_MAX);
  return withClient(run, async (client) => {
    const view = new ActivityView(() => surveyMembers(client, timeoutOf(run)), periodMs);
    const isTable = formatOf(run, "table") !== "json" && !run.args.flag("quiet");
    if (isTable && count === undefined && canShowLive(run.terminal)) return showLive(run.terminal, view);
    await view.look();
    for (let shown = 0; shown < (count ?? Number.POSITIVE_INFINITY); shown++) {
      await new Promise((resolve) => setTimeout(resolve, periodMs));
      await view.look();
      if (isTable) print(run, `${shown === 0 ? "" : "\n"}${view.text(Number.POSITIVE_INFINITY)}`);
      else printJson(run, "top", jsonActivity(present(view.activity, "it was looked at")));
      await run.terminal.flushed();
    }
    return EXIT_CODES.done;
  });
}
