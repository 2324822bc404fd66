import type { Client } from "../../client/client.ts";
import type { NodeStatus } from "../../wire/client-messages.ts";
import type { Command, Run } from "../command.ts";
import { parseDuration } from "../duration.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { ProgramError, usageError } from "../program-error.ts";
import { formatOf, namedTimeoutOf, print, printJson, timeoutOf, withClient } from "../session.ts";
import { formatBytes } from "../status-table.ts";
import { leaderOf, type Surveyed, surveyMembers } from "../survey.ts";
import { formatTable } from "../table.ts";

/** What was applied is on the state's disk some seconds later, and a node alone writes a snapshot first. */
const PATIENCE_MS = 30_000;
const POLL_MS = 100;
const KEEP_MAX = 1_000_000_000;

/** `kvadm compact`: drops now what the cluster keeps of its log for members that are behind, and of the past. */
export const compactCommand: Command = {
  usage: "compact",
  describe: "drop old parts of every node's log now, or of the history of all keys",
  options: {
    keep: {
      type: "string",
      describe: "so many of the last slots of the log stay, for members that are behind [0]",
    },
    history: { type: "string", describe: "forget changes up to this revision, or older than 10m" },
    "dry-run": { type: "boolean", describe: "say what would go, and drop nothing" },
  },
  examples: [
    ["$0 compact", "each node's log, down to what its state has on disk"],
    ["$0 compact --keep 1000 --dry-run", "how many slots would go"],
    ["$0 compact --history 10m", "watches and histories begin ten minutes ago; the log stays"],
    ["$0 compact --history 41", "they begin with revision 42"],
  ],
  run: compact,
};

/** How a node's log was before and after; `status` undefined: it does not answer. */
interface Shortened {
  readonly member: Surveyed;
  readonly after: NodeStatus | undefined;
  /** What was to go. */
  readonly below: number;
}

async function compact(run: Run): Promise<ExitCode> {
  const history = run.args.optionalText("history");
  const keep = run.args.integer("keep", 0, KEEP_MAX);
  const named = history === undefined ? undefined : pastOf(history);
  return withClient(run, async (client) => {
    const members = await surveyMembers(client, timeoutOf(run));
    if (named !== undefined) await forget(run, client, { members, named });
    if (named !== undefined && keep === undefined) return EXIT_CODES.done;
    return shortenAll(run, client, { members, keep: keep ?? 0 });
  });
}

/** A revision, or an age in ms. */
type Past = { readonly revision: number } | { readonly ageMs: number };

function pastOf(text: string): Past {
  if (/^\d{1,15}$/.test(text)) return { revision: Number(text) };
  if (/^\d/.test(text)) return { ageMs: parseDuration(text, "--history") };
  throw usageError(`--history: '${text}' is neither a revision nor an age such as 10m`);
}

async function forget(
  run: Run,
  client: Client,
  { members, named }: { readonly members: readonly Surveyed[]; readonly named: Past },
): Promise<void> {
  const revision =
    "revision" in named ? named.revision : await revisionOf(run, client, { members, ...named });
  const isDry = run.args.flag("dry-run");
  const timeoutMs = timeoutOf(run);
  // Nothing is so old: it only tells what is forgotten already.
  const before = isDry ? undefined : (await client.compact(0, { timeoutMs })).compacted;
  const compacted = isDry ? revision : (await client.compact(revision, { timeoutMs })).compacted;
  if (formatOf(run, "table") === "json") {
    const freed = before === undefined ? {} : { revisions: compacted - before };
    return printJson(run, "compact_history", { dry_run: isDry, compacted, ...freed });
  }
  if (before === undefined) return print(run, `changes up to revision ${revision} would be forgotten\n`);
  print(
    run,
    `changes up to revision ${compacted} are forgotten, ${compacted - before} revisions more than before\n`,
  );
}

/** The leader knows when the store was how far, within the retained window and since it started. */
async function revisionOf(
  run: Run,
  client: Client,
  { members, ageMs }: { readonly members: readonly Surveyed[]; readonly ageMs: number },
): Promise<number> {
  const leader = leaderOf(members);
  if (leader === undefined) {
    throw new ProgramError("nobody leads", { exitCode: EXIT_CODES.notApplied, code: "no_leader" });
  }
  const timeoutMs = timeoutOf(run);
  const revision = await client.operator.revisionOfAge(leader.address, ageMs, { timeoutMs });
  if (revision > 0) return revision;
  const message = "no change that is kept is known to be so old: name a shorter time, or a revision";
  throw new ProgramError(message, { exitCode: EXIT_CODES.negative, code: "not_so_old" });
}

async function shortenAll(
  run: Run,
  client: Client,
  { members, keep }: { readonly members: readonly Surveyed[]; readonly keep: number },
): Promise<ExitCode> {
  const isDry = run.args.flag("dry-run");
  const all = await Promise.all(
    members.map((member) => (isDry ? wouldShorten(member, keep) : shorten(run, client, { member, keep }))),
  );
  show(run, all, isDry);
  for (const { member, after, below } of all) {
    if (isDry || after === undefined || after.firstKept >= below || run.args.flag("quiet")) continue;
    const why = "its state does not have it on disk yet, or somebody fetches the snapshot that it follows";
    run.terminal.err(`kvadm: ${member.name} still keeps ${below - after.firstKept} slots more: ${why}\n`);
  }
  return all.some(({ after }) => after === undefined) ? EXIT_CODES.unhealthy : EXIT_CODES.done;
}

function wouldShorten(member: Surveyed, keep: number): Shortened {
  const { status } = member;
  if (status === undefined) return { member, after: undefined, below: 0 };
  const below = Math.max(status.firstKept, status.chosen - keep);
  return { member, after: status, below };
}

async function shorten(
  run: Run,
  client: Client,
  { member, keep }: { readonly member: Surveyed; readonly keep: number },
): Promise<Shortened> {
  if (member.status === undefined) return { member, after: undefined, below: 0 };
  const { address } = member;
  const patience = { timeoutMs: timeoutOf(run) };
  const endMs = performance.now() + (namedTimeoutOf(run) ?? PATIENCE_MS);
  const below = await client.operator.shortenLog(address, keep, patience);
  for (;;) {
    const after = await client.status(address, patience);
    if (after.firstKept >= below || performance.now() >= endMs) return { member, after, below };
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function show(run: Run, all: readonly Shortened[], isDry: boolean): void {
  const rows = all.map(({ member, after, below }) => {
    const before = member.status;
    if (before === undefined || after === undefined) return { node: member.name, answered: false } as const;
    const slots = (isDry ? below : after.firstKept) - before.firstKept;
    const kept = after.chosen - after.firstKept - (isDry ? slots : 0);
    const bytes = isDry ? null : Math.max(0, before.logBytes - after.logBytes);
    return { node: member.name, answered: true, slots, bytes, kept, log_bytes: after.logBytes } as const;
  });
  if (formatOf(run, "table") === "json") {
    return printJson(run, "compact_log", { dry_run: isDry, nodes: rows });
  }
  const header = ["NODE", isDry ? "WOULD FREE" : "FREED", "BYTES", "KEPT", "LOG"];
  const cells = rows.map((row) => {
    if (!row.answered) return [row.node, "no answer"];
    const bytes = row.bytes === null ? "-" : formatBytes(row.bytes);
    return [row.node, `${row.slots}`, bytes, `${row.kept}`, formatBytes(row.log_bytes)];
  });
  print(run, formatTable(header, cells));
}
