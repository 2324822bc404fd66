import { BALLOT_ZERO, type NodeId, nodeOf } from "../../base/ids.ts";
import type { Write } from "../../paxos/effects.ts";
import { MemoryLog } from "../../storage/memory-disk.ts";
import type { Fact } from "./fact.ts";
import type { Scenario } from "./scenario.ts";

/** The disk that a member begins with, and what is therefore true of it. */
export function diskAtStart(
  node: NodeId,
  scenario: Scenario,
): { readonly disk: MemoryLog; readonly facts: readonly Fact[] } {
  const disk = new MemoryLog();
  const image = scenario.start?.[node - 1];
  if (image === undefined) return { disk, facts: [] };
  const facts: Fact[] = image.promised.map((ballot) => ({ kind: "promised", ballot }));
  const writes: Write[] = [{ kind: "promised", ballot: image.promised.at(-1) ?? BALLOT_ZERO }];
  for (const { slot, ballot, text } of image.accepted) {
    const value = { kind: "batch" as const, bytes: new TextEncoder().encode(text) };
    writes.push({ kind: "entry", entry: { slot, ballot, value, chosen: false } });
    facts.push({ kind: "accepted", slot, ballot, value });
    if (nodeOf(ballot) === node) facts.push({ kind: "proposed", slot, ballot, value });
  }
  disk.apply(writes);
  return { disk, facts };
}
