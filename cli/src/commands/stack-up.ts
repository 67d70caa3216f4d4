import type { ServicePlan } from '../pipeline/plan-run.ts';
import { askStatus } from '../stack/held-line.ts';
import { differences } from '../stack/held-stack.ts';
import { readStack, stackPlace, type UpState } from '../stack/held-state.ts';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import type { CommandContext } from './context.ts';
import { listenForInterrupt } from './interrupt.ts';
import { type UpFlags, wantedService } from './stack-flags.ts';
import { keepStack } from './stack-keeper.ts';
import { startKeeper } from './stack-keeper-process.ts';
import type { KeepOrder } from './stack-order.ts';
import { exportLines, shellLines } from './stack-text.ts';

/** `loadkit stack up`. */
export async function bringUp(flags: UpFlags, context: CommandContext): Promise<number> {
  const { environment, output } = context;
  const service = await wantedService(flags, context);
  const { name } = service.manifest;
  const place = stackPlace(environment.cacheFolder, name, service.folder);
  const present = await readStack(place);
  if (present?.status === 'starting') {
    throw new LoadkitError('stack-claimed', `${name} is being started by process ${present.keeper.pid}`, {
      hint: 'loadkit stack status says when it is up',
      exitCode: exitCode.unreachable,
    });
  }
  const order: KeepOrder = {
    serviceFolder: service.folder,
    set: { ...service.settings },
    fixture: { ...service.fixture },
    stack: flags.stack,
    install: flags.install,
  };
  if (present !== null) {
    await checkPresent(present, service, order);
    output.err.write(`${name} is up already\n`);
    print(present, flags, context);
    return exitCode.ok;
  }
  if (flags.foreground) return keepInForeground(order, flags, context);
  print(await startKeeper(order, place, flags, context), flags, context);
  return exitCode.ok;
}

function print(state: UpState, flags: UpFlags, { output }: CommandContext): void {
  for (const line of (flags.export ? exportLines : shellLines)(state)) output.out.write(`${line}\n`);
}

/** Throws when what is up is not what is wanted (2), or not whole (93). */
async function checkPresent(state: UpState, { manifest, settings }: ServicePlan, order: KeepOrder): Promise<void> {
  const { name } = state;
  const others = [
    ...differences(state, manifest, settings),
    ...Object.entries(order.fixture)
      .filter(([key, value]) => state.fixture[key] !== value)
      .map(([key, value]) => `was started with the fixture ${key}=${state.fixture[key]}, not ${value}`),
    ...(order.stack === 'auto' || order.stack === state.provider ? [] : [`is ${state.provider}, not ${order.stack}`]),
  ];
  if (others.length > 0) {
    throw new LoadkitError('stack-differs', `${name} is up already, and ${others.join('; it ')}`, {
      hint: 'end it first: loadkit stack down',
      exitCode: exitCode.usage,
    });
  }
  const { missing } = (
    await askStatus(state.socket).catch((error: unknown) => {
      throw notWhole(
        `${name} is up, but its keeper (process ${state.keeper.pid}) does not answer: ${messageOf(error)}`,
      );
    })
  ).living;
  if (missing.length > 0) throw notWhole(`${name} is up, but has lost ${missing.join(', ')}`);
}

function notWhole(message: string): LoadkitError {
  return new LoadkitError('stack-broken', message, {
    hint: 'loadkit stack down, then up again',
    exitCode: exitCode.unreachable,
  });
}

async function keepInForeground(order: KeepOrder, flags: UpFlags, context: CommandContext): Promise<number> {
  const { err } = context.output;
  const say = (line: string): void => {
    if (!flags.quiet) err.write(`${line}\n`);
  };
  const interrupt = listenForInterrupt((name) => say(`${name}: ending the stack; once more ends it at once`));
  try {
    await keepStack(
      order,
      context,
      {
        progress: say,
        up: (state) => {
          print(state, flags, context);
          say('Ctrl-C ends it');
        },
      },
      interrupt,
    );
    return exitCode.ok;
  } finally {
    interrupt.release();
  }
}
