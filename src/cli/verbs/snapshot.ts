import { toHex } from "../../base/bytes.ts";
import { formatEndpoint } from "../../client/endpoint-text.ts";
import { SystemCrypto } from "../../io/system-crypto.ts";
import { initDataDirectory } from "../../storage/data-directory.ts";
import { RESTORED_REVISION_GAP, restoredClusterId, restoredState } from "../../storage/founding-state.ts";
import type { SnapshotManifest } from "../../storage/snapshot.ts";
import { openSnapshotSource, type SnapshotSource } from "../../storage/snapshot-source.ts";
import type { Command, Run } from "../command.ts";
import { dataDirectoryProblem } from "../data-directory-problem.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { formatOf, print, printJson } from "../session.ts";
import { snapshotPieces, snapshotProblem } from "../snapshot-input.ts";
import { formatBytes } from "../status-table.ts";
import { NODE_OPTIONS, newNodeOf } from "./init.ts";
import { saveSnapshot } from "./snapshot-save.ts";

const FILE = {
  file: { type: "string", describe: "a file that snapshot save wrote; - reads stdin" },
} as const;

const inspectSnapshot: Command = {
  usage: "inspect <file>",
  describe: "show what a snapshot says of itself, without reading all of it",
  positionals: FILE,
  examples: [["$0 snapshot inspect kvd.snap", "cluster, revision, keys, members"]],
  run: async (run) => {
    const file = run.args.text("file");
    const { manifest } = await reading(run, file, "reading", async (source) => source);
    show(run, "snapshot", manifest, {});
    return EXIT_CODES.done;
  },
};

const verifySnapshot: Command = {
  usage: "verify <file>",
  describe: "read all of a snapshot and check every chunk, every record and the hash of the whole",
  positionals: FILE,
  examples: [["$0 snapshot verify kvd.snap", "status 7 when a bit of it is not as it was written"]],
  run: verify,
};

const restoreSnapshot: Command = {
  usage: "restore <file>",
  describe: "make a node's data directory of a snapshot: a new cluster, once each of its nodes has done so",
  positionals: FILE,
  options: NODE_OPTIONS,
  examples: [
    [
      "$0 snapshot restore kvd.snap --cluster cluster.yaml --node n1 --data-dir /var/lib/kvd",
      "one of several; the others are restored of the same file",
    ],
    [
      "$0 snapshot restore kvd.snap --single --listen 127.0.0.1:7410 --data-dir /tmp/kvd",
      "a cluster of one, to have a look",
    ],
  ],
  run: restore,
};

/** `kvadm snapshot`: saves one of a running cluster, and does what can be done with its file alone. */
export const snapshotCommand: Command = {
  usage: "snapshot",
  describe: "save a cluster's state, look at a snapshot's file, check it, and make a new cluster of it",
  commands: [saveSnapshot, inspectSnapshot, verifySnapshot, restoreSnapshot],
};

async function verify(run: Run): Promise<ExitCode> {
  const file = run.args.text("file");
  let rows = 0;
  const { manifest } = await reading(run, file, "verified", async (source) => {
    for await (const some of source.rows()) rows += some.length;
    return source;
  });
  show(run, "snapshot_verify", manifest, { rows });
  return EXIT_CODES.done;
}

async function restore(run: Run): Promise<ExitCode> {
  const file = run.args.text("file");
  const crypto = new SystemCrypto();
  const { directory, name, identity } = await newNodeOf(run);
  const restored = await reading(run, file, "restored", async (source) => {
    const clusterId = restoredClusterId(crypto, identity.clusterId, source.manifest);
    const founding = restoredState(source, identity.genesis);
    try {
      await initDataDirectory(directory, { ...identity, clusterId }, crypto, founding);
    } catch (error) {
      throw dataDirectoryProblem(error);
    }
    return { clusterId: toHex(clusterId), machine: founding.mark.machine };
  });
  const { keyCount, revision } = restored.machine;
  if (formatOf(run, "table") === "json") {
    const fields = {
      data_dir: directory,
      node: name,
      cluster_id: restored.clusterId,
      keys: keyCount,
      revision,
    };
    printJson(run, "snapshot_restore", fields);
  } else {
    print(
      run,
      `${directory}: node ${name} of the new cluster ${restored.clusterId.slice(0, 16)}, ${keyCount} keys; ` +
        `revisions go on above ${revision}, ${RESTORED_REVISION_GAP} later than in the snapshot\n`,
    );
  }
  return EXIT_CODES.done;
}

/** Opens the file and has `use` work with it. */
async function reading<Result>(
  run: Run,
  file: string,
  doing: string,
  use: (source: SnapshotSource) => Promise<Result>,
): Promise<Result> {
  const pieces = snapshotPieces(run, file, doing);
  try {
    return await use(await openSnapshotSource(new SystemCrypto(), pieces));
  } catch (error) {
    throw snapshotProblem(error, file);
  } finally {
    await pieces.return();
  }
}

function show(
  run: Run,
  kind: string,
  manifest: SnapshotManifest,
  more: Readonly<Record<string, number>>,
): void {
  const { machine, membership } = manifest;
  const members = membership.members.map(({ id, name, role, address }) => {
    return { id: Number(id), name, role, endpoint: formatEndpoint(address) };
  });
  const fields = {
    cluster_id: toHex(manifest.clusterId),
    watermark: Number(manifest.watermark),
    digest: manifest.digest,
    revision: machine.revision,
    compacted: machine.compacted,
    cluster_time: new Date(machine.timeMs).toISOString(),
    keys: machine.keyCount,
    leases: machine.leaseCount,
    principals: machine.principalCount,
    chunks: manifest.chunks,
    bytes: manifest.bytes,
    hash: toHex(manifest.hash),
    ...more,
  };
  if (formatOf(run, "table") === "json") return printJson(run, kind, { ...fields, members });
  const rows: readonly (readonly [string, string])[] = [
    ["cluster", fields.cluster_id],
    ["state", `of all slots below ${fields.watermark}, digest ${fields.digest}`],
    ["revision", `${fields.revision}, changes known above ${fields.compacted}`],
    ["time", fields.cluster_time],
    ["keys", `${fields.keys}`],
    ["leases", `${fields.leases}`],
    ["principals", `${fields.principals}`],
    ["size", `${formatBytes(fields.bytes)} in ${fields.chunks} chunks`],
    ["hash", fields.hash],
    ...members.map((member) => ["member", `${member.name}  ${member.endpoint}  ${member.role}`] as const),
    ...Object.entries(more).map(([title, count]) => [title, `${count} verified`] as const),
  ];
  print(run, rows.map(([title, text]) => `${title.padEnd(13)}${text}\n`).join(""));
}
