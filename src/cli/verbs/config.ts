import { durationMs } from "../../base/duration.ts";
import { LEASE_MS_MAX, LEASE_MS_MIN } from "../../base/limits.ts";
import type { Command, Run } from "../command.ts";
import { showDuration } from "../duration.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { ProgramError, usageError } from "../program-error.ts";
import { formatOf, print, printJson, timeoutOf, withClient } from "../session.ts";
import { leaderOf, outageOf, surveyMembers } from "../survey.ts";
import { formatTable } from "../table.ts";

/** What can be set. */
const SETTINGS = ["lease"] as const;

/** `kvadm config show|set`: what holds for the whole cluster, and goes through its log. */
export const configCommand: Command = {
  usage: "config",
  describe: "settings of the whole cluster",
  commands: [
    { usage: "show", describe: "show all settings, as the leader has them", run: show },
    {
      usage: "set <setting> <value>",
      describe: "set one, at all nodes: lease, of the leader, 150ms to 300ms, or off",
      positionals: {
        setting: { type: "string", choices: SETTINGS, describe: "its name" },
        value: { type: "string", describe: "its value" },
      },
      examples: [
        ["$0 config set lease 250ms", "linearizable reads cost the leader no round to the others"],
        ["$0 config set lease off", "as a new cluster has it"],
      ],
      run: set,
    },
  ],
};

async function show(run: Run): Promise<ExitCode> {
  const members = await withClient(run, (client) => surveyMembers(client, timeoutOf(run)));
  const status = leaderOf(members)?.status;
  if (status === undefined) {
    const message = outageOf(members) ?? "nobody leads";
    throw new ProgramError(message, { exitCode: EXIT_CODES.negative, code: "no_leader" });
  }
  showSettings(run, status.leaderLeaseMs);
  return EXIT_CODES.done;
}

async function set(run: Run): Promise<ExitCode> {
  const leaseMs = leaseOf(run.args.text("value"));
  await withClient(run, (client) => client.operator.setLeaderLease(leaseMs));
  showSettings(run, leaseMs);
  return EXIT_CODES.done;
}

function showSettings(run: Run, leaseMs: number): void {
  const value = leaseMs === 0 ? "off" : showDuration(leaseMs);
  switch (formatOf(run, "table")) {
    case "json":
      return printJson(run, "config", { lease_ms: leaseMs });
    case "value":
      return print(run, `${value}\n`);
    case "table":
      return print(run, formatTable(["SETTING", "VALUE"], [["lease", value]]));
  }
}

function leaseOf(text: string): number {
  if (text === "off") return 0;
  const ms = durationMs(text) ?? 0;
  if (Number.isInteger(ms) && ms >= LEASE_MS_MIN && ms <= LEASE_MS_MAX) return ms;
  throw usageError(`lease: '${text}' is not off, nor ${LEASE_MS_MIN}ms to ${LEASE_MS_MAX}ms; usual is 250ms`);
}
