import { KvdError } from "../base/errors.ts";
import { SLOT_KEYS_MAX } from "../base/limits.ts";
import type { DeleteRangeOperation, Extent, Result } from "../kv/command.ts";
import { fenced } from "./fence.ts";
import { intervalOf } from "./key-bytes.ts";
import { misuse, refuseUnfit, wholeNumber } from "./misuse.ts";
import { DELETE_RANGE_NAMES } from "./option-names.ts";
import type { ChangeOptions, DeleteRangeOptions } from "./options.ts";
import type { Answered, DeleteRangeReply } from "./replies.ts";

type StepReply = Extract<Result, { kind: "delete-range" }> & Answered;

export interface DeleteSteps {
  readonly nowMs: () => number;
  /** For all steps together, when the options name no other. */
  readonly timeoutMs: number;
  /** One request of its own. */
  readonly step: (make: () => DeleteRangeOperation, options: ChangeOptions) => Promise<StepReply>;
}

/** Deletes an interval by as many requests as it takes; each of them is executed once. */
export async function deleteInSteps(
  options: DeleteRangeOptions,
  { nowMs, timeoutMs, step }: DeleteSteps,
): Promise<DeleteRangeReply> {
  refuseUnfit("option", options, DELETE_RANGE_NAMES);
  const { expectedCount, requestId, identity } = options;
  const isNamed = requestId !== undefined || identity !== undefined;
  const limit = limitOf(options);
  // An option that was meant to have a value must not stand for every key.
  if (options.prefix === undefined && options.start === undefined && options.end === undefined)
    throw misuse("no range is named; name a prefix, a start or an end; the prefix '' is every key");
  const endMs = nowMs() + (options.timeoutMs ?? timeoutMs);
  const interval = intervalOf(options);
  let count = 0;
  for (;;) {
    const extent: Extent =
      expectedCount === undefined
        ? { kind: "up-to", keys: Math.min(SLOT_KEYS_MAX, limit - count) }
        : { kind: "exactly", keys: expectedCount };
    const stepOptions: ChangeOptions = {
      timeoutMs: Math.max(1, endMs - nowMs()),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(requestId === undefined ? {} : { requestId }),
      ...(identity === undefined ? {} : { identity }),
    };
    const reply = await step(
      () => fenced({ kind: "delete-range", ...interval, extent }, options),
      stepOptions,
    ).catch((error: unknown) => {
      throw count === 0 ? error : afterSteps(error, count);
    });
    count += reply.count;
    const { revision, more, servedBy } = reply;
    if (!more || count >= limit || isNamed) {
      const answered = reply.repeated === undefined ? {} : { repeated: reply.repeated };
      return { count, revision, more, servedBy, ...answered };
    }
  }
}

function limitOf({ expectedCount, limit, requestId, identity }: DeleteRangeOptions): number {
  if (expectedCount !== undefined) {
    if (limit !== undefined) throw misuse("limit and expectedCount exclude each other; name one");
    return wholeNumber(expectedCount, "expectedCount");
  }
  const keys = limit === undefined ? Number.POSITIVE_INFINITY : wholeNumber(limit, "limit");
  // A request id belongs to one request, whose content is fixed.
  if ((requestId ?? identity) !== undefined && keys > SLOT_KEYS_MAX)
    throw misuse(`a request id needs an expectedCount, or a limit of at most ${SLOT_KEYS_MAX} keys`);
  if (keys === 0) throw misuse("a limit of 0 deletes nothing; name at least 1");
  return keys;
}

/** Earlier steps have changed something: no error may say that nothing was. */
function afterSteps(error: unknown, count: number): unknown {
  if (!(error instanceof KvdError)) return error;
  const { failure } = error;
  const message = `${count} keys are deleted, and then: ${failure.message}; deleting again goes on`;
  return new KvdError({ ...failure, outcome: "unknown", message });
}
