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
