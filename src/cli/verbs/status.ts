import type { Client } from "../../client/client.ts";
import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { canShowLive, type LiveSubject, showLive } from "../live-view.ts";
import { jsonMember } from "../member-json.ts";
import { ProgramError } from "../program-error.ts";
import { formatOf, print, printJson, timeoutOf, withClient } from "../session.ts";
import { statusTable } from "../status-table.ts";
import type { Surveyed } from "../survey.ts";
import { leaderOf, outageOf, surveyMembers } from "../survey.ts";

const WATCH_MS = 1_000;

/** `kvadm status [-w]`: shows what there is to see; status 1 when the cluster serves nobody. */
export const statusCommand: Command = {
  usage: "status",
  describe: "show every member: role, ballot, lag, lease, size, round trip; exit status 1 when none serves",
  options: {
    watch: {
      alias: "w",
      type: "boolean",
      describe: "again every second, on a terminal in place: q quits, p pauses",
    },
  },
  examples: [
    ["$0 status", "a table"],
    ["$0 status -o json", "every figure of every node"],
    ["$0 status -w", "live"],
    ["$0 status -q || echo down", "whether the cluster serves"],
  ],
  run: status,
};

function status(run: Run): Promise<ExitCode> {
  return withClient(run, async (client) => {
    if (!run.args.flag("watch")) {
      const members = await surveyMembers(client, timeoutOf(run));
      show(run, members);
      return verdictOn(run, members);
    }
    const isTable = formatOf(run, "table") === "table" && !run.args.flag("quiet");
    if (isTable && canShowLive(run.terminal)) return showLive(run.terminal, tableOf(client, timeoutOf(run)));
    for (;;) {
      show(run, await surveyMembers(client, timeoutOf(run)));
      await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
    }
  });
}

function tableOf(client: Client, timeoutMs: number): LiveSubject {
  let members: readonly Surveyed[] = [];
  return {
    look: async () => {
      members = await surveyMembers(client, timeoutMs);
    },
    text: () => statusTable(members),
    periodMs: WATCH_MS,
    keys: "",
    onKey: () => undefined,
  };
}

function verdictOn(run: Run, members: readonly Surveyed[]): ExitCode {
  const outage = outageOf(members);
  if (outage === undefined) return EXIT_CODES.done;
  if (run.args.flag("quiet")) return EXIT_CODES.negative;
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
