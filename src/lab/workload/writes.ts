import type { Client } from "../../client/client.ts";
import type { ChangeOptions } from "../../client/options.ts";
import type { OpenOperation, Outcome } from "../oracles/history.ts";
import { asRefusal, insist } from "./insistence.ts";
import type { Program } from "./program.ts";
import { encodeTagged, largeTag } from "./stored-value.ts";

const DELETE_CHANCE = 0.2;

/** The puts and deletes that one program asks for, and what becomes of them. */
export class Writes {
  readonly #program: Program;

  constructor(program: Program) {
    this.#program = program;
  }

  async write(worker: string, key: string): Promise<void> {
    const { random, workload } = this.#program.deps;
    const isDelete = random.isLucky(DELETE_CHANCE);
    const isLarge = random.isLucky(workload.largeChance);
    const tag = isDelete ? "" : this.#program.nextTag();
    const open = this.#program.invoke(
      worker,
      key,
      isDelete ? { kind: "delete" } : { kind: "put", tag: isLarge ? largeTag(tag) : tag },
    );
    const insisted = await insist(this.#program, (client, options) => this.#change(client, open, options));
    if (insisted.kind === "answered") this.#program.finish(open, insisted.answer);
    else if (insisted.kind === "unknown") this.#program.finish(open, insisted);
    else this.#program.finish(open, { kind: "not-applied", code: insisted.failure.code });
  }

  /** A put that is to succeed; throws the refusal when it does not. */
  async put(worker: string, key: string, timeoutMs: number): Promise<void> {
    const open = this.#program.invoke(worker, key, { kind: "put", tag: this.#program.nextTag() });
    try {
      this.#program.finish(open, await this.#change(this.#program.client, open, { timeoutMs }));
    } catch (thrown) {
      const { outcome, code } = asRefusal(thrown).failure;
      this.#program.finish(open, outcome === "unknown" ? { kind: "unknown" } : { kind: "not-applied", code });
      throw thrown;
    }
  }

  async #change(client: Client, open: OpenOperation, options: ChangeOptions): Promise<Outcome> {
    const program = this.#program;
    const { key, action } = open;
    let outcome: Extract<Outcome, { readonly revision: number }>;
    if (action.kind === "put") {
      const { version, createRevision, revision } = await program.call(
        client.put(key, encodeTagged(action.tag), options),
      );
      outcome = { kind: "put", version, createRevision, revision };
    } else {
      const { deleted, revision } = await program.call(client.delete(key, options));
      outcome = { kind: "deleted", deleted, revision };
    }
    // What another client was told, this one's session knows nothing of.
    if (client === program.client) program.deps.snapshots.onAnswer(program.name, outcome.revision);
    return outcome;
  }
}
