import { randomBytes } from "node:crypto";
import { unreachable } from "../../src/base/assert.ts";
import type { Client } from "../../src/client/client.ts";
import type { Op } from "./plan.ts";

export const KEYS = 10_000;
const VALUE_BYTES = 256;
/** Different values, so that nothing on the way gains from a repetition. */
const VALUES = 64;
const FILL_OUTSTANDING = 64;

/** Keys of 16 bytes drawn uniformly from 10,000, random values of 256 bytes. */
export class Workload {
  readonly #client: Client;
  readonly #keys = Array.from({ length: KEYS }, (_, index) => Buffer.from(keyText(index)));
  readonly #values = Array.from({ length: VALUES }, () => randomBytes(VALUE_BYTES));

  constructor(client: Client) {
    this.#client = client;
  }

  /** One request of the kind; rejects when it fails or the answer cannot be right. */
  request(op: Op): () => Promise<void> {
    switch (op) {
      case "put":
        return async () => {
          await this.#client.put(anyOf(this.#keys), anyOf(this.#values));
        };
      case "get":
        return () => this.#get("linearizable");
      case "sget":
        return () => this.#get("sequential");
      default:
        return unreachable(op);
    }
  }

  /** Writes every key that has no value yet. */
  async fill(): Promise<void> {
    const present = new Set<string>();
    for await (const item of this.#client.scan({ prefix: KEY_PREFIX, keysOnly: true })) {
      present.add(Buffer.from(item.key).toString("latin1"));
    }
    const missing = this.#keys.filter((key) => !present.has(key.toString("latin1")));
    const writeMissing = async (): Promise<void> => {
      for (let key = missing.pop(); key !== undefined; key = missing.pop()) {
        await this.#client.put(key, anyOf(this.#values));
      }
    };
    await Promise.all(Array.from({ length: FILL_OUTSTANDING }, writeMissing));
  }

  async #get(consistency: "linearizable" | "sequential"): Promise<void> {
    const { record } = await this.#client.get(anyOf(this.#keys), { consistency });
    if (record?.value.length !== VALUE_BYTES) throw new Error("a key that was written has no value");
  }
}

const KEY_PREFIX = "key:";

function keyText(index: number): string {
  return KEY_PREFIX + String(index).padStart(12, "0");
}

function anyOf<T>(items: readonly T[]): T {
  return items[Math.floor(Math.random() * items.length)] as T;
}
