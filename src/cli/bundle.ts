import { closeSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { formatBallot, slot } from "../base/ids.ts";
import type { Client } from "../client/client.ts";
import { type Examination, examine } from "./examination.ts";
import { type Answered, answeredOf, doctorText } from "./findings.ts";
import { hostFacts, journalTail } from "./host-facts.ts";
import { jsonMember } from "./member-json.ts";
import { withoutSecretSettings, withoutSecrets } from "./redaction.ts";
import { statusTable } from "./status-table.ts";
import { formatTable } from "./table.ts";

const SLOTS = 200;
/** Of a file, its last part. */
const TAIL_BYTES = 1024 * 1024;
const CONFIG_DIRECTORY = "/etc/kvd";

/** What a bundle is made of: texts by name, and what could not be got. */
export interface Bundle {
  readonly files: ReadonlyMap<string, string>;
  readonly missing: readonly string[];
}

export interface BundleOptions {
  /** Configuration files besides those in /etc/kvd. */
  readonly configs: readonly string[];
  /** Files that a daemon's log went to. */
  readonly logs: readonly string[];
  /** On the disk that is described. */
  readonly directory: string;
  readonly timeoutMs: number;
  /** Runs with a client of the cluster; rejects when none of it answers. */
  readonly withClient: <T>(use: (client: Client) => Promise<T>) => Promise<T>;
}

/** Gathers one: what cannot be got is named and left out. Nothing that users keep is in it. */
export async function gatherBundle(options: BundleOptions): Promise<Bundle> {
  const files = new Map<string, string>();
  const missing: string[] = [];
  const add = async (name: string, make: () => string | Promise<string>): Promise<void> => {
    try {
      files.set(name, withoutSecrets(await make()));
    } catch (error) {
      missing.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  await addCluster(options, add);
  await add("host.txt", () => hostFacts(options.directory));
  await add("environment.txt", environmentText);
  await add("journal.txt", async () => withoutSecretSettings(await journalTail()));
  for (const path of [...defaultConfigs(), ...options.configs])
    await add(`config/${nameFor(path)}`, () => withoutSecretSettings(tailOf(path)));
  for (const path of options.logs)
    await add(`log/${nameFor(path)}`, () => withoutSecretSettings(tailOf(path)));
  return { files, missing };
}

type Add = (name: string, make: () => string | Promise<string>) => Promise<void>;

async function addCluster({ withClient, timeoutMs }: BundleOptions, add: Add): Promise<void> {
  const looking = withClient(async (client) => {
    const examination = await examine(client, timeoutMs);
    const answered = answeredOf(examination.members);
    for (const member of answered) await add(`slots/${member.name}.txt`, () => slotsOf(client, member));
    return examination;
  });
  const examined = (show: (examination: Examination) => string) => async () => show(await looking);
  await add(
    "status.txt",
    examined(({ members }) => statusTable(members)),
  );
  await add(
    "status.json",
    examined(({ members }) => jsonText(members.map(jsonMember))),
  );
  await add(
    "doctor.txt",
    examined(({ findings }) => doctorText(findings)),
  );
  const members = await looking.then(
    (examination) => examination.members,
    () => [],
  );
  // What only this command needs of the gateway is not loaded for every other.
  const { nodeMetrics } = await import("../gateway/node-metrics.ts");
  for (const { name, status } of members) {
    await add(`metrics/${name}.txt`, () => {
      if (status === undefined) throw new Error("no answer");
      return nodeMetrics(status);
    });
  }
}

/** The last slots of a node's log: how large, and what kinds of operations. */
async function slotsOf(client: Client, { address, status }: Answered): Promise<string> {
  const from = slot(Math.max(0, status.end - SLOTS));
  const page = await client.operator.log(address, { from, limit: SLOTS });
  const rows = page.slots.map(({ slot: at, ballot, kind, bytes, commands, operations }) => [
    `${at}`,
    formatBallot(ballot),
    kind,
    `${bytes}`,
    `${commands}`,
    [...operations].map(([name, count]) => `${count} ${name}`).join(", "),
  ]);
  return formatTable(["SLOT", "BALLOT", "KIND", "BYTES", "COMMANDS", "OPERATIONS"], rows);
}

const jsonText = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

function environmentText(): string {
  const own = Object.entries(process.env).filter(([name]) => /^(KVD|KVCLI|NODE)_/.test(name));
  return withoutSecretSettings(own.map(([name, value]) => `${name}=${value ?? ""}\n`).join(""));
}

/** Those that the package has put there, and what an operator has put beside them. */
function defaultConfigs(): readonly string[] {
  try {
    const names = readdirSync(CONFIG_DIRECTORY).filter((name) => name.endsWith(".yaml"));
    return [...names.sort().map((name) => `${CONFIG_DIRECTORY}/${name}`), "/etc/default/kvd"];
  } catch {
    return [];
  }
}

/** `etc-kvd-kvd.yaml` for `/etc/kvd/kvd.yaml`. */
function nameFor(path: string): string {
  const plain = path.replaceAll(/[^\w.-]+/g, "-").replace(/^[-.]+/, "");
  return plain.slice(-60) || "file";
}

function tailOf(path: string): string {
  const file = openSync(path, "r");
  try {
    const bytes = fstatSync(file).size;
    const tail = Buffer.alloc(Math.min(bytes, TAIL_BYTES));
    return tail.toString("utf8", 0, readSync(file, tail, 0, tail.length, bytes - tail.length));
  } finally {
    closeSync(file);
  }
}
