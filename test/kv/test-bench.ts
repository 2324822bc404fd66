import type { Slot } from "../../src/base/ids.ts";
import type { Command } from "../../src/kv/command.ts";
import { type AppliedSlot, Machine } from "../../src/kv/machine.ts";
import type { CommandOutcome } from "../../src/kv/outcome.ts";
import { batch, TestState, testCrypto } from "./test-state.ts";

/** A machine over plain tables; each call is the next slot. */
export class Bench {
  readonly state = new TestState();
  readonly machine = new Machine(this.state, { meta: this.state.meta, executed: [] }, testCrypto);
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

/** A failure as `code outcome`, a result as `result`. */
export function code(outcome: CommandOutcome): string {
  return outcome.kind === "failure" ? `${outcome.failure.code} ${outcome.failure.outcome}` : outcome.kind;
}
