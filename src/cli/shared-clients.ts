import type { Client } from "../client/client.ts";
import { openClient } from "../client/open.ts";
import type { ClientOptions } from "../client/options.ts";

/**
 * The clients that the commands of one session have together: one for each set of options, opened when it
 * is first needed. The owner closes them.
 */
export class SharedClients {
  readonly #clients = new Map<string, Promise<Client>>();

  async open(options: ClientOptions): Promise<Client> {
    const key = JSON.stringify(options);
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    const opening = openClient(options);
    this.#clients.set(key, opening);
    // One that cannot be opened now is tried anew by the next command.
    opening.catch(() => this.#clients.delete(key));
    return opening;
  }

  /** Ends whatever is under way; a later command opens a client anew. */
  close(): void {
    for (const opening of this.#clients.values()) {
      opening.then(
        (client) => client.close(),
        () => undefined,
      );
    }
    this.#clients.clear();
  }
}
