/** The processes of the operator: started, crashed, paused, started again, with or without an election among them. */
import { MemoryLease } from '../support/memory-lease.ts';
import { type OperatorOptions, SimulatedOperator } from './operator.ts';
import { SimulatedProcess } from './process.ts';
import { meddle } from './users.ts';

export type ClusterOptions = Omit<OperatorOptions, 'process' | 'lease' | 'onLost' | 'onCritical'>;

/** What a kubelet gives a process that was told to stop, in milliseconds. */
const gracePeriodMs = 45_000;

export class Cluster {
  readonly #options: ClusterOptions;
  readonly #crashRate: number;
  readonly #alive = new Set<SimulatedProcess>();
  #lease: MemoryLease | undefined;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.#crashRate = options.choices.pick([0, 0.005, 0.02]);
  }

  /** One process works alone; several elect one of them. */
  start(replicas: number): void {
    this.#lease = replicas > 1 ? new MemoryLease() : undefined;
    for (let index = 0; index < replicas; index += 1) this.#startOne();
  }

  /** All end at once, and one that works alone takes their place. */
  replaceByOne(): void {
    for (const process of this.#alive) process.kill();
    this.#alive.clear();
    this.start(1);
  }

  #startOne(): void {
    const { timeline, choices, tally } = this.#options;
    const lease = this.#lease;
    const end = (): void => {
      process.kill();
      if (!this.#alive.delete(process)) return;
      timeline.after(choices.between(100, 8000), () => {
        if (lease === this.#lease) this.#startOne();
      });
    };
    const process = new SimulatedProcess({ timeline, choices, tally, crashRate: this.#crashRate }, end);
    this.#alive.add(process);
    const operator = new SimulatedOperator({
      ...this.#options,
      process,
      lease,
      onLost: () => {
        void operator.stop().then(end);
        timeline.after(gracePeriodMs, end);
      },
      onCritical: (during) => meddle(this.#options, during),
    });
    void operator.run();
    if (choices.deviates('pause', 0.15))
      timeline.after(choices.between(0, 30_000), () => process.pause(choices.between(1000, 40_000)));
  }
}
