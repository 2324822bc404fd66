import { formatBallot, type Slot, slot } from "../../base/ids.ts";
import type { Client } from "../../client/client.ts";
import type { LogPage, SlotItem } from "../../wire/client-messages.ts";
import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { ProgramError, usageError } from "../program-error.ts";
import { formatOf, print, printJson, timeoutOf, withClient } from "../session.ts";
import { leaderOf, memberNamed, type Surveyed, surveyMembers } from "../survey.ts";
import { formatTable } from "../table.ts";

const SLOTS_SHOWN = 20;
const SLOTS_MAX = 100_000;

const listLog: Command = {
  usage: "ls [node]",
  describe:
    "list slots of a running node's log, the last ones unless --from says otherwise; no keys, no values",
  positionals: { node: { type: "string", describe: "its name; by default the leader" } },
  options: {
    from: { type: "string", describe: "the first slot to list" },
    to: { type: "string", describe: "the last slot to list" },
    limit: { type: "string", describe: `how many slots at most [${SLOTS_SHOWN}]` },
  },
  examples: [
    ["$0 log ls", "what was proposed lately: ballot, size, operations"],
    ["$0 log ls n2 --from 1200 --to 1300 --limit 101", "the same slots as another node has them"],
  ],
  run: list,
};

/** `kvadm log`: what a node agreed to, slot by slot. */
export const logCommand: Command = {
  usage: "log",
  describe: "look into a running node's log",
  commands: [listLog],
};

/** The slots that were asked for, of one node's log. */
interface Listed extends Pick<LogPage, "firstKept" | "chosen" | "end"> {
  readonly slots: readonly SlotItem[];
}

async function list(run: Run): Promise<ExitCode> {
  const from = run.args.integer("from", 0, Number.MAX_SAFE_INTEGER);
  const to = run.args.integer("to", 0, Number.MAX_SAFE_INTEGER);
  const limit = run.args.integer("limit", 1, SLOTS_MAX) ?? SLOTS_SHOWN;
  if (from !== undefined && to !== undefined && to < from)
    throw usageError(`--to ${to} is before --from ${from}`);
  const node = run.args.optionalText("node");
  const { name, listed } = await withClient(run, async (client) => {
    const members = await surveyMembers(client, timeoutOf(run));
    const member = node === undefined ? leading(members) : memberNamed(members, node);
    return { name: member.name, listed: await pages(run, client, { member, from, to, limit }) };
  });
  if (formatOf(run, "table") === "json") showJson(run, name, listed);
  else print(run, table(listed));
  return EXIT_CODES.done;
}

function leading(members: readonly Surveyed[]): Surveyed {
  const leader = leaderOf(members);
  if (leader !== undefined) return leader;
  const message = "nobody leads: name the node whose log to list";
  throw new ProgramError(message, { exitCode: EXIT_CODES.notApplied, code: "no_leader" });
}

interface Wanted {
  readonly member: Surveyed;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly limit: number;
}

async function pages(run: Run, client: Client, { member, from, to, limit }: Wanted): Promise<Listed> {
  const patience = { timeoutMs: timeoutOf(run) };
  const { end } = await client.status(member.address, patience);
  const stop = Math.min(end, to === undefined ? end : to + 1);
  const slots: SlotItem[] = [];
  let next = slot(from ?? Math.max(0, stop - limit));
  for (;;) {
    const page = await client.operator.log(
      member.address,
      { from: next, limit: limit - slots.length },
      patience,
    );
    for (const item of page.slots) if (item.slot < stop) slots.push(item);
    const isOver = page.next >= stop || page.next >= page.end || page.next <= next;
    if (isOver || slots.length >= limit) return { ...page, slots };
    next = page.next;
  }
}

function showJson(run: Run, node: string, { firstKept, chosen, end, slots }: Listed): void {
  printJson(run, "log_slots", {
    node,
    first_kept: Number(firstKept),
    chosen: Number(chosen),
    end: Number(end),
    slots: slots.map((item) => ({
      slot: Number(item.slot),
      ballot: formatBallot(item.ballot),
      kind: item.kind,
      bytes: item.bytes,
      commands: item.commands,
      operations: Object.fromEntries(item.operations),
      chosen: item.slot < chosen,
    })),
  });
}

function table({ chosen, slots }: Listed): string {
  const header = ["SLOT", "BALLOT", "STATE", "KIND", "BYTES", "COMMANDS", "WHAT"];
  const rows = slots.map((item) => [
    `${item.slot}`,
    formatBallot(item.ballot),
    stateOf(item, chosen),
    item.kind,
    `${item.bytes}`,
    `${item.commands}`,
    whatOf(item),
  ]);
  return formatTable(header, rows);
}

function stateOf({ slot, kind }: SlotItem, chosen: Slot): string {
  if (kind === "damaged") return "-";
  return slot < chosen ? "chosen" : "accepted";
}

function whatOf({ kind, commands, operations }: SlotItem): string {
  if (kind === "batch" && commands === 0) return "time alone";
  return [...operations].map(([name, count]) => (count === 1 ? name : `${count} ${name}`)).join(", ");
}
