import { ballot, nodeId, type Slot, slot } from "../../src/base/ids.ts";
import { Acceptor } from "../../src/paxos/acceptor.ts";
import { BallotCeiling } from "../../src/paxos/ballot-ceiling.ts";
import { Log } from "../../src/paxos/log.ts";
import { Outbox } from "../../src/paxos/outbox.ts";
import type { MicroCase, MicroSuite } from "./micro-case.ts";

const LEADER = nodeId(1);
const BALLOT = ballot(1, LEADER);
const STEPS = 64;

/** An acceptor that follows one leader, whose every slot is learned and durable a moment later. */
class Follower {
  readonly #log = new Log(
    { read: () => undefined },
    {
      promised: BALLOT,
      acceptedMax: BALLOT,
      firstKept: slot(1),
      learned: slot(1),
      digest: 0,
      end: slot(1),
      membership: { since: slot(1), membership: { epoch: 1, members: [], nextNodeId: 1 } },
      accepted: [],
      damaged: [],
    },
  );
  readonly #outbox = new Outbox();
  readonly #acceptor = new Acceptor(
    {
      log: this.#log,
      outbox: this.#outbox,
      ceiling: new BallotCeiling(BALLOT),
      progress: () => ({ learned: this.#log.learned, stateDurable: slot(1), writeAgeMs: 0, epoch: 1 }),
    },
    { promised: BALLOT, acceptedMax: BALLOT },
  );
  #next: Slot = slot(1);

  accept(bytes: Uint8Array): void {
    const chosen = this.#next;
    const value = { kind: "batch", bytes } as const;
    this.#acceptor.onAccept(LEADER, { kind: "accept", ballot: BALLOT, slot: chosen, chosen, value });
    const effects = this.#outbox.take();
    this.#log.advance();
    this.#log.onDurable(effects.writeSequence);
    this.#next = slot(chosen + 1);
  }
}

function acceptCase(name: string, bytes: Uint8Array): MicroCase {
  const follower = new Follower();
  const run = (): void => {
    for (let step = 0; step < STEPS; step++) follower.accept(bytes);
  };
  return { kind: "sync", name, operations: STEPS, run };
}

/** One Accept through the acceptor to the effects of its step, per slot. */
export async function openAcceptorSuite(): Promise<MicroSuite> {
  return {
    name: "acceptor",
    cases: [
      acceptCase("accept a 300 B value", new Uint8Array(300)),
      acceptCase("accept a 64 KiB value", new Uint8Array(64 * 1024)),
    ],
    close: async () => undefined,
  };
}
