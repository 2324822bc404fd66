import { conditionFailed, failure, KvdError } from "../base/errors.ts";
import { bytesOf } from "./key-bytes.ts";
import { misuse, wholeNumber } from "./operations.ts";
import type { Bytes, Fence, PutOptions, WriteOptions } from "./options.ts";
import type { DeleteReply, PutReply, TxnReply } from "./replies.ts";
import type { TxnCompare, TxnDo, TxnRequest } from "./txn.ts";

/**
 * The same transaction, done only while the fence stands. What is done otherwise may only read: it would be
 * done without the fence as well.
 */
export function fencedTxn(request: TxnRequest, fence: Fence): TxnRequest {
  const otherwise = request.else ?? [];
  if (otherwise.some((step) => !("get" in step)))
    throw misuse("the else of a fenced transaction may only get: it is done when the fence has fallen, too");
  return {
    ...request,
    if: [fenceCompare(fence), ...(request.if ?? [])],
    else: [{ get: fence.key }, ...otherwise],
  };
}

/** The answer to the transaction itself; throws `fenced` when the fence did not stand. */
export function unfencedReply(reply: TxnReply, fence: Fence): TxnReply {
  if (reply.succeeded) return reply;
  const [found, ...answers] = reply.answers;
  const standing = found?.kind === "get" ? found.record?.createRevision : undefined;
  if (standing !== fence.token) throw fenced(fence);
  return { ...reply, answers };
}

/** A put with its conditions, as a transaction that the fence can be part of. */
export function putRequest(key: Bytes, value: Bytes, options: PutOptions): TxnRequest {
  const { previous = false, ttlMs, leaseId } = options;
  const lifetime = {
    ...(ttlMs === undefined ? {} : { ttlMs }),
    ...(leaseId === undefined ? {} : { leaseId }),
  };
  return conditional(key, options, { put: key, value, previous, ...lifetime });
}

export function putReply(reply: TxnReply): PutReply {
  const { revision, servedBy } = reply;
  const [answer] = reply.answers;
  if (!reply.succeeded || answer?.kind !== "put") throw conflict(reply);
  const { createRevision, version, previous } = answer;
  return { revision, servedBy, createRevision, version, previous };
}

export function deleteRequest(key: Bytes, options: WriteOptions): TxnRequest {
  return conditional(key, options, { delete: key, previous: options.previous ?? false });
}

export function deleteReply(reply: TxnReply): DeleteReply {
  const { revision, servedBy } = reply;
  const [answer] = reply.answers;
  if (!reply.succeeded || answer?.kind !== "delete") throw conflict(reply);
  const { deleted, previous } = answer;
  return { revision, servedBy, deleted, previous };
}

/** If the condition does not hold, the answer is what stands there instead. */
function conditional(key: Bytes, options: WriteOptions, step: TxnDo): TxnRequest {
  const compares: TxnCompare[] = [];
  if (options.ifAbsent === true) compares.push({ key, exists: false });
  if (options.ifRevision !== undefined) compares.push({ key, revision: options.ifRevision });
  if (options.ifValue !== undefined) compares.push({ key, value: options.ifValue });
  if (compares.length > 1) throw misuse("ifAbsent, ifRevision and ifValue exclude each other; name one");
  return compares.length === 0 ? { do: [step] } : { if: compares, do: [step], else: [{ get: key }] };
}

function fenceCompare(fence: Fence): TxnCompare {
  if (wholeNumber(fence.token, "the fence's token") === 0) throw misuse("a fence's token is never 0");
  return { key: bytesOf(fence.key), createRevision: fence.token };
}

function conflict(reply: TxnReply): KvdError {
  const [found] = reply.answers;
  const revision = found?.kind === "get" ? (found.record?.modRevision ?? 0) : 0;
  const message = revision === 0 ? "the key is absent" : `the key is at revision ${revision}`;
  return new KvdError(
    conditionFailed({ kind: "revision", revision }, `the condition does not hold: ${message}`),
  );
}

function fenced({ token }: Fence): KvdError {
  const message = `the lock with token ${token} is not held any more; nothing was changed`;
  return new KvdError(failure("fenced", "not_applied", message));
}
