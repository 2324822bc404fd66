import type { Failure } from "../../base/errors.ts";
import type { WatchEvent } from "../../client/replies.ts";
import { keyText } from "../../kv/key-text.ts";
import { equalRecords, type LoggedChange, type Model } from "./model.ts";
import { demand } from "./violation.ts";

const RULE = "I22 a watch tells each change once, in order, and leaves none out";

/** What somebody watches: keys that begin with `prefix`, from a revision on; undefined: from now on. */
export interface Watched {
  readonly name: string;
  readonly prefix: string;
  readonly from: number | undefined;
  /** The greatest revision that anybody had been told of. */
  readonly revisionFloor: number;
}

/** Holds one watch to the changes of the model: what comes is the next one that it wants, whoever tells it. */
export class WatchTrack {
  readonly #model: Model;
  readonly #watched: Watched;
  /** The place of the next change in the model's order; undefined as long as nobody has said where it begins. */
  #at: number | undefined;
  /** Everything below this revision was told. */
  #next: number;

  constructor(model: Model, watched: Watched) {
    this.#model = model;
    this.#watched = watched;
    this.#at = watched.from === undefined ? undefined : model.placeOf(watched.from);
    this.#next = watched.from ?? 0;
  }

  /** From which revision on another watch would go on, without a gap; undefined before anything was told. */
  get next(): number | undefined {
    return this.#at === undefined ? undefined : this.#next;
  }

  /** Whether it was told of everything that there is. */
  get isComplete(): boolean {
    return this.#at !== undefined && this.#wanted() === undefined;
  }

  onEvent(event: WatchEvent): void {
    if (event.kind === "progress") this.#onProgress(event.revision);
    else this.#onChange(event);
  }

  /** It was refused since it wants what is forgotten. */
  onRefused({ code }: Failure): void {
    if (code !== "compacted") return;
    const { compacted } = this.#model.metaAt(this.#model.watermark);
    demand(
      this.#next > 0 && compacted >= this.#next,
      "I22 only what is forgotten is refused",
      () =>
        `${this.#watched.name} was refused revision ${this.#next}, forgotten are those up to ${compacted}`,
    );
  }

  #onProgress(revision: number): void {
    const { name, revisionFloor } = this.#watched;
    const last = this.#model.metaAt(this.#model.watermark).revision;
    demand(revision <= last, RULE, () => `${name} stands at ${revision}, the store at ${last}`);
    if (this.#at === undefined) {
      const message = (): string => `${name} begins after ${revision}, and ${revisionFloor} had been told of`;
      demand(revision >= revisionFloor, "I28 a watch begins fresh", message);
      this.#at = this.#model.placeOf(revision + 1);
    }
    const wanted = this.#wanted();
    demand(
      wanted === undefined || wanted.change.revision > revision,
      RULE,
      () => `${name} is said to know all up to ${revision}, but not ${textOf(wanted)}`,
    );
    this.#next = Math.max(this.#next, revision + 1);
  }

  #onChange(event: Exclude<WatchEvent, { kind: "progress" }>): void {
    const { key, revision, previousRevision, previous, endsRevision } = event;
    const { name } = this.#watched;
    demand(this.#at !== undefined, RULE, () => `${name} is told of ${revision} before where it begins`);
    const wanted = this.#wanted();
    const record = event.kind === "put" ? event.record : undefined;
    demand(
      wanted !== undefined &&
        wanted.key === keyText(key) &&
        wanted.change.revision === revision &&
        wanted.change.previousRevision === previousRevision &&
        equalRecords(wanted.change.record, record),
      RULE,
      () => `${name} is told of ${keyText(key)}@${revision}, next is ${textOf(wanted)}`,
    );
    this.#checkPrevious(wanted, previous);
    this.#at += 1;
    const isLast = this.#wanted()?.change.revision !== revision;
    demand(
      endsRevision === isLast,
      RULE,
      () => `${name} is told that ${revision} ${endsRevision ? "ends" : "goes on"}`,
    );
    this.#next = isLast ? revision + 1 : revision;
  }

  #checkPrevious({ key, change }: LoggedChange, previous: Parameters<typeof equalRecords>[0]): void {
    const before = this.#model.recordAtRevision(key, change.revision - 1);
    const { compacted } = this.#model.metaAt(this.#model.watermark);
    const mayBeForgotten = before !== undefined && before.modRevision <= compacted;
    demand(
      equalRecords(previous, before) || (previous === undefined && mayBeForgotten),
      "I22 a watch tells what was there before",
      () => `${this.#watched.name}: ${key}@${change.revision} was ${previous?.modRevision} before`,
    );
  }

  /** The next change that it is to be told of. */
  #wanted(): LoggedChange | undefined {
    for (; this.#at !== undefined; this.#at++) {
      const change = this.#model.changeAt(this.#at);
      if (change === undefined || change.key.startsWith(this.#watched.prefix)) return change;
    }
    return undefined;
  }
}

function textOf(wanted: LoggedChange | undefined): string {
  return wanted === undefined ? "nothing" : `${wanted.key}@${wanted.change.revision}`;
}

/** What one machine's programs watch, one after the other. */
export class Watching {
  readonly prefix: string;
  readonly #model: Model;
  #track: WatchTrack | undefined;

  constructor(model: Model, prefix: string) {
    this.#model = model;
    this.prefix = prefix;
  }

  /** The watch that was begun last, and had something told. */
  get track(): WatchTrack | undefined {
    return this.#track;
  }

  begin(watched: Watched): WatchTrack {
    this.#track = new WatchTrack(this.#model, watched);
    return this.#track;
  }

  /** Where it would go on is forgotten: the next one begins anew. */
  forget(): void {
    this.#track = undefined;
  }
}
