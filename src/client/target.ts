import type { Address } from "../base/seams.ts";

/** Who may answer: the leader (or whoever forwards to it), one replica as good as another, or one node alone. */
export type Target =
  | { readonly kind: "leader" }
  | { readonly kind: "replica" }
  | { readonly kind: "node"; readonly address: Address };
