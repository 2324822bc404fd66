import { type Activity, activityOf } from "./activity.ts";
import { activityText, COLUMN_HELP, SORT_TITLES } from "./activity-table.ts";
import { showDuration } from "./duration.ts";
import type { LiveSubject } from "./live-view.ts";
import type { Surveyed } from "./survey.ts";

/** What `+` and `-` choose among. */
const PERIODS_MS: readonly number[] = [500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000];

const HELP = `s, right   sort by the next column, which then has a *; after the last one by name again
left       by the one before
+ -        look less often, more often
?          this, and back

Each node counts what it does; what is shown is what came in between two looks, and - where nothing is known.
A request counts at the node that its client asked.

${COLUMN_HELP}`;

/** How busy the members are, from each look to the next. */
export class ActivityView implements LiveSubject {
  readonly #survey: () => Promise<readonly Surveyed[]>;
  #periodMs: number;
  #seen: readonly Surveyed[] = [];
  #activity: Activity | undefined;
  #sortedBy = 0;
  #page: "activity" | "help" = "activity";

  constructor(survey: () => Promise<readonly Surveyed[]>, periodMs: number) {
    this.#survey = survey;
    this.#periodMs = periodMs;
  }

  get periodMs(): number {
    return this.#periodMs;
  }

  get keys(): string {
    return `s sort  + - every ${showDuration(this.#periodMs)}  ? help`;
  }

  /** What the last look has shown; undefined before the first. */
  get activity(): Activity | undefined {
    return this.#activity;
  }

  async look(): Promise<void> {
    const members = await this.#survey();
    this.#activity = activityOf(this.#seen, members);
    this.#seen = members;
  }

  text(columns: number): string {
    if (this.#page === "help") return HELP;
    if (this.#activity === undefined) return "";
    return activityText(this.#activity, { columns, sortedBy: SORT_TITLES[this.#sortedBy] ?? "" });
  }

  onKey(key: string): void {
    switch (key) {
      case "?":
        this.#page = this.#page === "help" ? "activity" : "help";
        break;
      case "s":
      case "right":
        this.#sortBy(1);
        break;
      case "left":
        this.#sortBy(-1);
        break;
      case "+":
        this.#periodMs = PERIODS_MS.find((ms) => ms > this.#periodMs) ?? this.#periodMs;
        break;
      case "-":
        this.#periodMs = PERIODS_MS.findLast((ms) => ms < this.#periodMs) ?? this.#periodMs;
        break;
    }
  }

  #sortBy(step: number): void {
    this.#sortedBy = (this.#sortedBy + step + SORT_TITLES.length) % SORT_TITLES.length;
  }
}
