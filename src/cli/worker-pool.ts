import { Worker } from "node:worker_threads";

interface Job<Task, Answer> {
  readonly task: Task;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

export interface WorkerPoolOptions {
  /** A module that answers each message by one message. */
  readonly module: URL;
  readonly threads: number;
  /** A task that takes longer in real time, once its thread has started, is given up. */
  readonly taskMsMax: number;
}

/** Threads that each do one task at a time. A thread that dies or hangs fails its task, and another takes its place. */
export class WorkerPool<Task, Answer> {
  readonly #options: WorkerPoolOptions;
  readonly #queue: Job<Task, Answer>[] = [];
  readonly #idle: Worker[] = [];
  readonly #workers = new Set<Worker>();

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** The answer to `task`; an urgent one goes before those that still wait. */
  run(task: Task, isUrgent = false): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const job = { task, resolve, reject };
      if (isUrgent) this.#queue.unshift(job);
      else this.#queue.push(job);
      this.#next();
    });
  }

  /** Ends all threads at once; tasks under way are never answered. */
  async close(): Promise<void> {
    this.#queue.length = 0;
    await Promise.all([...this.#workers].map((worker) => worker.terminate()));
  }

  #next(): void {
    const isFull = this.#workers.size >= this.#options.threads;
    if (this.#queue.length === 0 || (this.#idle.length === 0 && isFull)) return;
    const job = this.#queue.shift() as Job<Task, Answer>;
    const idle = this.#idle.pop();
    const worker = idle ?? this.#open();
    const start = this.#do(worker, job);
    // How long a busy machine takes to start a thread says nothing of the task.
    if (idle === undefined) worker.once("online", start);
    else start();
  }

  #open(): Worker {
    const worker = new Worker(this.#options.module);
    this.#workers.add(worker);
    return worker;
  }

  /** Hands the job over; what is returned starts its time. */
  #do(worker: Worker, job: Job<Task, Answer>): () => void {
    const { taskMsMax } = this.#options;
    let hung: NodeJS.Timeout | undefined;
    const fail = (error: Error): void => {
      end();
      this.#workers.delete(worker);
      void worker.terminate();
      job.reject(error);
      this.#next();
    };
    const onExit = (): void => fail(new Error("the thread has ended"));
    const onMessage = (answer: Answer): void => {
      end();
      this.#idle.push(worker);
      job.resolve(answer);
      this.#next();
    };
    const end = (): void => {
      clearTimeout(hung);
      worker.off("message", onMessage).off("error", fail).off("exit", onExit);
    };
    worker.on("message", onMessage).on("error", fail).on("exit", onExit);
    worker.postMessage(job.task);
    return () => {
      hung = setTimeout(() => fail(new Error(`takes longer than ${taskMsMax / 1000} s`)), taskMsMax);
    };
  }
}
