import { unreachable } from "../../base/assert.ts";
import type { Client } from "../../client/client.ts";
import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { ProgramError, usageError } from "../program-error.ts";
import { formatOf, print, printJson, timeoutOf, withClient } from "../session.ts";
import { lookAtReach } from "../successor.ts";
import { leaderOf, outageOf, type Surveyed, surveyMembers, votersOf } from "../survey.ts";

/** `kvadm failover [--to NODE]`: the leader hands over, without an election's pause. */
export const failoverCommand: Command = {
  usage: "failover",
  describe: "make the leader hand over to another node",
  options: {
    to: { type: "string", describe: "the node that shall lead; by default the best one" },
    force: { type: "boolean", describe: "when no leader answers: ask a node to stand for election" },
    "dry-run": { type: "boolean", describe: "say who would do what, and ask nobody to" },
  },
  examples: [
    ["$0 failover --to n2", "n2 leads from now on"],
    ["$0 failover --force", "the most advanced node that answers stands for election"],
    ["$0 failover --force --to n3 --dry-run", "what it would do"],
  ],
  run: failover,
};

async function failover(run: Run): Promise<ExitCode> {
  const to = run.args.optionalText("to") ?? "";
  if (to === "" && run.args.has("to")) throw usageError("--to needs the name of a node");
  const leads = await withClient(run, async (client) => {
    await client.ping();
    const names = client.members.map((member) => member.name);
    if (to !== "" && !names.includes(to)) {
      throw usageError(`no member is called '${to}': there are ${names.join(", ")}`);
    }
    if (run.args.flag("force")) return force(run, client, to);
    if (run.args.flag("dry-run")) return tellHandOver(run, client, to);
    if (to !== "") await warnOfDoubt(run, client, to);
    return client.operator.handOver(to);
  });
  if (leads === undefined) return EXIT_CODES.done;
  if (formatOf(run, "table") === "json") printJson(run, "handed_over", { node: leads });
  else print(run, `${leads} leads\n`);
  if (to === "" || leads === to) return EXIT_CODES.done;
  const message = `${to} does not lead: it was behind or did not answer in time; try again`;
  throw new ProgramError(message, { exitCode: EXIT_CODES.negative, code: "not_leader" });
}

/** Throws when the node is surely out of reach; what is only likely to fail is tried all the same, and told of. */
async function warnOfDoubt(run: Run, client: Client, to: string): Promise<void> {
  const members = await surveyMembers(client, timeoutOf(run));
  const leader = leaderOf(members);
  const doubt = leader && (await doubtOf(run, client, { members, leader, to }));
  if (doubt !== undefined && !run.args.flag("quiet")) {
    run.terminal.err(`kvadm: ${doubt}; it is asked to take over all the same\n`);
  }
}

/** Why it may fail; undefined when nothing speaks against it. Throws when it cannot but fail. */
async function doubtOf(
  run: Run,
  client: Client,
  { members, leader, to }: { members: readonly Surveyed[]; leader: Surveyed; to: string },
): Promise<string | undefined> {
  if (to === "" || to === leader.name) return undefined;
  const reach = await lookAtReach(client, members, { leader, to, timeoutMs: timeoutOf(run) });
  switch (reach.kind) {
    case "reached":
      return undefined;
    case "doubtful":
      return reach.why;
    case "away": {
      const message = `${reach.why}: it cannot take over; start it, or have kvadm doctor look at its paths`;
      throw new ProgramError(message, { exitCode: EXIT_CODES.notApplied, code: "no_answer" });
    }
    default:
      return unreachable(reach);
  }
}

/** Who leads in the end; undefined when it was only to be said. */
async function force(run: Run, client: Client, to: string): Promise<string | undefined> {
  const members = await surveyMembers(client, timeoutOf(run));
  const outage = outageOf(members);
  if (outage === undefined) {
    const message =
      `${leaderOf(members)?.name ?? "a node"} leads and answers, there is nothing to force: ` +
      "kvadm failover without --force hands over and fails no request";
    throw new ProgramError(message, { exitCode: EXIT_CODES.negative, code: "leader_answers" });
  }
  const candidate = to === "" ? mostAdvanced(votersOf(members)) : members.find(({ name }) => name === to);
  if (candidate?.status === undefined) {
    const message = `${to} does not answer, and cannot be asked to stand`;
    throw new ProgramError(message, { exitCode: EXIT_CODES.notApplied, code: "no_answer" });
  }
  if (!run.args.flag("dry-run")) return client.operator.stand(candidate.address);
  if (formatOf(run, "table") === "json") {
    printJson(run, "handed_over", { dry_run: true, node: candidate.name, outage });
  } else {
    print(run, `${candidate.name} would be asked to stand for election; ${outage}\n`);
  }
  return undefined;
}

async function tellHandOver(run: Run, client: Client, to: string): Promise<undefined> {
  const members = await surveyMembers(client, timeoutOf(run));
  const leader = leaderOf(members);
  const outage = outageOf(members);
  if (leader === undefined || outage !== undefined) {
    const message = `${outage ?? "nobody leads"}; kvadm failover --force asks a node to stand`;
    throw new ProgramError(message, { exitCode: EXIT_CODES.negative, code: "no_leader" });
  }
  const others = members.filter(({ name }) => name !== leader.name).map(({ name }) => name);
  const target = to === "" ? `the most advanced of ${others.join(", ")}` : to;
  const doubt = await doubtOf(run, client, { members, leader, to });
  if (formatOf(run, "table") === "json") {
    const told = { dry_run: true, from: leader.name, node: to === "" ? null : to, doubt: doubt ?? null };
    printJson(run, "handed_over", told);
  } else if (to === leader.name || others.length === 0) {
    print(run, `${leader.name} leads and would go on\n`);
  } else {
    print(run, `${leader.name} would hand over to ${target}${doubt === undefined ? "" : `; but ${doubt}`}\n`);
  }
  return undefined;
}

/** Of voters that answer, the one that has learned most. */
function mostAdvanced(members: readonly Surveyed[]): Surveyed | undefined {
  const chosenOf = ({ status }: Surveyed): number => status?.chosen ?? -1;
  return members.toSorted((left, right) => chosenOf(right) - chosenOf(left))[0];
}
