import { createLogUpdate } from 'log-update';
import picocolors from 'picocolors';
import type { Phase } from '../record/run-record.ts';
import type { SeriesLine } from '../record/series.ts';
import type { Clock } from '../system/clock.ts';
import { createLiveFold } from './live-figures.ts';
import { blockLines, clockTime, type LiveProgress, loadEndLine, logLine, phaseLine } from './live-text.ts';

/** What a run shows of itself while it goes on. Shows only: nothing here decides anything. */
export interface LiveView {
  /** A step of the current phase, such as `redis 7.0.15 ready`. */
  step(message: string): void;
  /** A phase begins. `plannedMs` null: it ends when it is done. */
  phase(name: Phase['name'], plannedMs: number | null): void;
  /** A line of the series: load, sample or event. */
  add(line: SeriesLine): void;
  /** Something that must stay on the screen. */
  note(message: string): void;
  /** Leaves the last state as text and gives the terminal back; a second call does nothing. */
  stop(): void;
}

export interface LiveViewOptions {
  readonly stream: NodeJS.WritableStream & { readonly columns?: number };
  /** True for a terminal that can move its cursor (not `TERM=dumb`): one block, redrawn. False: a line now and then. */
  readonly isTty: boolean;
  readonly color: boolean;
  /** Nothing at all but notes. */
  readonly quiet: boolean;
  readonly clock: Clock;
  /** The scenario. */
  readonly title: string;
}

const redrawEveryMs = 500;
const logEveryMs = 10_000;
const hideCursor = '\u001B[?25l';
const showCursor = '\u001B[?25h';

/** Where progress is drawn: as a block on a terminal, as lines elsewhere, or nowhere. */
interface Surface {
  readonly everyMs: number;
  /** A phase has begun. */
  begin(): void;
  /** Shows the state as it is now. */
  show(): void;
  /** A line that stays. */
  keep(text: string): void;
  close(): void;
}

export function createLiveView(options: LiveViewOptions): LiveView {
  const { clock, quiet, isTty, color, title, stream } = options;
  const colors = picocolors.createColors(color);
  let fold = createLiveFold();
  let phase: Phase['name'] = 'start';
  let plannedMs: number | null = null;
  let startedAt = clock.monotonic();
  let step: string | null = null;
  let stopped = false;

  const progress = (): LiveProgress => ({ title, phase, plannedMs, step, elapsedMs: clock.monotonic() - startedAt });
  const line = (): string => logLine(progress(), fold.figures());
  const block = (): string => blockLines(progress(), fold.figures(), columnsOf(stream), colors).join('\n');
  const begun = (): string => phaseLine(progress());
  const surface = quiet ? silent(stream) : isTty ? blockSurface(stream, block) : lineSurface(stream, begun, line);

  // The beat begins with the phase, so that a log has 00:10, 00:20, … of it.
  let beat = startBeat(surface, clock);
  const endPhase = (): void => {
    beat.abort();
    if (phase === 'load' && !quiet) surface.keep(loadEndLine(progress(), fold.figures()));
  };
  return {
    step: (message) => {
      if (stopped || quiet) return;
      step = message;
      surface.keep(colors.dim(`  ${clockTime(clock.monotonic() - startedAt)} ${message}`));
    },
    phase: (name, planned) => {
      if (stopped) return;
      endPhase();
      if (name === 'load') fold = createLiveFold();
      phase = name;
      plannedMs = planned;
      startedAt = clock.monotonic();
      step = null;
      surface.begin();
      beat = startBeat(surface, clock);
    },
    add: (seriesLine) => {
      // A warm-up's requests are not the load's.
      if (seriesLine.kind !== 'load' || phase === 'load') fold.add(seriesLine);
    },
    note: (message) => surface.keep(colors.yellow(message)),
    stop: () => {
      if (stopped) return;
      stopped = true;
      endPhase();
      surface.close();
    },
  };
}

function startBeat(surface: Surface, clock: Clock): AbortController {
  const ending = new AbortController();
  const beat = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await clock.sleep(surface.everyMs, ending.signal);
      if (!ending.signal.aborted) surface.show();
    }
  };
  // The sleep rejects when the beat ends.
  beat().catch(() => undefined);
  return ending;
}

function blockSurface(stream: LiveViewOptions['stream'], block: () => string): Surface {
  // log-update hides the cursor of the process's own stderr, whatever stream it writes to: we hide that of ours.
  const update = createLogUpdate(stream, { showCursor: true });
  let open = true;
  const restore = (): void => {
    stream.write(showCursor);
  };
  process.once('exit', restore);
  stream.write(hideCursor);
  const show = (): void => {
    if (open) update(block());
  };
  return {
    everyMs: redrawEveryMs,
    begin: show,
    show,
    keep: (text) => {
      if (open) update.clear();
      stream.write(`${text}\n`);
      show();
    },
    close: () => {
      update.clear();
      open = false;
      restore();
      process.off('exit', restore);
    },
  };
}

function lineSurface(stream: LiveViewOptions['stream'], begun: () => string, line: () => string): Surface {
  const print = (text: string): void => {
    stream.write(`${text}\n`);
  };
  return {
    everyMs: logEveryMs,
    begin: () => print(begun()),
    show: () => print(line()),
    keep: print,
    close: () => undefined,
  };
}

function silent(stream: LiveViewOptions['stream']): Surface {
  const nothing = (): void => undefined;
  return {
    everyMs: logEveryMs,
    begin: nothing,
    show: nothing,
    keep: (text) => {
      stream.write(`${text}\n`);
    },
    close: nothing,
  };
}

// The last column stays free: some terminals wrap when it is written.
function columnsOf(stream: LiveViewOptions['stream']): number {
  return (stream.columns ?? 80) - 1;
}
