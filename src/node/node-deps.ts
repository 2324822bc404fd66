import type { Address, Clock, Crypto, DiskSpace, Fatal, Network, Random, Timers } from "../base/seams.ts";
import type { Storage } from "../storage/storage.ts";
import type { TransportFactory } from "../transport/service.ts";
import type { Log } from "./log.ts";
import type { Retire } from "./retire.ts";
import type { StepObserver } from "./step.ts";

/** What a node stands on. */
export interface NodeDeps {
  readonly storage: Storage;
  readonly network: Network;
  readonly openTransport: TransportFactory;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly crypto: Crypto;
  readonly retire: Retire;
  /** Ends the process, because its state is wrong: no later one may use it. */
  readonly fence: Fatal;
  readonly log: Log;
  /** Whether an address is on this machine, where large datagrams are cheap. */
  readonly isSameHost: (address: Address) => boolean;
  /** Of the disk that `storage` is on. */
  readonly disk: () => DiskSpace;
  /** Figures of the machine and the process, for status: name and value. */
  readonly machine?: () => ReadonlyMap<string, number>;
  /** Sees every step of the protocol after it was taken. */
  readonly onStep?: StepObserver | undefined;
}
