import { present } from "../../base/assert.ts";
import { GROUP_ZERO, type Slot, slot } from "../../base/ids.ts";
import type { Crypto } from "../../base/seams.ts";
import { ChainDigest } from "../../paxos/digest.ts";
import type { LogEntry } from "../../paxos/log-reader.ts";
import { equalValues, type Value } from "../../paxos/value.ts";
import type { MemoryDisk } from "../../storage/memory-disk.ts";
import type { NodeStatus } from "../../wire/client-messages.ts";
import { GoverningHistory, votersOf } from "./governing-history.ts";
import { demand } from "./violation.ts";

/** What a node said that it learned: every slot in [from, watermark) holds what `read` gives. */
export interface Learning {
  readonly node: string;
  readonly from: Slot;
  readonly watermark: Slot;
  readonly digest: number;
  readonly read: (slot: Slot) => LogEntry | "damaged" | undefined;
}

/**
 * Knows every slot's one value from the first node that learned it, and holds all others, at all times
 * and after all crashes, to it.
 */
export class SlotOracle {
  readonly #digest: ChainDigest;
  readonly #disks: () => readonly MemoryDisk[];
  readonly #values: Value[] = [];
  /** By watermark. */
  readonly #digests = new Map<number, number>();
  #governing: GoverningHistory | undefined;
  /** By the watermark up to which all was applied, with who showed it first. */
  readonly #stateHashes = new Map<number, { readonly name: string; readonly stateHash: number }>();

  /** `disks`: what lies on the disk of every node, of those that are down, too. */
  constructor(crypto: Pick<Crypto, "crc32">, disks: () => readonly MemoryDisk[]) {
    this.#digest = new ChainDigest(crypto);
    this.#disks = disks;
  }

  /** Slots learned by anybody, slot 0 not counted. */
  get learned(): number {
    return this.#values.length;
  }

  onLearned(learning: Learning): void {
    const { node, from, watermark, digest } = learning;
    for (let at = from; at < watermark; at = slot(at + 1)) {
      if (at === 0) continue;
      const entry = learning.read(at);
      if (entry !== undefined && entry !== "damaged") this.#onValue(node, at, entry.value);
    }
    this.#onDigest(node, watermark, digest);
  }

  /** What a node shows of itself between two turns. */
  onStatus(status: NodeStatus): void {
    const { name, chosen, applied, digest, stateDurable, firstKept, end } = status;
    // While a state from a snapshot is being put in place the log begins above all that is applied.
    const isInstalling = applied < firstKept && chosen >= firstKept;
    demand(
      stateDurable <= applied &&
        applied <= chosen &&
        chosen <= end &&
        (firstKept <= stateDurable || isInstalling),
      "I14 watermarks are in order",
      () => `${name}: ${firstKept} ${stateDurable} ${applied} ${chosen} ${end}`,
    );
    this.#onDigest(name, chosen, digest);
    this.#onStateHash(status);
  }

  /** Whoever has applied the same slots has the same state, restarts and snapshots in between or not. */
  #onStateHash({ name, applied, stateHash }: NodeStatus): void {
    const known = this.#stateHashes.get(applied);
    if (known === undefined) this.#stateHashes.set(applied, { name, stateHash });
    demand(
      known === undefined || known.stateHash === stateHash,
      "I18 equal slots, equal states",
      () => `${name}'s state at ${applied} has another hash than that of ${known?.name}`,
    );
  }

  #onValue(node: string, at: Slot, value: Value): void {
    const known = this.#values[at - 1];
    if (known !== undefined) {
      demand(
        equalValues(known, value),
        "I1 one value per slot",
        () => `${node} learned in slot ${at} another value than the one learned before`,
      );
      return;
    }
    if (at !== this.#values.length + 1) return;
    this.#values.push(value);
    const previous = at === 1 ? 0 : present(this.#digests.get(at), "the digest below is known");
    this.#digests.set(at + 1, this.#digest.extend(previous, at, value));
    this.#demandQuorum(node, at, value);
  }

  /** Whoever learns a slot first may do so only once a quorum has it on disk. */
  #demandQuorum(node: string, at: Slot, value: Value): void {
    const disks = this.#disks();
    this.#governing ??= new GoverningHistory(present(disks[0], "somebody has a disk").identity.genesis);
    const voters = votersOf(this.#governing.membershipAt(at));
    const holders = disks
      .filter(({ identity }) => voters.includes(identity.node))
      .filter((disk) => {
        const log = disk.log(GROUP_ZERO);
        if (log.damaged.has(at) || at < log.summary.firstKept) return true;
        const entry = log.entries.get(at);
        return entry !== undefined && equalValues(entry.value, value);
      });
    demand(
      holders.length > voters.length / 2,
      "I4 chosen by a quorum of disks",
      () => `${node} learned slot ${at}, which ${holders.length} of ${voters.length} disks hold`,
    );
    this.#governing.onChosen(at, value);
  }

  #onDigest(node: string, watermark: Slot, digest: number): void {
    const known = this.#digests.get(watermark);
    demand(
      known === undefined || known === digest,
      "I2 equal slots, equal digests",
      () => `${node} has digest ${digest} at ${watermark}, the values learned give ${known}`,
    );
  }
}
