/** A state, or a step, that breaks a rule: what the search looks for. `rule` names the invariant. */
export class BrokenRule extends Error {
  override readonly name = "BrokenRule";
  readonly rule: string;

  constructor(rule: string, message: string) {
    super(`${rule}: ${message}`);
    this.rule = rule;
  }
}

/** Throws a BrokenRule unless the condition holds. */
export function demandRule(condition: boolean, rule: string, message: () => string): asserts condition {
  if (!condition) throw new BrokenRule(rule, message());
}

/** What broke: a rule of the search, or an assertion of the protocol's own (whatever copy of its class). */
export function brokenRuleOf(error: unknown): BrokenRule {
  if (error instanceof BrokenRule) return error;
  if (error instanceof Error && error.name === "AssertionError") {
    const [, rule = "assertion", text = error.message] = /^(I\d+): (.*)$/s.exec(error.message) ?? [];
    return new BrokenRule(rule, text);
  }
  throw error;
}
