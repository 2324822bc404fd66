/** What showed that a build is broken. */
export type Finding =
  /** An oracle of the lab, or an assertion of kvd itself, named by its rule. */
  | { readonly kind: "rule"; readonly rule: string; readonly text: string }
  /** Anything else: the mutant is nonsense rather than wrong, and proves nothing. */
  | { readonly kind: "crash"; readonly text: string };

/** `seed 7, at 12.000 ms: NAME: MESSAGE`: the error that ended the run, as its stack begins. */
const ENDED_BY = /(?:^|: )(Violation|\w*Error): (.+)/;

/** Reads the report of a failed run. */
export function findingOf(report: string): Finding {
  const match = ENDED_BY.exec(report);
  const [, name, message] = match ?? [];
  if (message === undefined) return { kind: "crash", text: report.slice(0, 400) };
  // Thrown out of the lab's own requests, which a healed cluster has to serve.
  if (name === "KvdError") return { kind: "rule", rule: "I42 a healed cluster serves", text: message };
  if (name !== "Violation" && name !== "AssertionError")
    return { kind: "crash", text: `${name}: ${message}` };
  return { kind: "rule", rule: ruleOf(message), text: message };
}

/** The rule's name stands before the first colon; an assertion of kvd is its rule itself. */
function ruleOf(message: string): string {
  const [first, second] = message.split(": ");
  return /^I\d+$/.test(first ?? "") ? `${first} ${second}` : (first ?? message);
}
