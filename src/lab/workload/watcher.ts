import { KvdError } from "../../base/errors.ts";
import type { Watch } from "../../client/watch.ts";
import type { WatchTrack } from "../oracles/watch-log.ts";
import type { SeededRandom } from "../world/seeded-random.ts";
import type { Program } from "./program.ts";

const PATIENCE_MS = 4000;
/** Between two tries when nobody answers. */
const PAUSE_MS = 300;
const CHANCE = { again: 0.02, slow: 0.02, fromNow: 0.1 } as const;
/** A reader that is slow now and then. */
const SLOW_MS_MAX = 2000;

/**
 * One program's watch, which goes on for as long as the program: by itself at whichever node answers, and now and
 * then as another watch that begins where the one before ended. The program after it begins there, too.
 */
export class Watcher {
  readonly #program: Program;
  readonly #random: SeededRandom;

  constructor(program: Program) {
    this.#program = program;
    this.#random = program.deps.random.fork();
  }

  /** Does not end by itself. */
  async run(): Promise<never> {
    for (;;) await this.#watch();
  }

  async #watch(): Promise<void> {
    const random = this.#random;
    const program = this.#program;
    const { watching, calls, host } = program.deps;
    const { prefix } = watching;
    const from = random.isLucky(CHANCE.fromNow) ? undefined : watching.track?.next;
    const track = watching.begin({ name: program.name, prefix, from, revisionFloor: calls.revisionMax });
    const options = { prefix, previous: true, progress: true, timeoutMs: PATIENCE_MS };
    try {
      const watch = program.client.watch(from === undefined ? options : { ...options, from });
      await this.#follow(watch, track);
    } catch (thrown) {
      if (!(thrown instanceof KvdError)) throw thrown;
      program.deps.count(`watch:${thrown.failure.code}`);
      track.onRefused(thrown.failure);
      if (thrown.failure.code === "compacted") watching.forget();
      await host.sleep(PAUSE_MS);
    }
  }

  async #follow(watch: Watch, track: WatchTrack): Promise<void> {
    const random = this.#random;
    const events = watch[Symbol.asyncIterator]();
    for (;;) {
      const event = await this.#program.wait(events.next());
      if (event.done === true) return;
      track.onEvent(event.value);
      this.#program.deps.count(`watch:${event.value.kind}`);
      if (random.isLucky(CHANCE.slow)) await this.#program.deps.host.sleep(random.below(SLOW_MS_MAX));
      if (random.isLucky(CHANCE.again)) return watch.close();
    }
  }
}
