import { toHex } from "../../base/bytes.ts";
import { KvdError } from "../../base/errors.ts";
import { type Slot, slot } from "../../base/ids.ts";
import type { Address } from "../../base/seams.ts";
import type { Client } from "../../client/client.ts";
import { formatEndpoint } from "../../client/endpoint-text.ts";
import { SystemCrypto } from "../../io/system-crypto.ts";
import { LayoutError } from "../../storage/layout.ts";
import type { SnapshotManifest } from "../../storage/snapshot.ts";
import { SnapshotFileWriter } from "../../storage/snapshot-file.ts";
import { decodeManifest } from "../../storage/snapshot-manifest.ts";
import type { Command, Run } from "../command.ts";
import { parseDuration } from "../duration.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { Interruption } from "../interruption.ts";
import { ProgramError, usageError } from "../program-error.ts";
import { ProgressLine } from "../progress-line.ts";
import { endpointsOf, formatOf, namedTimeoutOf, timeoutOf, withClient } from "../session.ts";
import { snapshotProblem } from "../snapshot-input.ts";
import { formatBytes } from "../status-table.ts";
import { leaderOf, type Surveyed, surveyMembers } from "../survey.ts";
import { WholeFile } from "../whole-file.ts";

/** With one request, unless the command line says otherwise: a chunk comes from a disk that may be busy. */
const PATIENCE_MS = 30_000;
/** Followers that are no further behind than this are up to date. */
const LAG_SLOTS_MAX = 1000;

export const saveSnapshot: Command = {
  usage: "save <file>",
  describe: "save all keys, leases and principals of a running cluster, at one revision",
  positionals: { file: { type: "string", describe: "where to; - writes to stdout" } },
  options: {
    "max-age": {
      type: "string",
      describe: "take a snapshot that is there, if all that is older than this is in it",
    },
    force: { type: "boolean", describe: "replace a file that is there" },
  },
  examples: [
    ["$0 snapshot save kvd.snap", "everything that was acknowledged by now, from a follower"],
    ["$0 snapshot save -E 127.0.0.1:7402 kvd.snap", "from that node"],
    ["$0 snapshot save - --max-age 1h | gzip > kvd.snap.gz", "one of the last hour will do"],
  ],
  run: save,
};

/** Where the bytes of a snapshot go. */
interface Sink {
  write(bytes: Uint8Array): Promise<void>;
  finish(): Promise<void>;
  abandon(): Promise<void>;
}

/** What of the cluster is saved, and by whom. */
interface Source {
  readonly address: Address;
  readonly least: Slot;
  readonly maxAgeMs: number;
}

interface Saved {
  readonly manifest: SnapshotManifest;
  readonly node: string;
}

async function save(run: Run): Promise<ExitCode> {
  const file = run.args.text("file");
  const maxAge = run.args.optionalText("max-age");
  const maxAgeMs = maxAge === undefined ? 0 : parseDuration(maxAge, "--max-age");
  if (file === "-" && run.terminal.isOutputTty) {
    throw usageError("a snapshot is not for a terminal: name a file, or send standard output somewhere");
  }
  const interruption = new Interruption();
  const { signal } = interruption;
  try {
    const saved = await withClient(run, async (client) => {
      const source = await sourceOf(run, client, maxAgeMs);
      const sink = file === "-" ? standardOutput(run) : await WholeFile.create(file, run.args.flag("force"));
      try {
        const done = await pull(run, client, { source, sink, signal });
        await sink.finish();
        return done;
      } finally {
        await sink.abandon();
      }
    });
    report(run, file, saved);
    return EXIT_CODES.done;
  } catch (error) {
    const exitCode = interruption.status;
    if (exitCode === undefined) throw snapshotProblem(error, file);
    throw new ProgramError("interrupted; nothing was saved", { exitCode, code: "interrupted", cause: error });
  } finally {
    interruption.release();
  }
}

async function pull(
  run: Run,
  client: Client,
  { source, sink, signal }: { readonly source: Source; readonly sink: Sink; readonly signal: AbortSignal },
): Promise<Saved> {
  const { address, ...recent } = source;
  const isQuiet = run.args.flag("quiet");
  const progress = new ProgressLine(run.terminal, () => performance.now());
  const patience = { timeoutMs: namedTimeoutOf(run) ?? PATIENCE_MS, signal };
  const crypto = new SystemCrypto();
  try {
    if (!isQuiet) progress.show(undefined, `a snapshot is being made by ${formatEndpoint(address)}`);
    const snapshot = await client.operator.snapshot(address, { ...recent, ...patience });
    const manifest = manifestOf(crypto, snapshot.manifest);
    const writer = new SnapshotFileWriter(crypto, manifest);
    await sink.write(writer.header());
    let written = 0;
    for await (const chunk of snapshot.chunks()) {
      signal.throwIfAborted();
      await sink.write(writer.chunk(chunk));
      written++;
      const text = `${formatBytes(manifest.bytes)} from ${snapshot.servedBy}`;
      if (!isQuiet) progress.show(written / manifest.chunks, text);
    }
    await sink.write(writer.trailer());
    return { manifest, node: snapshot.servedBy };
  } finally {
    progress.clear();
  }
}

