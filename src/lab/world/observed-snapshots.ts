import type {
  BuiltState,
  SnapshotManifest,
  SnapshotReceiver,
  SnapshotStorage,
} from "../../storage/snapshot.ts";
import { type CommitPart, type CrashPoint, POINTS } from "./crash-points.ts";

type Pass = (point: CrashPoint) => void;

/** A node's snapshots, with somebody who looks over its shoulder. */
export class ObservedSnapshots implements SnapshotStorage {
  readonly #snapshots: SnapshotStorage;
  readonly #pass: Pass;
  readonly #receivers = new WeakMap<SnapshotReceiver, SnapshotReceiver>();

  constructor(snapshots: SnapshotStorage, pass: Pass) {
    this.#snapshots = snapshots;
    this.#pass = pass;
  }

  get latest(): SnapshotManifest | undefined {
    return this.#snapshots.latest;
  }

  get isWriting(): boolean {
    return this.#snapshots.isWriting;
  }

  write(done: (manifest: SnapshotManifest) => void): void {
    passing(this.#pass, "snapshot", done, (passed) => this.#snapshots.write(passed));
  }

  readChunk(index: number): Uint8Array | undefined {
    return this.#snapshots.readChunk(index);
  }

  manifestOf(encoded: Uint8Array): SnapshotManifest | undefined {
    return this.#snapshots.manifestOf(encoded);
  }

  get receiving(): SnapshotReceiver | undefined {
    const { receiving } = this.#snapshots;
    return receiving && this.#observed(receiving);
  }

  receive(manifest: SnapshotManifest): SnapshotReceiver {
    return this.#observed(this.#snapshots.receive(manifest));
  }

  #observed(receiver: SnapshotReceiver): SnapshotReceiver {
    const known = this.#receivers.get(receiver);
    if (known !== undefined) return known;
    const observed = new ObservedReceiver(receiver, this.#pass);
    this.#receivers.set(receiver, observed);
    return observed;
  }
}

class ObservedReceiver implements SnapshotReceiver {
  readonly manifest: SnapshotManifest;
  readonly #receiver: SnapshotReceiver;
  readonly #pass: Pass;

  constructor(receiver: SnapshotReceiver, pass: Pass) {
    this.manifest = receiver.manifest;
    this.#receiver = receiver;
    this.#pass = pass;
  }

  nextMissing(from: number): number {
    return this.#receiver.nextMissing(from);
  }

  add(index: number, chunk: Uint8Array, done: () => void): boolean {
    return passing(this.#pass, "received-chunk", done, (passed) => this.#receiver.add(index, chunk, passed));
  }

  build(done: (built: BuiltState) => void): void {
    passing(this.#pass, "state-build", done, (passed) => this.#receiver.build(passed));
  }

  abandon(): void {
    this.#receiver.abandon();
  }
}

/** Runs `submit` with a `done` around which the points of `part` are passed. */
function passing<Told extends readonly unknown[], Result>(
  pass: Pass,
  part: CommitPart,
  done: (...told: Told) => void,
  submit: (passed: (...told: Told) => void) => Result,
): Result {
  const points = POINTS[part];
  pass(points.before);
  const result = submit((...told) => {
    pass(points.committed);
    done(...told);
    pass(points.announced);
  });
  pass(points.submitted);
  return result;
}
