import { EMPTY_BYTES } from "../base/bytes.ts";
import type { Fence } from "../kv/command.ts";
import { bytesField, countField } from "./fields.ts";

interface FenceBody {
  readonly fenceKey: Uint8Array;
  readonly fenceToken: number;
}

const NO_FENCE: FenceBody = { fenceKey: EMPTY_BYTES, fenceToken: 0 };
const UNFENCED = {};

/** The token is 0 for a change that depends on no lock. */
export function fenceBody(fence: Fence | undefined): FenceBody {
  return fence === undefined ? NO_FENCE : { fenceKey: fence.key, fenceToken: fence.token };
}

/** Reads what `fenceBody` gave, as the property of an operation. */
export function fenceField({ fenceKey, fenceToken }: FenceBody): { readonly fence?: Fence } {
  const token = countField(fenceToken, "token of a fence");
  return token === 0 ? UNFENCED : { fence: { key: bytesField(fenceKey), token } };
}
