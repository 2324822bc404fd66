import { FRAGMENTED_IDS_AHEAD_MAX, Reassembler } from "./fragment.ts";
import type { FragmentPlace } from "./frame.ts";
import { WHOLE_IDS_AHEAD_MAX } from "./outbox.ts";
import { SlidingWindow } from "./sliding-window.ts";

/**
 * Tells new messages of one link from repeats, in constant memory, and puts fragmented ones together. A sender
 * never starts an id further ahead of an unfinished one than these windows reach back.
 */
export class Inbox {
  /** Made with the first message: most links of a busy server carry few. */
  #whole: SlidingWindow | undefined = undefined;
  readonly #fragmented = new SlidingWindow(FRAGMENTED_IDS_AHEAD_MAX);
  readonly #reassembler: Reassembler;
  readonly #onRefused: (reason: string) => void;

  constructor(messageBytesMax: number, onRefused: (reason: string) => void) {
    this.#reassembler = new Reassembler(messageBytesMax);
    this.#onRefused = onRefused;
  }

  get heldBytes(): number {
    return this.#reassembler.heldBytes;
  }

  /** Whether to deliver a whole message: true once per id. */
  isNewWhole(id: number): boolean {
    this.#whole ??= new SlidingWindow(WHOLE_IDS_AHEAD_MAX);
    if (this.#whole.isSeen(id)) return false;
    this.#whole.add(id);
    return true;
  }

  /** The whole message, with its last missing piece. `body` is kept. */
  onFragment(place: FragmentPlace, body: Uint8Array): Uint8Array | undefined {
    if (this.#fragmented.isSeen(place.id)) return undefined;
    const result = this.#reassembler.add(place, body);
    if (result.kind === "refused") this.#onRefused(result.reason);
    if (result.kind !== "complete") return undefined;
    this.#fragmented.add(place.id);
    return result.message;
  }

  onAbandon(id: number): void {
    this.#reassembler.drop(id);
    if (!this.#fragmented.isSeen(id)) this.#fragmented.add(id);
  }
}
