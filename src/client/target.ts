import type { Address } from "../base/seams.ts";
import { invalidAddressReason } from "./endpoint-text.ts";
import { misuse } from "./misuse.ts";

/** Who may answer: the leader (or whoever forwards to it), one replica as good as another, or one node alone. */
export type Target =
  | { readonly kind: "leader" }
  | { readonly kind: "replica" }
  | { readonly kind: "node"; readonly address: Address };

/** The node there; throws a `bad_request` for what is no address. */
export function nodeAt(address: Address): Target {
  const reason = invalidAddressReason(address);
  if (reason !== undefined) throw misuse(reason);
  return { kind: "node", address };
}
