import { KvdError } from "../../base/errors.ts";
import type { Client } from "../../client/client.ts";
import { parseRequestId } from "../../client/request-id.ts";
import type { OpenOperation, Outcome } from "../oracles/history.ts";
import type { Program } from "./program.ts";
import { encodeTagged, largeTag } from "./stored-value.ts";

export const PATIENCE_MS = 4000;
/** Shorter than an election: such a request often ends with an unknown outcome. */
const SHORT_PATIENCE_MS = 200;
/** About as long as an answer takes. */
const IMPATIENCE_MS_MAX = 20;
const REPEATS_MAX = 4;
const CHANCE = { delete: 0.2, short: 0.2, repeat: 0.6, elsewhere: 0.4 } as const;

/** The changes that one program asks for, and what becomes of them. */
export class Writes {
  readonly #program: Program;

  constructor(program: Program) {
    this.#program = program;
  }

  async write(worker: string, key: string): Promise<void> {
    const { random, workload } = this.#program.deps;
    const isDelete = random.isLucky(CHANCE.delete);
    const isLarge = random.isLucky(workload.largeChance);
    const tag = isDelete ? "" : this.#program.nextTag();
    const open = this.#program.invoke(
      worker,
      key,
      isDelete ? { kind: "delete" } : { kind: "put", tag: isLarge ? largeTag(tag) : tag },
    );
    this.#program.finish(open, await this.#outcomeOf(open));
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

  async #outcomeOf(open: OpenOperation): Promise<Outcome> {
    const { random, workload } = this.#program.deps;
    const isImpatient = random.isLucky(workload.impatientChance);
    const repeats = isImpatient || random.isLucky(CHANCE.repeat) ? REPEATS_MAX : 0;
    const patienceMs = random.isLucky(CHANCE.short) ? SHORT_PATIENCE_MS : PATIENCE_MS;
    const timeoutMs = isImpatient ? random.between(1, IMPATIENCE_MS_MAX) : patienceMs;
    const { client } = this.#program;
    let refusal: KvdError;
    try {
      return await this.#change(client, open, { timeoutMs });
    } catch (thrown) {
      refusal = asRefusal(thrown);
    }
    for (let repeat = 0; repeat < repeats && refusal.failure.outcome === "unknown"; repeat++) {
      const requestId = parseRequestId(refusal.requestId ?? "");
      if (requestId === undefined) break;
      const options = { timeoutMs: PATIENCE_MS, requestId };
      try {
        if (!random.isLucky(CHANCE.elsewhere)) return await this.#change(client, open, options);
        return await this.#program.briefly((other) => this.#change(other, open, options));
      } catch (thrown) {
        const again = asRefusal(thrown);
        // A repeat that was refused tells of the repeat alone, unless the log itself has answered.
        const isFinal = again.failure.code === "expired" && again.failure.outcome === "not_applied";
        if (isFinal) return { kind: "not-applied", code: again.failure.code };
      }
    }
    const { outcome, code } = refusal.failure;
    return outcome === "unknown" ? { kind: "unknown" } : { kind: "not-applied", code };
  }

  async #change(
    client: Client,
    open: OpenOperation,
    options: Parameters<Client["put"]>[2],
  ): Promise<Outcome> {
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

/** The refusal that was thrown; anything else is a bug and goes on its way. */
export function asRefusal(thrown: unknown): KvdError {
  if (thrown instanceof KvdError) return thrown;
  throw thrown;
}
