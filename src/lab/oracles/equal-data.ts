import { equalBytes } from "../../base/bytes.ts";

/** Whether two pieces of plain data say the same; a field that is undefined is one that is not there. */
export function equalData(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (left instanceof Uint8Array || right instanceof Uint8Array)
    return left instanceof Uint8Array && right instanceof Uint8Array && equalBytes(left, right);
  const fields = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...fields].every((field) => equalData(Reflect.get(left, field), Reflect.get(right, field)));
}
