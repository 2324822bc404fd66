import { assert } from "../base/assert.ts";
import { offsetSlot, type Slot, slot } from "../base/ids.ts";
import type { Member, Membership } from "../paxos/membership.ts";
import { isStep } from "../paxos/membership-step.ts";
import { type Reach, Salvage } from "../paxos/salvage.ts";
import { decodeBatch } from "../wire/command-codec.ts";
import { MEMBERSHIP_CODEC } from "../wire/membership-codec.ts";
import type { Base, Survivor } from "./survivors.ts";

/** A base, and how far the logs lead from it. */
export interface Course extends Reach {
  readonly base: Base;
}

/** When the last batch that is there was made. */
export interface LastWrite {
  /** By the wall clock of who led, ms since 1970; undefined when no log has the batch any more. */
  readonly wallMs: number | undefined;
  /** Cluster time, ms. */
  readonly stampMs: number;
}

/** What can be recovered from some directories. */
export interface RecoveryPlan {
  readonly survivors: readonly Survivor[];
  readonly salvage: Salvage;
  /** The best first: the one that leads farthest, with the least to replay; empty when nothing can be recovered. */
  readonly courses: readonly Course[];
  /** Of the cluster that is lost, as far as the directories know. */
  readonly membership: Membership;
  /** Names of the voters whose directories are there and sound, if they are a majority: they need only be started. */
  readonly majority: readonly string[] | undefined;
}

export function planRecovery(survivors: readonly Survivor[]): RecoveryPlan {
  const salvage = new Salvage(survivors.map(({ log: { recovered, reader } }) => ({ recovered, reader })));
  const isUnused = survivors.every(({ log }) => log.recovered.end === slot(1));
  const courses = survivors
    .flatMap(({ bases }) => bases)
    .map((base): Course => ({ ...salvage.reach(base.founding.mark.watermark), base }))
    // An empty cluster is not what is left of one that was in use.
    .filter(({ end }) => end > slot(1) || isUnused)
    .toSorted((left, right) => right.end - left.end || watermarkOf(right) - watermarkOf(left));
  const membership = membershipOf(survivors, salvage);
  const voters = membership.members.filter(({ role }) => role === "voter");
  const sound = survivors.filter(({ faults }) => faults.length === 0);
  const answering = voters.filter((voter) => isAmong(sound, voter));
  const isMajority = answering.length > voters.length / 2;
  const majority = isMajority ? answering.map(({ name }) => name) : undefined;
  return { survivors, salvage, courses, membership, majority };
}

export function isAmong(survivors: readonly Survivor[], { id }: Member): boolean {
  return survivors.some(({ log }) => log.identity.node === id);
}

/** Of the logs' last batch before the end, else of the state; undefined when no time had begun. */
export function lastWriteOf({ salvage }: RecoveryPlan, { base, end }: Course): LastWrite | undefined {
  for (let at = slot(end - 1); isHeld(salvage, at); at = offsetSlot(at, -1)) {
    const value = salvage.read(at);
    const batch = value.kind === "batch" ? decodeBatch(value.bytes) : undefined;
    if (typeof batch === "object") return { wallMs: batch.wallMs, stampMs: batch.stampMs };
  }
  const { timeMs } = base.founding.mark.machine;
  return timeMs === 0 ? undefined : { wallMs: undefined, stampMs: timeMs };
}

function isHeld(salvage: Salvage, at: Slot): boolean {
  const { kind } = salvage.at(at);
  return at > 0 && (kind === "chosen" || kind === "accepted");
}

function watermarkOf({ base }: Course): Slot {
  return base.founding.mark.watermark;
}

/** As the log that has learned most knows it, with what was accepted since. */
function membershipOf(survivors: readonly Survivor[], salvage: Salvage): Membership {
  const [latest] = survivors.toSorted(
    (left, right) => right.log.recovered.learned - left.log.recovered.learned,
  );
  assert(latest !== undefined, "a plan has a directory");
  let { membership } = latest.log.recovered.membership;
  const { learned } = latest.log.recovered;
  const { end } = salvage.reach(learned);
  for (let at = learned; at < end; at = offsetSlot(at, 1)) {
    const value = salvage.read(at);
    if (value.kind !== "membership") continue;
    const entry = MEMBERSHIP_CODEC.decode(value.bytes);
    if (typeof entry !== "string" && isStep(membership, entry)) membership = entry.membership;
  }
  return membership;
}
