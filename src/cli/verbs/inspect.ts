import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { toHex } from "../../base/bytes.ts";
import { formatBallot } from "../../base/ids.ts";
import { formatEndpoint } from "../../client/endpoint-text.ts";
import { SystemCrypto } from "../../io/system-crypto.ts";
import { ownMember } from "../../node/roster.ts";
import type { LogEntry } from "../../paxos/log-reader.ts";
import { type OfflineLog, readLogOffline } from "../../storage/offline-log.ts";
import {
  type OfflineSnapshot,
  type OfflineState,
  readSnapshotsOffline,
  readStateOffline,
} from "../../storage/offline-state.ts";
import type { Command, Run } from "../command.ts";
import { dataDirectoryProblem } from "../data-directory-problem.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { usageError } from "../program-error.ts";
import { formatOf, print, printJson } from "../session.ts";
import { type SlotLine, slotLine } from "../slot-lines.ts";
import { snapshotFields, snapshotLine, stateFields, stateLines, type TitledLine } from "../state-lines.ts";
import { formatBytes } from "../status-table.ts";
import { formatTable } from "../table.ts";

const SLOTS_SHOWN = 20;

/** `kvadm inspect DATA-DIR`: what a node's disk holds, without the node. */
export const inspectCommand: Command = {
  usage: "inspect <data-dir>",
  describe:
    "show whose a data directory is, what its log holds, with every record verified, and how far its state is",
  positionals: { "data-dir": { type: "string", describe: "a data directory, or a copy of one" } },
  options: {
    log: { type: "boolean", describe: "list slots of the log, the last ones unless --from says otherwise" },
    from: { type: "string", describe: "with --log: the first slot to list" },
    limit: { type: "string", describe: `with --log: how many slots [${SLOTS_SHOWN}]` },
  },
  examples: [
    ["$0 inspect /var/lib/kvd", "identity, members, promise, watermarks, state, snapshots, files"],
    ["$0 inspect /var/lib/kvd --log --limit 100", "what was proposed lately: slot, ballot, size, operations"],
    ["$0 inspect copy/ -o json", "for a program"],
  ],
  run: inspect,
};

async function inspect(run: Run): Promise<ExitCode> {
  const path = run.args.text("data-dir");
  const isLog = run.args.flag("log");
  const from = wholeNumber(run, "from");
  const limit = wholeNumber(run, "limit") ?? SLOTS_SHOWN;
  if (!isLog && (run.args.optionalText("from") ?? run.args.optionalText("limit")) !== undefined)
    throw usageError("--from and --limit go with --log");
  const log = await open(path);
  try {
    const { damaged } = log.recovered;
    if (isLog) {
      showSlots(run, slotsOf(log, from, limit));
      return damaged.length === 0 ? EXIT_CODES.done : EXIT_CODES.unhealthy;
    }
    const state = await readStateOffline(path, log.stateNumber, new SystemCrypto());
    const snapshots = await readSnapshotsOffline(path, new SystemCrypto());
    showDirectory(run, path, { log, state, snapshots });
    const isWell = damaged.length === 0 && state.kind === "state";
    return isWell ? EXIT_CODES.done : EXIT_CODES.unhealthy;
  } finally {
    await log.close();
  }
}

async function open(path: string): Promise<OfflineLog> {
  try {
    return await readLogOffline(path, new SystemCrypto());
  } catch (error) {
    throw dataDirectoryProblem(error);
  }
}

function wholeNumber(run: Run, name: "from" | "limit"): number | undefined {
  const text = run.args.optionalText(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value > 0) return value;
  throw usageError(`--${name}: '${text}' is not a whole number above 0`);
}

/** From `from` on, or the last ones; never more than `limit` at once in memory. */
function slotsOf(log: OfflineLog, from: number | undefined, limit: number): readonly LogEntry[] {
  const found: LogEntry[] = [];
  for (const entry of log.entries()) {
    if (from !== undefined && entry.slot < from) continue;
    if (from !== undefined && found.length === limit) break;
    found.push(entry);
    if (found.length > limit) found.shift();
  }
  return found;
}

function showSlots(run: Run, entries: readonly LogEntry[]): void {
  const lines = entries.map(slotLine);
  if (formatOf(run, "table") === "json") return printJson(run, "slots", { slots: lines });
  const header = ["SLOT", "BALLOT", "KIND", "BYTES", "COMMANDS", "WHAT"];
  print(run, formatTable(header, lines.map(cells)));
}

const cells = ({ slot, ballot, kind, bytes, commands, what }: SlotLine): readonly string[] => [
  `${slot}`,
  ballot,
  kind,
  `${bytes}`,
  `${commands}`,
  what,
];

interface Directory {
  readonly log: OfflineLog;
  readonly state: OfflineState;
  readonly snapshots: readonly OfflineSnapshot[];
}

function showDirectory(
  run: Run,
  path: string,
  { log: { identity, recovered }, state, snapshots }: Directory,
): void {
  const files = filesOf(path);
  const { node, clusterId, incarnation, startCount } = identity;
  const { since, membership } = recovered.membership;
  const { name } = ownMember(identity);
  const members = membership.members.map(({ id, name: own, role, address }) => {
    return { id, name: own, role, endpoint: formatEndpoint(address) };
  });
  const log = {
    promised: formatBallot(recovered.promised),
    accepted_max: formatBallot(recovered.acceptedMax),
    first_kept: recovered.firstKept,
    learned: recovered.learned,
    end: recovered.end,
    digest: recovered.digest,
    damaged: recovered.damaged,
  };
  const ids = { cluster_id: toHex(clusterId), incarnation: toHex(incarnation), start_count: startCount };
  const group = { epoch: membership.epoch, members_since: since, members };
  if (formatOf(run, "table") === "json")
    return printJson(run, "data_directory", {
      ...{ node: name, id: node, ...ids, ...group, log, files },
      state: stateFields(state),
      snapshots: snapshots.map(snapshotFields),
    });
  const damage =
    log.damaged.length === 0 ? "none" : `${log.damaged.length} slots: ${log.damaged.slice(0, 10).join(" ")}`;
  const slots = log.end > log.first_kept ? `slots ${log.first_kept} to ${log.end - 1}` : "no slots";
  const rows: readonly TitledLine[] = [
    ["node", `${name} (id ${node})`],
    ["cluster", ids.cluster_id],
    ["incarnation", ids.incarnation],
    ["starts", `${startCount}`],
    ["members", `of epoch ${membership.epoch}, from slot ${since} on`],
    ...members.map((member) => ["member", `${member.name}  ${member.endpoint}  ${member.role}`] as const),
    ["promised", log.promised],
    ["accepted", `up to ballot ${log.accepted_max}`],
    ["log", `${slots}, chosen below ${log.learned}, digest ${log.digest}`],
    ["damaged", damage],
    ...stateLines(state),
    ...snapshots.map(snapshotLine),
    ...files.map(({ file, bytes }) => ["file", `${file}  ${formatBytes(bytes)}`] as const),
  ];
  print(run, rows.map(([title, text]) => `${title.padEnd(13)}${text}\n`).join(""));
}

function filesOf(path: string): readonly { readonly file: string; readonly bytes: number }[] {
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .map((file) => ({ file, stats: statSync(join(path, file)) }))
    .filter(({ stats }) => stats.isFile())
    .map(({ file, stats }) => ({ file, bytes: stats.size }))
    .toSorted((left, right) => left.file.localeCompare(right.file, "en"));
}
