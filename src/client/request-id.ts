import { fromHex, toHex } from "../base/bytes.ts";

/** What makes a mutating request recognisable for ever: repeated with it, it is executed at most once. */
export interface RequestId {
  /** 16 bytes. */
  readonly client: Uint8Array;
  /** 1 or more. */
  readonly sequence: number;
  /** A point in cluster time, ms. */
  readonly deadlineMs: number;
}

export const CLIENT_BYTES = 16;

/** `CLIENT:SEQUENCE:DEADLINE`, the client in hexadecimal. */
export function formatRequestId(id: RequestId): string {
  return `${toHex(id.client)}:${id.sequence}:${id.deadlineMs}`;
}

/** The request id in the form that `formatRequestId` gives, or undefined when malformed. */
export function parseRequestId(text: string): RequestId | undefined {
  const match = /^([0-9a-fA-F]{32}):(\d{1,16}):(\d{1,16})$/.exec(text.trim());
  if (match === null) return undefined;
  const client = fromHex(match[1] ?? "");
  const sequence = Number(match[2]);
  const deadlineMs = Number(match[3]);
  if (client?.length !== CLIENT_BYTES || sequence < 1) return undefined;
  if (!Number.isSafeInteger(sequence) || !Number.isSafeInteger(deadlineMs)) return undefined;
  return { client, sequence, deadlineMs };
}
