/** Ends the process for good: no restart brings back what its disk has forgotten, or the place that it had. */
export type Retire = (why: "forgotten" | "removed", reason: string) => never;
