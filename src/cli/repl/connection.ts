import type { Client } from "../../client/client.ts";
import type { Run } from "../command.ts";
import { withClient } from "../session.ts";
import type { WordSource } from "./completer.ts";

/** Asking for the prompt and for completions holds nobody up for longer. */
const LOOK_MS = 250;
/** The first answer also takes opening a link. */
const FIRST_LOOK_MS = 1_000;
const COMPLETED_KEYS_MAX = 50;

/** Whom the prompt talks to, as far as it knows. */
export type ConnectionState =
  | { readonly kind: "unconnected" }
  | { readonly kind: "connected"; readonly node: string; readonly revision: number };

/** What the prompt itself asks of the cluster, by the clients of its commands. Nothing here fails. */
export class Connection implements WordSource {
  readonly #run: Run;
  #state: ConnectionState = { kind: "unconnected" };

  /** `run` is one without arguments: its environment names the endpoints. */
  constructor(run: Run) {
    this.#run = run;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Looks whether somebody answers, and how far the store is. */
  async look(): Promise<ConnectionState> {
    const timeoutMs = this.#state.kind === "connected" ? LOOK_MS : FIRST_LOOK_MS;
    try {
      this.#state = await withClient(this.#run, async (client) => {
        const one = { limit: 1, keysOnly: true, consistency: "sequential", timeoutMs } as const;
        const { revision, servedBy } = await client.range(one);
        return { kind: "connected", node: nodeText(client, servedBy), revision };
      });
    } catch {
      this.#state = { kind: "unconnected" };
    }
    return this.#state;
  }

  async keys(prefix: Uint8Array): Promise<readonly Uint8Array[]> {
    try {
      return await withClient(this.#run, async (client) => {
        const options = { limit: COMPLETED_KEYS_MAX, keysOnly: true, consistency: "sequential" } as const;
        const { items } = await client.range({ prefix, ...options, timeoutMs: LOOK_MS });
        return items.map(({ key }) => key);
      });
    } catch {
      return [];
    }
  }

  async nodes(): Promise<readonly string[]> {
    try {
      return await withClient(this.#run, async (client) => {
        await client.ping(undefined, { timeoutMs: LOOK_MS });
        return client.members.map(({ name }) => name);
      });
    } catch {
      return [];
    }
  }
}

/** `n1:7400` */
function nodeText(client: Client, name: string): string {
  const member = client.members.find((one) => one.name === name);
  return member === undefined ? name : `${name}:${member.port}`;
}

export function promptText(state: ConnectionState, isInTxn: boolean): string {
  if (isInTxn) return "(txn)> ";
  return state.kind === "connected" ? `kvd ${state.node} rev ${state.revision}> ` : "not connected> ";
}
