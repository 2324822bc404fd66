import type { LogWrite } from "../../storage/storage.ts";

/**
 * What a commit is made of. A start count has a commit of its own; `slice` is a flush of the state; `snapshot`
 * is one from its first chunk to its manifest, `state-build` all that a state is built with.
 */
export const COMMIT_PARTS = [
  "promise",
  "entry",
  "learned",
  "membership",
  "truncate",
  "install",
  "peer",
  "start-count",
  "slice",
  "snapshot",
  "received-chunk",
  "state-build",
] as const;
export type CommitPart = (typeof COMMIT_PARTS)[number];

/**
 * Where a commit is: about to be handed to the disk; with the disk; on the disk, and nobody knows; known to
 * be on the disk, with all that waited for it done.
 */
export const COMMIT_PHASES = ["before", "submitted", "committed", "announced"] as const;
export type CommitPhase = (typeof COMMIT_PHASES)[number];

/** The moments of a process's life besides its commits. */
const MOMENTS = [
  /** The protocol called a slot chosen, and nothing of that step was done yet. */
  "apply-before",
  /** What was chosen is applied, and whoever waited for it answered, though perhaps nothing has left. */
  "apply-after",
  "send-member",
  "send-client",
  /** The node has read its disk, but does not listen yet. */
  "start-recovered",
  /** It listens, and has not ticked once. */
  "start-listening",
  "stop-begun",
  "stop-sending",
  /** Everything is quiet and the storage is about to be closed. */
  "stop-closing",
  "stop-closed",
] as const;

/** A named moment at which a process may be killed; a commit passes the point of each part that it holds. */
export type CrashPoint = `${CommitPart}-${CommitPhase}` | (typeof MOMENTS)[number];

export const CRASH_POINTS: readonly CrashPoint[] = [
  ...COMMIT_PARTS.flatMap((part) => COMMIT_PHASES.map((phase) => `${part}-${phase}` as const)),
  ...MOMENTS,
];

/** By part and phase. */
export const POINTS = Object.fromEntries(
  COMMIT_PARTS.map((part) => [
    part,
    Object.fromEntries(COMMIT_PHASES.map((phase) => [phase, `${part}-${phase}` as const])),
  ]),
) as Readonly<Record<CommitPart, Readonly<Record<CommitPhase, CrashPoint>>>>;

/** By point: what counts how often it was passed, and how often a process was killed there. */
export const PASSED = countsOf("passed");
export const KILLED = countsOf("killed");

function countsOf(what: string): Readonly<Record<CrashPoint, string>> {
  const entries = CRASH_POINTS.map((point) => [point, `${what}:${point}`]);
  return Object.fromEntries(entries) as Record<CrashPoint, string>;
}

/** What a commit of the log holds, each part once, in the table's order. */
export function partsOf(writes: readonly LogWrite[]): readonly CommitPart[] {
  const found = new Set<CommitPart>();
  for (const write of writes) {
    if (write.kind === "peer") found.add("peer");
    else for (const { kind } of write.writes) found.add(kind === "promised" ? "promise" : kind);
  }
  return COMMIT_PARTS.filter((part) => found.has(part));
}
