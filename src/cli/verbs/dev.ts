import type { Options } from "yargs";
import type { DevNode } from "../../dev/cluster.ts";
import { DEFAULT_DEV_DIR, DevCluster } from "../../dev/cluster.ts";
import { MisuseError } from "../../dev/misuse-error.ts";
import type { Command, Run } from "../command.ts";
import { runDemo } from "../demo.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { usageError } from "../program-error.ts";
import { formatOf, print, printJson } from "../session.ts";
import { formatTable } from "../table.ts";

const NODES_MAX = 15;

const DIR: Readonly<Record<string, Options>> = {
  dir: { alias: "d", type: "string", describe: `the cluster's directory [${DEFAULT_DEV_DIR}]` },
};

const NODES: Readonly<Record<string, Options>> = {
  nodes: { alias: "n", type: "string", describe: "how many nodes a new cluster gets [3]" },
};

/** `kvadm dev`: clusters of real processes on this host, to try things and to break them. */
export const devCommand: Command = {
  usage: "dev",
  describe: "run a cluster on this host, to try things out",
  examples: [
    ['eval "$($0 dev up)"', "three nodes, and kvcli finds them"],
    ["$0 dev kill n1", "one of them crashes"],
    ["$0 dev down", "and all of them stop"],
  ],
  commands: [
    {
      usage: "up",
      describe: "start it, making it first if need be; returns when a leader serves and all answer",
      options: { ...DIR, ...NODES },
      examples: [
        ['eval "$($0 dev up)"', "and kvcli finds it"],
        ["$0 dev up --dir /tmp/five -n 5", "another one beside it"],
      ],
      run: up,
    },
    {
      usage: "ls",
      describe: "list the nodes",
      options: DIR,
      examples: [["$0 dev ls", "names, process ids and states"]],
      run: list,
    },
    nodeCommand("kill", "end a node with SIGKILL, as a crash does", (cluster, id) => cluster.kill(id)),
    nodeCommand("pause", "freeze a node with SIGSTOP", async (cluster, id) => cluster.pause(id)),
    nodeCommand("resume", "let a frozen node go on", async (cluster, id) => cluster.resume(id)),
    nodeCommand("restart", "stop a node if it runs, and start it; returns when it answers", (cluster, id) =>
      cluster.restart(id),
    ),
    {
      usage: "down",
      describe: "stop all nodes; their data stay",
      options: DIR,
      examples: [["$0 dev down", "kvadm dev up brings them back"]],
      run: down,
    },
    {
      usage: "demo",
      describe: "a cluster that lives until Ctrl-C, with its status shown live",
      options: NODES,
      examples: [["$0 dev demo -n 5", "five nodes instead of three"]],
      run: demo,
    },
  ],
};

function nodeCommand(
  verb: string,
  describe: string,
  act: (cluster: DevCluster, id: string) => Promise<void>,
): Command {
  return {
    usage: `${verb} <node>`,
    describe,
    positionals: { node: { type: "string", describe: "its name: n1" } },
    options: DIR,
    examples: [[`$0 dev ${verb} n1`, "one of those that kvadm dev ls lists"]],
    run: async (run) => {
      await act(DevCluster.open(dirOf(run)), run.args.text("node")).catch(explainMisuse);
      return EXIT_CODES.done;
    },
  };
}

async function up(run: Run): Promise<ExitCode> {
  const nodes = run.args.integer("nodes", 1, NODES_MAX);
  const wanted = { ...dirOf(run), ...(nodes === undefined ? {} : { nodes }) };
  const cluster = await DevCluster.up(wanted).catch(explainMisuse);
  if (formatOf(run, "table") === "json") {
    printJson(run, "dev", { dir: cluster.dir, endpoints: cluster.endpoints(), urls: cluster.urls() });
  } else {
    print(run, `export KVD_ENDPOINTS=${cluster.endpoints().join(",")}\n`);
    print(run, `export KVD_URL=${cluster.urls()[0]}\n`);
  }
  return EXIT_CODES.done;
}

async function list(run: Run): Promise<ExitCode> {
  const nodes = DevCluster.open(dirOf(run)).list();
  switch (formatOf(run, "table")) {
    case "json":
      print(run, `${JSON.stringify(nodes.map(jsonNode))}\n`);
      break;
    case "table":
      print(run, formatTable(["NODE", "PID", "STATE", "ENDPOINT", "HTTP", "DIR"], nodes.map(row)));
      break;
    case "value":
      print(run, nodes.map(({ id }) => `${id}\n`).join(""));
      break;
  }
  return EXIT_CODES.done;
}

async function down(run: Run): Promise<ExitCode> {
  await DevCluster.open(dirOf(run)).down();
  return EXIT_CODES.done;
}

async function demo(run: Run): Promise<ExitCode> {
  return runDemo(run, run.args.integer("nodes", 1, NODES_MAX) ?? 3);
}

function explainMisuse(error: unknown): never {
  throw error instanceof MisuseError ? usageError(error.message) : error;
}

function dirOf(run: Run): { readonly dir?: string } {
  const dir = run.args.optionalText("dir");
  return dir === undefined ? {} : { dir };
}

function jsonNode({ id, pid, endpoint, url, dir, state }: DevNode): Readonly<Record<string, unknown>> {
  return { id, pid: pid ?? null, endpoint, url, dir, state };
}

function row({ id, pid, endpoint, url, dir, state }: DevNode): readonly string[] {
  return [id, pid === undefined ? "-" : `${pid}`, state, endpoint, url, dir];
}
