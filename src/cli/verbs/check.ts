import { type Slot, slot } from "../../base/ids.ts";
import type { Client } from "../../client/client.ts";
import { formatStateHash } from "../../kv/state-hash.ts";
import type { HashAnswer } from "../../wire/client-messages.ts";
import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { ProgressLine } from "../progress-line.ts";
import { formatOf, namedTimeoutOf, print, printJson, timeoutOf, withClient } from "../session.ts";
import { type Comparison, compareStates } from "../state-comparison.ts";
import { type Surveyed, surveyMembers } from "../survey.ts";
import { formatTable } from "../table.ts";

/** For members that are behind, unless the command line says otherwise. */
const PATIENCE_MS = 30_000;
const POLL_MS = 50;

/** `kvadm check`: whether all members made the same state of the same slots. */
export const checkCommand: Command = {
  usage: "check",
  describe: "compare the hash of every member's state at one slot; exit status 1 when two differ",
  examples: [
    ["$0 check", "a line for each member: slot, hash, keys, verdict"],
    ["$0 check --timeout 10m -o json", "waits so long for a member that is catching up"],
  ],
  run: check,
};

/** A member, and what it said of the slot; undefined: it does not answer. */
interface Asked {
  readonly member: Surveyed;
  readonly answer: HashAnswer | undefined;
}

async function check(run: Run): Promise<ExitCode> {
  const asked = await withClient(run, async (client) => {
    const members = await surveyMembers(client, timeoutOf(run));
    return settle(run, client, members);
  });
  const hashed = asked.map(({ member: { name }, answer }) => ({ name, hash: answer?.state?.hash }));
  const comparison = compareStates(hashed);
  show(run, asked, comparison);
  if (comparison.differs) return EXIT_CODES.negative;
  return comparison.isComplete ? EXIT_CODES.done : EXIT_CODES.unhealthy;
}

/**
 * Asks all for the hash at the slot that the one furthest ahead has reached, until each has told it or time is up. A
 * cluster that is written to leaves slots behind: what some member no longer knows is asked for at a later one.
 */
async function settle(run: Run, client: Client, members: readonly Surveyed[]): Promise<readonly Asked[]> {
  const endMs = performance.now() + (namedTimeoutOf(run) ?? PATIENCE_MS);
  const progress = new ProgressLine(run.terminal, () => performance.now());
  const ask = (at: Slot): Promise<readonly Asked[]> =>
    Promise.all(members.map((member) => askOne(run, client, { member, at })));
  let at = newest(await ask(slot(0)));
  for (;;) {
    const asked = await ask(at);
    const waiting = asked.filter(({ answer }) => answer !== undefined && answer.state === undefined);
    if (waiting.length === 0 || performance.now() >= endMs) {
      progress.clear();
      return asked;
    }
    const isForgotten = waiting.some(({ answer }) => answer !== undefined && answer.watermark >= at);
    if (isForgotten) at = newest(asked);
    progress.show(
      undefined,
      `waiting for ${waiting.map(({ member }) => member.name).join(", ")} at slot ${at}`,
    );
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function newest(asked: readonly Asked[]): Slot {
  return slot(Math.max(1, ...asked.map(({ answer }) => answer?.watermark ?? 0)));
}

async function askOne(
  run: Run,
  client: Client,
  { member, at }: { readonly member: Surveyed; readonly at: Slot },
): Promise<Asked> {
  if (member.status === undefined) return { member, answer: undefined };
  const patience = { timeoutMs: timeoutOf(run) };
  return {
    member,
    answer: await client.operator.stateHash(member.address, at, patience).catch(() => undefined),
  };
}

function show(run: Run, asked: readonly Asked[], { verdicts, differs, isComplete }: Comparison): void {
  const rows = asked.map(({ member: { name }, answer }) => ({
    node: name,
    slot: answer === undefined ? null : Number(answer.state === undefined ? answer.watermark : answer.at),
    hash: answer?.state === undefined ? null : formatStateHash(answer.state.hash),
    keys: answer?.state?.keys ?? null,
    verdict: verdictText(answer, verdicts.get(name) ?? "unknown"),
  }));
  if (formatOf(run, "table") === "json") {
    return printJson(run, "check", { equal: isComplete && !differs, differs, members: rows });
  }
  const cells = rows.map((row) => [
    row.node,
    `${row.slot ?? "-"}`,
    row.hash ?? "-",
    `${row.keys ?? "-"}`,
    row.verdict.replace("_", " "),
  ]);
  print(run, formatTable(["NODE", "SLOT", "HASH", "KEYS", "VERDICT"], cells));
}

/** Who told no hash did not answer, or is behind. */
function verdictText(answer: HashAnswer | undefined, verdict: string): string {
  if (answer === undefined) return "no_answer";
  return answer.state === undefined ? "behind" : verdict;
}
