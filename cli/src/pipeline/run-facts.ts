import type { Part, Phase, RunRecord } from '../record/run-record.ts';
import { recordVersion } from '../record/run-record.ts';
import type { EventLine } from '../record/series.ts';
import type { Clock } from '../system/clock.ts';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { maskSecrets, maskSecretsIn } from '../system/secret.ts';

type PhaseName = Phase['name'];

/**
 * The record of a run while it grows; `record()` gives what is known so far, ready to be written at any moment. No secret gets
 * into it: settings, options and messages are masked on their way in.
 */
export class RunFacts {
  readonly #clock: Clock;
  readonly #onEvent: (event: EventLine) => void;
  #record: RunRecord;

  constructor(
    start: Pick<
      RunRecord,
      'id' | 'loadkit' | 'command' | 'timeZone' | 'host' | 'git' | 'scenario' | 'set' | 'allowedHosts' | 'notices'
    >,
    clock: Clock,
    onEvent: (event: EventLine) => void,
  ) {
    this.#clock = clock;
    this.#onEvent = onEvent;
    this.#record = {
      schema: 'loadkit.run',
      version: recordVersion,
      ...maskSecretsIn(start),
      status: 'running',
      startedAt: clock.now(),
      endedAt: null,
      fixture: {},
      stack: null,
      parts: [],
      phases: [],
      load: null,
      drain: null,
      probeNotes: {},
      invariants: [],
      errors: [],
      judgement: null,
      drill: null,
    };
  }

  record(): RunRecord {
    return this.#record;
  }

  add(
    facts: Partial<
      Pick<RunRecord, 'fixture' | 'stack' | 'load' | 'drain' | 'probeNotes' | 'invariants' | 'judgement' | 'drill'>
    >,
  ): void {
    const { fixture, probeNotes } = facts;
    this.#record = {
      ...this.#record,
      ...facts,
      ...(fixture === undefined ? {} : { fixture: maskSecretsIn(fixture) }),
      ...(probeNotes === undefined ? {} : { probeNotes: maskSecretsIn(probeNotes) }),
    };
  }

  addParts(parts: readonly Part[]): void {
    this.#record = { ...this.#record, parts: [...this.#record.parts, ...maskSecretsIn(parts)] };
  }

  /** Runs a step as a phase; its end is recorded also when it throws. */
  async phase<T>(name: PhaseName, step: () => Promise<T>): Promise<T> {
    const startedAt = this.#clock.now();
    this.#record = { ...this.#record, phases: [...this.#record.phases, { name, startedAt, endedAt: null }] };
    this.#onEvent({ kind: 'event', t: startedAt, name: 'phase', subject: name });
    try {
      return await step();
    } finally {
      const endedAt = this.#clock.now();
      const phases = this.#record.phases.map((phase) =>
        phase.name === name && phase.startedAt === startedAt ? { ...phase, endedAt } : phase,
      );
      this.#record = { ...this.#record, phases };
    }
  }

  /** An error that ended the run, or that it survived. */
  addError(error: unknown): void {
    const known = error instanceof LoadkitError;
    const entry = {
      code: known ? error.code : 'internal',
      message: maskSecrets(messageOf(error)),
      hint: known && error.hint !== undefined ? maskSecrets(error.hint) : null,
    };
    this.#record = { ...this.#record, errors: [...this.#record.errors, entry] };
  }

  /** Closes the record: `failed` holds what ended it early. */
  end(failed: unknown): void {
    this.#record = { ...this.#record, status: statusOf(failed), endedAt: this.#clock.now() };
  }
}

function statusOf(failed: unknown): RunRecord['status'] {
  if (failed === undefined) return 'complete';
  return failed instanceof LoadkitError && failed.exitCode === exitCode.interrupted ? 'interrupted' : 'failed';
}
