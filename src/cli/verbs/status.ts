import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { jsonMember } from "../member-json.ts";
import { ProgramError } from "../program-error.ts";
import { formatOf, print, printJson, timeoutOf, withClient } from "../session.ts";
import { statusTable } from "../status-table.ts";
import type { Surveyed } from "../survey.ts";
import { leaderOf, outageOf, surveyMembers } from "../survey.ts";

const WATCH_MS = 1_000;
const CLEAR_SCREEN = "\x1b[H\x1b[2J";

/** `kvadm status [-w]`: shows what there is to see; status 1 when the cluster serves nobody. */
export const statusCommand: Command = {
  usage: "status",
  describe: "show every member: role, ballot, lag, size, round trip; exit status 1 when none serves",
  options: { watch: { alias: "w", type: "boolean", describe: "again every second, until interrupted" } },
  examples: [
    ["$0 status", "a table"],
    ["$0 status -o json", "every figure of every node"],
    ["$0 status -w", "live"],
    ["$0 status -q || echo down", "whether the cluster serves"],
  ],
  run: status,
};

async function status(run: Run): Promise<ExitCode> {
  await withClient(run, async (client) => {
    for (;;) {
      const members = await surveyMembers(client, timeoutOf(run));
      if (run.args.flag("watch") && run.terminal.isOutputTty) print(run, CLEAR_SCREEN);
      show(run, members);
      if (!run.args.flag("watch")) return refuseOutage(members);
      await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
    }
  });
  return EXIT_CODES.done;
}

function refuseOutage(members: readonly Surveyed[]): void {
  const outage = outageOf(members);
  if (outage !== undefined)
    throw new ProgramError(outage, { exitCode: EXIT_CODES.negative, code: "no_leader" });
}

function show(run: Run, members: readonly Surveyed[]): void {
  const leader = leaderOf(members);
  switch (formatOf(run, "table")) {
    case "json":
      printJson(run, "status", { leader: leader?.name ?? null, nodes: members.map(jsonMember) });
      break;
    case "table":
      print(run, statusTable(members));
      break;
    case "value":
      print(run, `${leader?.name ?? ""}\n`);
      break;
  }
}
