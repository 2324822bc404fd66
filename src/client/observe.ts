import { equalBytes, toHex } from "../base/bytes.ts";
import { KvdError } from "../base/errors.ts";
import { type Contender, contenderInterval, contenderOf, inOrder } from "./contenders.ts";
import type { LocksDeps } from "./locks.ts";
import type { WatchOptions } from "./options.ts";
import type { Holder, WatchEvent } from "./replies.ts";

export interface ObserveDeps extends Pick<LocksDeps, "contenders"> {
  readonly watch: (options: WatchOptions) => AsyncIterable<WatchEvent>;
}

/**
 * Who holds a lock or an office, from now on: first as it is, then whenever it changes, undefined while nobody
 * does. Ends with `signal`; throws when the cluster cannot be asked.
 */
export async function* observeHolder(
  name: Uint8Array,
  signal: AbortSignal | undefined,
  deps: ObserveDeps,
): AsyncGenerator<Holder | undefined, void, undefined> {
  const until = signal === undefined ? {} : { signal };
  let told: Holder | undefined | "nothing" = "nothing";
  while (signal?.aborted !== true) {
    const { found, revision } = await deps.contenders(name, { ...until, keysOnly: false });
    const standing = new Map(found.map((contender) => [toHex(contender.key), contender]));
    const [first] = inOrder(standing.values());
    if (told === "nothing" || !isSame(told, first)) {
      told = first;
      yield first;
    }
    try {
      for await (const event of deps.watch({ ...bounded(name), from: revision + 1, ...until })) {
        if (event.kind === "progress") continue;
        note(name, event, standing);
        if (!event.endsRevision) continue;
        const [holder] = inOrder(standing.values());
        if (isSame(told, holder)) continue;
        told = holder;
        yield holder;
      }
      return;
    } catch (error) {
      // What is forgotten by now is not missed: who holds it is asked anew.
      if (!(error instanceof KvdError) || error.failure.code !== "compacted") throw error;
    }
  }
}

function bounded(name: Uint8Array): Pick<WatchOptions, "start" | "end"> {
  const { start, end } = contenderInterval(name);
  return end === undefined ? { start } : { start, end };
}

function note(
  name: Uint8Array,
  event: Exclude<WatchEvent, { kind: "progress" }>,
  standing: Map<string, Contender>,
): void {
  const id = toHex(event.key);
  const contender =
    event.kind === "delete" ? undefined : contenderOf(name, { key: event.key, record: event.record });
  if (contender === undefined) standing.delete(id);
  else standing.set(id, contender);
}

function isSame(left: Holder | undefined, right: Holder | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return left.token === right.token && equalBytes(left.value, right.value);
}
