import type { Address } from "../../base/seams.ts";
import { Dispatcher } from "../../client/dispatcher.ts";
import type { LinksDeps } from "../../client/links.ts";
import type { Reply, Request } from "../../wire/client-messages.ts";
import type { Asked, ClientListener } from "../oracles/client-tap.ts";
import type { SeededRandom } from "../world/seeded-random.ts";

/** Answered changes that are remembered; the oldest make room. */
const REMEMBERED_MAX = 500;
const PATIENCE_MS = 1000;

/**
 * Sends changes that were answered long ago once more, word for word, as if a network had kept a copy. None
 * may be executed again, whatever the answer: the listener, who hears everything first, judges them.
 */
export class Echoes implements ClientListener {
  readonly #listener: ClientListener;
  readonly #answered: Uint8Array[] = [];
  #next = 0;

  constructor(listener: ClientListener) {
    this.#listener = listener;
  }

  onRequest(request: Request): Asked {
    return this.#listener.onRequest(request);
  }

  onReply(asked: Asked, reply: Reply): void {
    this.#listener.onReply(asked, reply);
    const { request } = asked;
    const { body } = reply;
    if (request.kind !== "mutate" || body.kind !== "result") return;
    this.#answered[this.#next % REMEMBERED_MAX] = request.command;
    this.#next += 1;
  }

  /** Some change, to some member; ends when there is an answer, or none in time. */
  send(random: SeededRandom, members: readonly Address[], deps: LinksDeps): Promise<void> {
    if (this.#answered.length === 0) return Promise.resolve();
    const command = random.pick(this.#answered);
    const address = random.pick(members);
    const dispatcher = new Dispatcher([address], deps);
    return new Promise<void>((resolve) => {
      const end = (): void => {
        dispatcher.close();
        resolve();
      };
      dispatcher.start({
        target: { kind: "node", address },
        changes: true,
        timeoutMs: PATIENCE_MS,
        giveUpMs: deps.clock.nowMs() + PATIENCE_MS,
        request: (id, timeoutMs) => ({ kind: "mutate", id, timeoutMs, command, forwarded: false }),
        settle: end,
        fail: end,
      });
    });
  }
}
