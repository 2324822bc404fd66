import { nearestName } from "../../base/nearest.ts";
import { SystemCrypto } from "../../io/system-crypto.ts";
import type { Scenario } from "../../lab/explore/scenario.ts";
import { SCENARIOS, withTimers } from "../../lab/explore/scenarios.ts";
import { type Progress, Search, type SearchResult } from "../../lab/explore/search.ts";
import { transcript } from "../../lab/explore/transcript.ts";
import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { untilInterrupted } from "../interrupt.ts";
import { openCore } from "../open-core.ts";
import { usageError } from "../program-error.ts";
import { ProgressLine } from "../progress-line.ts";
import { formatOf, print, printJson } from "../session.ts";
import { formatTable } from "../table.ts";

const STATES = 300_000;
const STATES_LIMIT = 100_000_000;
const DEPTH_LIMIT = 10_000;
/** Slices of a search from one line of --verbose to the next. */
const SLICES_PER_LINE = 8;
/** Transcripts are laid out for this width when nobody looks. */
const COLUMNS = 140;

/** `kvlab explore`: all orders of events of small instances. */
export const labExploreCommand: Command = {
  usage: "explore",
  describe: "try all orders of messages, time-outs, crashes and doubled messages of small groups",
  options: {
    scenario: { alias: "S", type: "string", describe: "this one alone [all, one after the other]" },
    list: { type: "boolean", describe: "say what each scenario looks for, and search nothing" },
    depth: { alias: "d", type: "string", describe: "so many steps from the beginning [the scenario's own]" },
    states: { type: "string", describe: `stop each scenario at so many states [${STATES}]` },
    timers: { type: "boolean", describe: "with a heartbeat or tick more of each voter, at any time" },
    checks: {
      type: "boolean",
      describe: "check what each disk would recover, and that equal states behave alike",
    },
    verbose: {
      alias: "v",
      type: "boolean",
      describe: "how much was tried and remembered, and how far it is",
    },
  },
  examples: [
    ["$0 explore", "every scenario, up to its bounds"],
    ["$0 explore --scenario rivals --states 10000000", "one of them, to its end"],
  ],
  run: explore,
};

interface Explored {
  readonly scenario: Scenario;
  readonly search: Search;
  readonly result: SearchResult;
  readonly realMs: number;
}

async function explore(run: Run): Promise<ExitCode> {
  const scenarios = scenariosOf(run);
  if (run.args.flag("list")) return list(run, scenarios);
  const core = await openCore();
  const line = new ProgressLine(run.terminal, () => performance.now());
  let searched = 0;
  let broken = 0;
  let states = 0;
  const startMs = performance.now();
  const isInterrupted = await untilInterrupted(async (interrupt) => {
    let isOver = false;
    void interrupt.then(() => {
      isOver = true;
    });
    for (const scenario of scenarios) {
      const explored = await exploreOne(searchFor(run, scenario, core), {
        scenario,
        isOver: () => isOver,
        onSlice: reporterOf(run, line, { scenario, searched, count: scenarios.length }),
      });
      line.clear();
      show(run, explored);
      states += explored.result.states;
      if (explored.result.end.kind === "broken") broken++;
      if (explored.result.end.kind === "interrupted") return;
      searched++;
    }
  });
  if (formatOf(run, "table") === "table" && scenarios.length > 1) {
    const verdict = broken === 0 ? "nothing broken" : `${broken} of ${scenarios.length} scenarios BROKEN`;
    print(run, `all: ${states} states in ${seconds(performance.now() - startMs)}: ${verdict}\n`);
  }
  const isCut = isInterrupted && searched < scenarios.length;
  if (isCut)
    run.terminal.err(`kvlab: interrupted; ${searched} of ${scenarios.length} scenarios were searched\n`);
  if (broken > 0) return EXIT_CODES.negative;
  return isCut ? EXIT_CODES.interrupted : EXIT_CODES.done;
}

function searchFor(run: Run, scenario: Scenario, core: Awaited<ReturnType<typeof openCore>>): Search {
  const { args } = run;
  return new Search({
    core,
    crypto: new SystemCrypto(),
    scenario: args.flag("timers") ? withTimers(scenario) : scenario,
    statesMax: statesMaxOf(run),
    depthMax: args.integer("depth", 1, DEPTH_LIMIT) ?? scenario.depth ?? DEPTH_LIMIT,
    isReduced: true,
    isThorough: args.flag("checks"),
  });
}

function statesMaxOf({ args }: Run): number {
  return args.integer("states", 1, STATES_LIMIT) ?? STATES;
}

interface Watch {
  readonly scenario: Scenario;
  readonly isOver: () => boolean;
  readonly onSlice: (progress: Progress) => void;
}

