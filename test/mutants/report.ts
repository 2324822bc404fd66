import type { Hunt } from "./hunt.ts";
import type { Mutant } from "./mutant.ts";

/** A build, broken or not, and what its detectors made of it. */
export interface Case {
  readonly mutant: Mutant;
  /** One per detector. */
  readonly hunts: readonly Hunt[];
}

/** A mutant must be noticed by every detector that it names, for a broken rule; the build as it is by none. */
export function isAsItShouldBe({ mutant, hunts }: Case): boolean {
  if (mutant.edits.length === 0) return hunts.every(({ finding }) => finding === undefined);
  return hunts.every(({ finding }) => finding?.kind === "rule");
}

/** What a detector noticed, and after how much work. */
export function verdictOf({ detector, finding, effort, seconds }: Hunt): string {
  const where = detector.kind === "swarm" ? "swarm" : detector.scenario;
  const after = `${effort === "" ? "" : `${effort}, `}${seconds.toFixed(1)} s`;
  if (finding === undefined) return `${where}: nothing in ${after}`;
  if (finding.kind === "crash") return `${where}: a crash that proves nothing: ${finding.text}`;
  return `${where}: ${finding.rule} (${after})`;
}

export function lineOf(one: Case): string {
  const mark = isAsItShouldBe(one) ? "ok  " : "BAD ";
  const { name, breaks } = one.mutant;
  const verdicts = one.hunts.map((hunt) => `       ${verdictOf(hunt)}`);
  return [`${mark} ${name}: ${breaks}`, ...verdicts].join("\n");
}

/** As docs/FINDINGS.md has it: without the times, which are the machine's. */
export function tableOf(cases: readonly Case[]): string {
  const rows = cases.map(({ mutant, hunts }) => {
    const noticed = hunts.map(({ detector, finding, effort }) => {
      const where = detector.kind === "swarm" ? "swarm" : detector.scenario;
      return `${where}: ${finding?.kind === "rule" ? finding.rule : "nothing"} (${effort})`;
    });
    return `| ${mutant.name} | ${mutant.breaks} | ${noticed.join("; ").replaceAll("|", "\\|")} |`;
  });
  return ["| mutant | what is broken | noticed by |", "|---|---|---|", ...rows].join("\n");
}
