import { KvdError } from "../../base/errors.ts";
import type { Address } from "../../base/seams.ts";
import { Dispatcher } from "../../client/dispatcher.ts";
import type { LinksDeps } from "../../client/links.ts";
import type { KeyRecord } from "../../kv/command.ts";

/** A linearizable read of one node alone: that of a follower takes another way than the leader's. */
export function readAtNode(
  address: Address,
  read: { readonly key: Uint8Array; readonly patienceMs: number },
  deps: LinksDeps,
): Promise<{ readonly record: KeyRecord | undefined; readonly revision: number }> {
  const dispatcher = new Dispatcher([address], deps);
  const { key, patienceMs } = read;
  return new Promise((resolve, reject) => {
    dispatcher.start({
      target: { kind: "node", address },
      changes: false,
      timeoutMs: patienceMs,
      giveUpMs: deps.clock.nowMs() + patienceMs,
      request: (id, timeoutMs) => ({
        kind: "get",
        id,
        timeoutMs,
        key,
        consistency: { level: "linearizable" },
      }),
      settle: ({ body, revision }) => {
        dispatcher.close();
        if (body.kind === "record") resolve({ record: body.record, revision });
        else reject(new Error(body.kind));
      },
      fail: (failure) => {
        dispatcher.close();
        reject(new KvdError(failure));
      },
    });
  });
}
