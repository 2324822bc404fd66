import { readFile } from "node:fs/promises";
import type { Options } from "yargs";
import { toHex } from "../../base/bytes.ts";
import type { Crypto } from "../../base/seams.ts";
import { DEFAULT_PORT, formatEndpoint, parseEndpoint } from "../../client/endpoint-text.ts";
import { SystemCrypto } from "../../io/system-crypto.ts";
import { SystemRandom } from "../../io/system-random.ts";
import { initDataDirectory } from "../../storage/data-directory.ts";
import { DataDirectoryError } from "../../storage/data-directory-error.ts";
import type { FoundingIdentity } from "../../storage/identity-record.ts";
import type { ClusterPlan } from "../cluster-file.ts";
import { parseClusterFile, planCluster } from "../cluster-file.ts";
import type { Command, Run } from "../command.ts";
import { dataDirectoryProblem } from "../data-directory-problem.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { joiningMember, parseJoinFile } from "../join-file.ts";
import { ProgramError, usageError } from "../program-error.ts";
import { configOf } from "./config-options.ts";

const INCARNATION_BYTES = 16;

/** Which node is made, and where. */
export const NODE_OPTIONS: Readonly<Record<string, Options>> = {
  cluster: { type: "string", describe: "the file that kvadm cluster new wrote" },
  node: { type: "string", describe: "which of its members this node is" },
  single: { type: "boolean", describe: "a cluster of this one node, without a file" },
  listen: { type: "string", describe: "with --single: its IP:PORT [127.0.0.1:7400]" },
  "data-dir": { type: "string", describe: "the directory to make; or KVD_SERVER_DATA_DIR" },
  config: {
    alias: "c",
    type: "string",
    describe: "the settings that name the directory and, with --single, listen",
  },
};

/** `kvd init`: makes a node's data directory; the only time that files are created. */
export const initCommand: Command = {
  usage: "init",
  describe: "make a node's data directory",
  options: {
    ...NODE_OPTIONS,
    join: { type: "string", describe: "the file that kvadm member add wrote: the node joins a cluster" },
    "if-missing": {
      type: "boolean",
      describe: "succeed when something is there already, and leave it alone",
    },
  },
  examples: [
    ["$0 init --cluster cluster.yaml --node n1 --data-dir /var/lib/kvd", "one of several"],
    ["$0 init --join n4.join --data-dir /var/lib/kvd", "one more, of a cluster that runs"],
    ["$0 init --single --data-dir /tmp/kvd", "one alone"],
    ["$0 init --single --config /etc/kvd/kvd.yaml", "where the settings say"],
  ],
  run: init,
};

async function init(run: Run): Promise<ExitCode> {
  const { args, terminal } = run;
  const { directory, identity, name } = args.has("join") ? await joiningNodeOf(run) : await newNodeOf(run);
  try {
    await initDataDirectory(directory, identity, new SystemCrypto());
  } catch (error) {
    const isThere = error instanceof DataDirectoryError && error.code === "not_empty";
    if (!isThere || !args.flag("if-missing")) throw dataDirectoryProblem(error);
    terminal.out(`${directory}: left as it is\n`);
    return EXIT_CODES.done;
  }
  terminal.out(`${directory}: node ${name} of cluster ${toHex(identity.clusterId).slice(0, 16)}\n`);
  return EXIT_CODES.done;
}

/** A node that is to be made. */
export interface NewNode {
  readonly directory: string;
  readonly name: string;
  readonly identity: FoundingIdentity;
}

/** What NODE_OPTIONS say, with an incarnation that was never there before. */
export async function newNodeOf(run: Run): Promise<NewNode> {
  const { args } = run;
  const crypto = new SystemCrypto();
  const random = new SystemRandom();
  const { directory, listen } = await placeOf(run);
  const isSingle = args.flag("single");
  if (isSingle && (args.optionalText("cluster") ?? args.optionalText("node")) !== undefined) {
    throw usageError("--single goes without --cluster and --node");
  }
  if (!isSingle && (args.optionalText("cluster") === undefined || args.optionalText("node") === undefined)) {
    throw usageError("give --cluster FILE and --node NAME, or --single for a cluster of one");
  }
  const plan = isSingle
    ? planSingle(listen, random.bytes(32), crypto)
    : await readPlan(args.text("cluster"), "kvadm cluster new", (text) => parseClusterFile(text, crypto));
  const name = isSingle ? "n1" : args.text("node");
  const member = plan.genesis.members.find((candidate) => candidate.name === name);
  if (member === undefined) {
    const names = plan.genesis.members.map((candidate) => candidate.name).join(", ");
    throw usageError(`--node: the cluster has no member '${name}': there are ${names}`);
  }
  const { clusterId, genesis } = plan;
  const identity = { clusterId, genesis, node: member.id, incarnation: random.bytes(INCARNATION_BYTES) };
  return { directory, name, identity };
}

/** What `--join` says, with an incarnation that was never there before. */
async function joiningNodeOf(run: Run): Promise<NewNode> {
  const { args } = run;
  const needless = ["cluster", "node", "single", "listen"].find((option) => args.has(option));
  if (needless !== undefined) throw usageError(`--join goes without --${needless}: its file says all of it`);
  const crypto = new SystemCrypto();
  const { directory } = await placeOf(run);
  const plan = await readPlan(args.text("join"), "kvadm member add", (text) => parseJoinFile(text, crypto));
  const identity = { ...plan, incarnation: new SystemRandom().bytes(INCARNATION_BYTES) };
  return { directory, name: joiningMember(plan).name, identity };
}

interface Place {
  readonly directory: string;
  /** IP:PORT */
  readonly listen: string;
}

/** From the flags, the environment, the file of settings, in that order. */
async function placeOf(run: Run): Promise<Place> {
  const { args, terminal } = run;
  const config = args.optionalText("config") === undefined ? undefined : (await configOf(run)).config;
  const directory =
    args.optionalText("data-dir") ?? terminal.environment["KVD_SERVER_DATA_DIR"] ?? config?.data_dir;
  if (directory === undefined) throw usageError("--data-dir is missing: the directory to make");
  const configured = config?.listen === undefined ? undefined : formatEndpoint(config.listen);
  return { directory, listen: args.optionalText("listen") ?? configured ?? `127.0.0.1:${DEFAULT_PORT}` };
}

/** `maker`: the command that writes such files. */
async function readPlan<Plan>(path: string, maker: string, parse: (text: string) => Plan): Promise<Plan> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    throw new ProgramError(`cannot read '${path}': ${code}; make it with ${maker}`, {
      exitCode: EXIT_CODES.local,
      code: "file",
      cause: error,
    });
  }
  try {
    return parse(text);
  } catch (error) {
    throw usageError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function planSingle(text: string, seed: Uint8Array, crypto: Crypto): ClusterPlan {
  const address = parseEndpoint(text);
  if (address === undefined) throw usageError(`--listen: '${text}' is not IP:PORT`);
  return planCluster([{ name: "n1", ...address }], seed, crypto);
}
