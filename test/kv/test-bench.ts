import type { Slot } from "../../src/base/ids.ts";
import type { Command, Operation } from "../../src/kv/command.ts";
import { EventHistory } from "../../src/kv/event-history.ts";
import { type AppliedSlot, Machine } from "../../src/kv/machine.ts";
import type { CommandOutcome } from "../../src/kv/outcome.ts";
import { batch, command, TestState, testCrypto } from "./test-state.ts";

/** A machine over plain tables; each call is the next slot. */
export class Bench {
  readonly state = new TestState();
  readonly machine = new Machine(this.state, this.state.recovered(), testCrypto);
  readonly events = new EventHistory(this.state, this.machine);
  slot = 1;

  apply(stampMs: number, ...commands: readonly Command[]): AppliedSlot {
    const applied = this.machine.apply(this.slot++ as Slot, batch(stampMs, ...commands));
    this.state.add(applied.effects);
    return applied;
  }

  one(stampMs: number, one: Command): CommandOutcome {
    return this.apply(stampMs, one).outcomes[0] as CommandOutcome;
  }
}

/** A machine that is asked by one client, each time with its next sequence. */
export class Asker {
  readonly bench = new Bench();
  sequence = 0;

  ask(operation: Operation): CommandOutcome {
    return this.bench.one(0, command(operation, { sequence: ++this.sequence }));
  }

  /** The operation that was asked last, under the same sequence. */
  again(operation: Operation): CommandOutcome {
    return this.bench.one(0, command(operation, { sequence: this.sequence }));
  }

  /** All keys and values as text, by key. */
  content(): Record<string, string> {
    const entries = [...this.bench.state.range(new Uint8Array(0), undefined)];
    return Object.fromEntries(entries.map(([key, { value }]) => [shown(key), shown(value)]));
  }
}

function shown(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

/** A failure as `code outcome`, a result as `result`. */
export function code(outcome: CommandOutcome): string {
  return outcome.kind === "failure" ? `${outcome.failure.code} ${outcome.failure.outcome}` : outcome.kind;
}

/** The same answer as a repeat gets it. */
export function asRepeat(outcome: CommandOutcome): CommandOutcome {
  if (outcome.kind === "result") return { ...outcome, repeated: true };
  return { kind: "failure", failure: { ...outcome.failure, repeated: true } };
}