/** The one node that was named, else a follower that is up to date, else whoever answers. */
async function sourceOf(run: Run, client: Client, maxAgeMs: number): Promise<Source> {
  const members = await surveyMembers(client, timeoutOf(run));
  const named = run.args.has("endpoints") ? await endpointsOf(run) : [];
  const address = named.length === 1 && named[0] !== undefined ? named[0] : bestOf(members).address;
  const acknowledged = await watermarkOf(run, client);
  if (acknowledged !== undefined) return { address, least: acknowledged, maxAgeMs };
  const asked = members.find(({ endpoint }) => endpoint === formatEndpoint(address));
  return { address, least: asked?.status?.applied ?? slot(0), maxAgeMs };
}

/** Undefined, which is said, when no quorum tells. */
async function watermarkOf(run: Run, client: Client): Promise<Slot | undefined> {
  try {
    return await client.operator.watermark({ timeoutMs: timeoutOf(run) });
  } catch (error) {
    if (!(error instanceof KvdError && error.failure.retryable)) throw error;
    const why = "no quorum answers: what is saved is what one node knows, which may not be the latest";
    if (!run.args.flag("quiet")) run.terminal.err(`kvadm: ${why}\n`);
    return undefined;
  }
}

function bestOf(members: readonly Surveyed[]): Surveyed {
  const appliedOf = ({ status }: Surveyed): number => status?.applied ?? 0;
  const answering = members.filter(({ status }) => status !== undefined);
  const [first] = answering.toSorted((left, right) => appliedOf(right) - appliedOf(left));
  if (first === undefined) {
    throw new ProgramError("no member answers", { exitCode: EXIT_CODES.notApplied, code: "no_answer" });
  }
  const leader = leaderOf(members);
  const least = appliedOf(first) - LAG_SLOTS_MAX;
  // The leader has enough to do.
  return answering.find((member) => member !== leader && appliedOf(member) >= least) ?? first;
}

function manifestOf(crypto: SystemCrypto, encoded: Uint8Array): SnapshotManifest {
  try {
    return decodeManifest(crypto, encoded);
  } catch (error) {
    if (!(error instanceof LayoutError)) throw error;
    const message = `this kvadm cannot read the node's snapshot (${error.message}): use the node's version`;
    throw new ProgramError(message, { exitCode: EXIT_CODES.unsafe, code: "other_format", cause: error });
  }
}

function standardOutput({ terminal }: Run): Sink {
  let isLost = false;
  // A snapshot that was cut off must not look like one that was saved.
  terminal.whenOutputLost(() => {
    isLost = true;
    // It may be told after the last byte was given away.
    process.exitCode = EXIT_CODES.local;
  });
  const write = async (bytes: Uint8Array): Promise<void> => {
    terminal.out(bytes);
    await terminal.flushed().catch(() => undefined);
    if (!isLost) return;
    const message = "standard output was closed before the snapshot was whole";
    throw new ProgramError(message, { exitCode: EXIT_CODES.local, code: "output" });
  };
  return { write, finish: () => write(new Uint8Array(0)), abandon: async () => undefined };
}

/** On stderr when stdout has the snapshot. */
function report(run: Run, file: string, { manifest, node }: Saved): void {
  if (run.args.flag("quiet")) return;
  const { machine } = manifest;
  const fields = {
    file,
    node,
    cluster_id: toHex(manifest.clusterId),
    watermark: Number(manifest.watermark),
    revision: machine.revision,
    cluster_time: new Date(machine.timeMs).toISOString(),
    keys: machine.keyCount,
    chunks: manifest.chunks,
    bytes: manifest.bytes,
    hash: toHex(manifest.hash),
  };
  const name = file === "-" ? "kvadm: saved" : file;
  const line =
    formatOf(run, "table") === "json"
      ? `${JSON.stringify({ kind: "snapshot_saved", v: 1, ...fields })}\n`
      : `${name}: ${formatBytes(fields.bytes)}, ${fields.keys} keys at revision ${fields.revision}, from ${node}\n`;
  if (file === "-") run.terminal.err(line);
  else run.terminal.out(line);
}
