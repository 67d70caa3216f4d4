import type { failureIds } from '../record/drill.ts';
import type { FaultTarget } from './fault-target.ts';
import type { UndoStep } from './undo-step.ts';

/** Something that is broken on purpose, and how it is put back. One file each; the list is `registry.ts`. */
export interface Fault {
  /** Kebab-case noun: `redis-black-hole`, `lock-orphan`. */
  readonly id: string;
  /** Row of section 4 that it measures; null for the placebo. */
  readonly failure: (typeof failureIds)[number] | null;
  /** One line for `loadkit drill list`. */
  readonly about: string;
  readonly scenario: 'coupon' | 'order';
  /** Stores that it reaches through a proxy of their own. */
  readonly proxies: ReadonlyArray<'redis' | 'mysql' | 'kafka'>;
  /** Stores that it ends, and that the stack starts again when they have been down for the hold. */
  readonly restarts?: ReadonlyArray<'redis' | 'mysql' | 'kafka'>;
  /** Of the stack that is started for it; true unless said. */
  readonly redisPersistence?: false;
  /**
   * What it touches of a target: `stores` can be reached wherever they are, `processes` where loadkit started them.
   * Absent: it can be injected only into a stack that is started for it.
   */
  readonly touches?: 'stores' | 'processes';
  /** Settings of the service under which it is injected; a mitigation changes some of them. */
  readonly set: Readonly<Record<string, string>>;
  /** Settings of the load: `{ HOT_PRODUCTS: '5' }`. */
  readonly env: Readonly<Record<string, string>>;
  /** Size of the fixture, where the usual one would not do. */
  readonly fixture?: (load: FaultLoad) => Readonly<Record<string, string>>;
  /** Arrivals a second unless told otherwise; 100 where it names none. */
  readonly rate?: number;
  /** How many times as many arrive while it stands; as many as before where it names none. */
  readonly surge?: number;
  /** How long it stands unless told otherwise. Milliseconds. */
  readonly holdMs: number;
  /** A shorter hold would be over before it bites, and is made so long. Milliseconds. */
  readonly leastHoldMs?: number;
  /** With a longer hold it would be another fault, and is made so short. Milliseconds. */
  readonly mostHoldMs?: number;
  /** Id of the fault that this one is once more, against a mitigation that is in place. */
  readonly mitigates?: string;
  /** Kebab-case noun: `lock-timeout`. */
  readonly mitigation?: string;
  /**
   * Looks at the target and says what will have to be undone, before anything is touched. Rejects with `LoadkitError`
   * (exit 93 or 2) where it cannot be injected there.
   */
  prepare(target: FaultTarget, signal: AbortSignal): Promise<PreparedFault>;
}

/** What a drill's load will be like. */
export interface FaultLoad {
  /** Arrivals a second. */
  readonly rate: number;
  readonly baselineMs: number;
  readonly holdMs: number;
}

export interface PreparedFault {
  /** Written to the journal before `inject` is called. */
  readonly undo: readonly UndoStep[];
  /**
   * Resolves, when the fault stands, with what was done to whom; may add steps that are known only then, before they are needed.
   *
   * @param until when the injector will put everything back at the latest, epoch milliseconds: what can end by itself ends then
   */
  inject(
    journal: (step: UndoStep) => Promise<void>,
    signal: AbortSignal,
    until: number,
  ): Promise<Record<string, string | number>>;
  /** What has to be done again and again for the fault to stand. Resolves soon after `signal` aborts, before anything is undone. */
  keepUp?(signal: AbortSignal): Promise<void>;
}
