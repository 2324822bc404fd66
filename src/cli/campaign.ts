/** What a campaign needs of one seed's run. */
export interface CampaignOptions<Outcome> {
  readonly first: number;
  /** Undefined: until `isOver`. */
  readonly last: number | undefined;
  /** How many seeds may be under way, or done and waiting for a lower one. */
  readonly ahead: number;
  readonly run: (seed: number) => Promise<Outcome>;
  /** No further seed is begun once this holds. */
  readonly isOver: () => boolean;
}

/** The outcomes of many seeds, in the order of the seeds whichever ends first. Ends with `interrupt`. */
export async function* campaign<Outcome>(
  options: CampaignOptions<Outcome>,
  interrupt: Promise<"interrupted">,
): AsyncGenerator<Outcome> {
  const { first, last, ahead, run, isOver } = options;
  const started: Promise<Outcome>[] = [];
  let next = first;
  for (;;) {
    while (started.length < ahead && (last === undefined || next <= last) && !isOver()) {
      const outcome = run(next++);
      // It is looked at later, in its turn: until then a failure is no unhandled one.
      outcome.catch(() => undefined);
      started.push(outcome);
    }
    const oldest = started.shift();
    if (oldest === undefined) return;
    const outcome = await Promise.race([oldest, interrupt]);
    if (outcome === "interrupted") return;
    yield outcome as Outcome;
  }
}
