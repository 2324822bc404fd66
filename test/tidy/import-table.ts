import { posix } from "node:path";
import { importsOf } from "./imports.ts";
import type { SourceFile } from "./source-files.ts";

/** What one folder of src/ may name. Its own folder is always allowed. */
interface Row {
  /** Other folders of src/, whole. */
  readonly folders: readonly string[];
  /** Single files of other folders. */
  readonly files?: readonly string[];
  /** Packages and `node:` modules; a trailing `*` stands for any ending. */
  readonly outside?: readonly string[];
  /** The only files of this folder that `outside` holds for; absent: all. */
  readonly outsideIn?: readonly string[];
  /** Files of this folder that may name more. */
  readonly exceptions?: Readonly<Record<string, Pick<Row, "folders" | "outside">>>;
}

/** A folder without a row may not exist: a new part of kvd states here what it stands on. */
export const IMPORT_TABLE: Readonly<Record<string, Row>> = {
  base: { folders: [] },
  paxos: { folders: ["base"] },
  kv: { folders: ["base"] },
  transport: { folders: ["base"] },
  wire: { folders: ["base", "paxos", "kv", "transport"], outside: ["protobufjs", "protobufjs/*"] },
  storage: {
    folders: ["base", "paxos", "kv", "wire"],
    outside: ["lmdb", "node:fs", "node:fs/promises", "node:path", "node:net"],
    outsideIn: [
      "src/storage/background-files.ts",
      "src/storage/data-directory.ts",
      "src/storage/directory-contents.ts",
      "src/storage/directory-lock.ts",
      "src/storage/lmdb-check.ts",
      "src/storage/lmdb-environment.ts",
      "src/storage/lmdb-trees.ts",
      "src/storage/new-state-directory.ts",
      "src/storage/offline-base.ts",
      "src/storage/offline-log.ts",
      "src/storage/offline-state.ts",
      "src/storage/snapshot-directory.ts",
      "src/storage/state-directory.ts",
    ],
  },
  io: {
    folders: ["base"],
    outside: [
      "node:dgram",
      "node:net",
      "node:timers",
      "node:timers/*",
      "node:crypto",
      "node:zlib",
      "node:process",
      "node:perf_hooks",
    ],
    // systemd listens at a kind of socket that Node does not have; its own program speaks to it.
    exceptions: {
      "src/io/sd-notify.ts": { folders: [], outside: ["node:child_process"] },
      "src/io/disk-space.ts": { folders: [], outside: ["node:fs"] },
    },
  },
  node: {
    folders: ["base", "paxos", "kv", "transport", "wire"],
    files: ["src/storage/storage.ts", "src/storage/snapshot.ts"],
  },
  client: {
    folders: ["base", "kv", "transport", "wire"],
    exceptions: { "src/client/open.ts": { folders: ["io"] } },
  },
  gateway: {
    folders: ["base", "kv", "client"],
    // What a token is, and what is derived from it.
    files: ["src/io/principal-token.ts"],
    outside: [
      "fastify",
      "@fastify/swagger",
      "@fastify/swagger-ui",
      "prom-client",
      "node:http",
      "node:https",
      "node:stream",
    ],
  },
  lab: { folders: ["base", "paxos", "kv", "transport", "wire", "storage", "node", "client"] },
  dev: {
    folders: ["base", "client", "io"],
    outside: [
      "node:child_process",
      "node:fs",
      "node:fs/promises",
      "node:path",
      "node:os",
      "node:net",
      "node:dgram",
    ],
  },
  cli: {
    folders: [
      "base",
      "paxos",
      "kv",
      "transport",
      "wire",
      "storage",
      "io",
      "node",
      "client",
      "dev",
      "gateway",
    ],
    outside: ["yargs", "yargs/*", "yaml", "zod", "pino", "node:*"],
    // kvlab's files alone: the daemon and its tools must work without the lab.
    exceptions: {
      "src/cli/chi-cluster.ts": { folders: ["lab"] },
      "src/cli/lab-failure.ts": { folders: ["lab"] },
      "src/cli/lab-options.ts": { folders: ["lab"] },
      "src/cli/lab-run.ts": { folders: ["lab"] },
      "src/cli/lab-seed.ts": { folders: ["lab"] },
      "src/cli/lab-summary.ts": { folders: ["lab"] },
      "src/cli/open-core.ts": { folders: ["lab"] },
      "src/cli/verbs/lab-chi.ts": { folders: ["lab"] },
      "src/cli/verbs/lab-explore.ts": { folders: ["lab"] },
      "src/cli/verbs/lab-replay.ts": { folders: ["lab"] },
      "src/cli/verbs/lab-run.ts": { folders: ["lab"] },
      "src/cli/verbs/lab-trace.ts": { folders: ["lab"] },
    },
  },
};

const matches = (pattern: string, specifier: string): boolean =>
  pattern.endsWith("*") ? specifier.startsWith(pattern.slice(0, -1)) : specifier === pattern;

const folderOf = (path: string): string | undefined => /^src\/([^/]+)\//.exec(path)?.[1];

/** The file that a relative specifier names, from the repository's root. */
export function resolveImport(from: string, specifier: string): string {
  return posix.normalize(posix.join(posix.dirname(from), specifier));
}

function breachReason(path: string, specifier: string): string | undefined {
  const folder = folderOf(path);
  const row = folder === undefined ? undefined : IMPORT_TABLE[folder];
  if (row === undefined) return `${folder ?? "src/"} has no row in the import table`;
  const exception = row.exceptions?.[path];
  if (!specifier.startsWith(".")) {
    if (row.outsideIn?.includes(path) === false) return "this file may name nothing outside";
    const allowed = [...(row.outside ?? []), ...(exception?.outside ?? [])];
    return allowed.some((pattern) => matches(pattern, specifier)) ? undefined : `${folder} may not name it`;
  }
  const target = resolveImport(path, specifier);
  const targetFolder = folderOf(target);
  if (targetFolder === undefined) return "it lies outside src/";
  if (targetFolder === folder || row.files?.includes(target) === true) return undefined;
  const folders = [...row.folders, ...(exception?.folders ?? [])];
  return folders.includes(targetFolder) ? undefined : `${folder} may not import ${targetFolder}`;
}

/** One line per import that the table does not allow; empty when all is well. */
export function importBreaches(file: SourceFile): readonly string[] {
  const breaches: string[] = [];
  for (const { specifier, line } of importsOf(file.text)) {
    const reason = breachReason(file.path, specifier);
    if (reason !== undefined) breaches.push(`${file.path}:${line} imports "${specifier}": ${reason}`);
  }
  return breaches;
}

/** A cycle of imports among the files as `a -> b -> a`, or undefined. Type-only imports count. */
export function importCycle(files: readonly SourceFile[]): string | undefined {
  const targets = new Map<string, readonly string[]>();
  for (const file of files) {
    const relative = importsOf(file.text).filter(({ specifier }) => specifier.startsWith("."));
    targets.set(
      file.path,
      relative.map(({ specifier }) => resolveImport(file.path, specifier)),
    );
  }
  const finished = new Set<string>();
  const walk = (path: string, trail: readonly string[]): string | undefined => {
    if (finished.has(path)) return undefined;
    const seenAt = trail.indexOf(path);
    if (seenAt !== -1) return [...trail.slice(seenAt), path].join(" -> ");
    for (const target of targets.get(path) ?? []) {
      const cycle = walk(target, [...trail, path]);
      if (cycle !== undefined) return cycle;
    }
    finished.add(path);
    return undefined;
  };
  for (const file of files) {
    const cycle = walk(file.path, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
