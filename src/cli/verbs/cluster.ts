import { writeFile } from "node:fs/promises";
import { toHex } from "../../base/bytes.ts";
import { parseEndpoint } from "../../client/endpoint-text.ts";
import { SystemCrypto } from "../../io/system-crypto.ts";
import { SystemRandom } from "../../io/system-random.ts";
import type { ClusterPlan, NamedEndpoint } from "../cluster-file.ts";
import { formatClusterFile, planCluster } from "../cluster-file.ts";
import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { ProgramError, usageError } from "../program-error.ts";
import { formatOf, print, printJson, resolveAddress } from "../session.ts";

const newCommand: Command = {
  usage: "new <members..>",
  describe: "write the file that every member of a new cluster is made from",
  positionals: { members: { type: "string", array: true, describe: "NAME=HOST:PORT of each" } },
  options: { file: { alias: "f", type: "string", describe: "where to write it [cluster.yaml]" } },
  examples: [
    ["$0 cluster new n1=127.0.0.1:7401 n2=127.0.0.1:7402 n3=127.0.0.1:7403", "three nodes on one host"],
  ],
  run: create,
};

/** `kvadm cluster new`. */
export const clusterCommand: Command = {
  usage: "cluster",
  describe: "prepare a cluster",
  commands: [newCommand],
};

async function create(run: Run): Promise<ExitCode> {
  const path = run.args.optionalText("file") ?? "cluster.yaml";
  const members = await Promise.all(run.args.texts("members").map(parseMember));
  const plan = planned(members);
  try {
    await writeFile(path, formatClusterFile(plan), { flag: "wx", mode: 0o644 });
  } catch (error) {
    throw cannotWrite(path, (error as NodeJS.ErrnoException).code);
  }
  const names = members.map((member) => member.name);
  if (formatOf(run, "table") === "json") {
    printJson(run, "cluster", { file: path, cluster_id: toHex(plan.clusterId), nodes: names });
  } else {
    print(run, `${path}: cluster ${toHex(plan.clusterId).slice(0, 16)} of ${names.join(", ")}\n`);
    print(run, `next, on each node: kvd init --cluster ${path} --node NAME --data-dir DIR\n`);
  }
  return EXIT_CODES.done;
}

function planned(members: readonly NamedEndpoint[]): ClusterPlan {
  try {
    return planCluster(members, new SystemRandom().bytes(32), new SystemCrypto());
  } catch (error) {
    throw usageError(error instanceof Error ? error.message : String(error));
  }
}

async function parseMember(text: string): Promise<NamedEndpoint> {
  const [name = "", endpoint = ""] = text.split(/=(.*)/s);
  const address = parseEndpoint(endpoint);
  if (address === undefined) throw usageError(`'${text}' is not NAME=HOST:PORT`);
  return { name, ...(await resolveAddress(address)) };
}

function cannotWrite(path: string, code: string | undefined): ProgramError {
  if (code === "EEXIST") {
    return new ProgramError(`'${path}' exists already; remove it or name another with -f`, {
      exitCode: EXIT_CODES.local,
      code: "exists",
    });
  }
  return new ProgramError(`cannot write '${path}': ${code ?? "unknown error"}`, {
    exitCode: EXIT_CODES.local,
    code: "file",
  });
}
