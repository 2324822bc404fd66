/** A broken invariant: a bug or a lying disk, never an operating error. The process must not go on. */
export class AssertionError extends Error {
  override readonly name = "AssertionError";
}

/** Stops the program when an invariant does not hold. Always on; `message` names the invariant (I1..I44). */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Closes a `switch` over a union: a new member that nobody handles fails to compile here. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable: ${JSON.stringify(value)}`);
}

/** The value, which an invariant says is there. */
export function present<T>(value: T | undefined, message: string): T {
  if (value === undefined) throw new AssertionError(message);
  return value;
}
