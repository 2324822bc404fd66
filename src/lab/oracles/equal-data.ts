import { equalBytes } from "../../base/bytes.ts";

/** Whether two pieces of plain data say the same; a field that is undefined is one that is not there. */
export function equalData(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (left instanceof Uint8Array || right instanceof Uint8Array)
    return left instanceof Uint8Array && right instanceof Uint8Array && equalBytes(left, right);
  for (const field in left) if (!equalData(Reflect.get(left, field), Reflect.get(right, field))) return false;
  // What both have was compared above.
  for (const field in right) {
    if (!(field in left) && Reflect.get(right, field) !== undefined) return false;
  }
  return true;
}