/** Before each slice signals and a lost reader are heard of. */
async function exploreOne(search: Search, { scenario, isOver, onSlice }: Watch): Promise<Explored> {
  const startMs = performance.now();
  const slices = search.slices();
  for (;;) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    const slice = slices.next(isOver());
    if (slice.done === true) {
      return { scenario, search, result: slice.value, realMs: performance.now() - startMs };
    }
    onSlice(slice.value);
  }
}

interface Place {
  readonly scenario: Scenario;
  /** Scenarios before it, and in all. */
  readonly searched: number;
  readonly count: number;
}

/** Says how far a search is: lines that stay with --verbose, else one at the foot of a terminal. */
function reporterOf(run: Run, line: ProgressLine, place: Place): (progress: Progress) => void {
  const { scenario, searched, count } = place;
  const isVerbose = run.args.flag("verbose");
  const statesMax = statesMaxOf(run);
  let slices = 0;
  return ({ states, depth }) => {
    if (run.args.flag("quiet")) return;
    const text = `${scenario.name}: ${states} states, depth ${depth}`;
    if (!isVerbose) line.show((searched + states / statesMax) / count, text);
    else if (slices++ % SLICES_PER_LINE === 0) run.terminal.err(`${text}\n`);
  };
}

function scenariosOf(run: Run): readonly Scenario[] {
  const wanted = run.args.optionalText("scenario");
  if (wanted === undefined) return SCENARIOS;
  const found = SCENARIOS.find(({ name }) => name === wanted);
  if (found !== undefined) return [found];
  const nearest = nearestName(
    wanted,
    SCENARIOS.map(({ name }) => name),
  );
  const advice = nearest === undefined ? "see kvlab explore --list" : `did you mean ${nearest}?`;
  throw usageError(`--scenario: there is no '${wanted}'; ${advice}`);
}

function list(run: Run, scenarios: readonly Scenario[]): ExitCode {
  if (formatOf(run, "table") === "json") {
    printJson(run, "lab_scenarios", { scenarios: scenarios.map(jsonScenario) });
  } else {
    const rows = scenarios.map(({ name, voters, slots, depth, about }) => {
      return [name, `${voters}`, `${slots}`, depth === undefined ? "-" : `${depth}`, about];
    });
    print(run, formatTable(["SCENARIO", "VOTERS", "SLOTS", "DEPTH", "LOOKS FOR"], rows));
  }
  return EXIT_CODES.done;
}

function jsonScenario({ name, voters, slots, depth, about }: Scenario): object {
  return { name, about, voters, slots, depth: depth ?? null };
}

function show(run: Run, explored: Explored): void {
  if (formatOf(run, "table") === "json") {
    printJson(run, "lab_explore", jsonOf(explored));
    return;
  }
  const { scenario, search, result, realMs } = explored;
  const rate = Math.round((result.states / Math.max(realMs, 1)) * 1000);
  print(
    run,
    `${scenario.name}: ${result.states} states, depth ${result.depth}, ${rate} states/s: ${endText(result)}\n`,
  );
  if (run.args.flag("verbose")) {
    const { transitions, memberStates, messages, runs, beyond } = result;
    print(
      run,
      `  ${transitions} transitions, ${memberStates} member states, ${messages} messages, ${runs} runs of the ` +
        `protocol, ${beyond} steps beyond the bounds, ${search.symmetryOrder} names for each state, ${seconds(realMs)}\n`,
    );
  }
  if (result.end.kind !== "broken") return;
  const { broken, steps } = result.end.counterExample;
  const columns = run.terminal.isOutputTty ? run.terminal.outputColumns() : COLUMNS;
  print(run, `\n${transcript(search.table, steps, columns)}\nBROKEN ${broken.message}\n\n`);
}

function endText({ end, depth }: SearchResult): string {
  switch (end.kind) {
    case "exhausted":
      return "exhausted, nothing broken";
    case "depth-reached":
      return `searched to its depth of ${depth}, nothing broken`;
    case "states-reached":
      return `stopped at the bound on states; everything up to depth ${depth} was looked at, nothing broken`;
    case "interrupted":
      return `interrupted; everything up to depth ${depth} was looked at, nothing broken`;
    case "broken":
      return `BROKEN after ${end.counterExample.steps.length} steps`;
  }
}

function jsonOf({ scenario, result, realMs }: Explored): Readonly<Record<string, unknown>> {
  const { end, states, depth, transitions, memberStates, messages, runs, beyond } = result;
  const broken = end.kind === "broken" ? end.counterExample : undefined;
  return {
    scenario: scenario.name,
    end: end.kind.replace("-", "_"),
    states,
    depth,
    transitions,
    member_states: memberStates,
    messages,
    protocol_runs: runs,
    beyond_bounds: beyond,
    real_ms: Math.round(realMs),
    rule: broken?.broken.rule ?? null,
    violation: broken?.broken.message ?? null,
    steps: broken?.steps.length ?? null,
  };
}

function seconds(realMs: number): string {
  return `${(realMs / 1000).toFixed(1)} s`;
}
