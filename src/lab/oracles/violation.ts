/** A broken promise that an oracle noticed; `oracle` names the rule, the message says who broke it and how. */
export class Violation extends Error {
  override readonly name = "Violation";
  readonly oracle: string;

  constructor(oracle: string, message: string, cause?: unknown) {
    super(`${oracle}: ${message}`, { cause });
    this.oracle = oracle;
  }
}

/** Throws a Violation of `oracle` unless the condition holds. */
export function demand(condition: boolean, oracle: string, message: () => string): asserts condition {
  if (!condition) throw new Violation(oracle, message());
}

/**
 * The name of what was broken, the same for every failure of one kind: the oracle of a Violation, else the error
 * with its numbers left out, so that a failed assertion is recognised at another slot. The number of the invariant
 * that it begins with stays.
 */
export function violatedBy(failure: unknown): string {
  if (failure instanceof Violation) return failure.oracle;
  if (!(failure instanceof Error)) return String(failure);
  const [message = ""] = failure.message.split("\n");
  return `${failure.name}: ${message.replace(/(?<!^I\d*)\d+(?:\.\d+)*/g, "N")}`;
}
