import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askProgram, failureOf } from '../../src/toolchain/program-output.ts';
import { type Machine, makeMachine } from '../fixtures/toolchain/machine.ts';

let machine: Machine;

beforeEach(() => {
  machine = makeMachine();
});
afterEach(() => machine.remove());

describe('asking a program', () => {
  it('gives up on one that hangs, with the children that hold its output open', async () => {
    const file = machine.script('hangs', 'sleep 60 & wait');
    const output = await askProgram(file, [], machine.search(), { timeoutMs: 200 });
    expect(output).toEqual({ ok: false, reason: 'gave no answer within 0.2 s' });
  });

  it('ends at once when the command is interrupted', async () => {
    const controller = new AbortController();
    const file = machine.script('hangs', 'sleep 60');
    const asked = askProgram(file, [], machine.search({ signal: controller.signal }));
    controller.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
  });

  it('gives it the environment named and nothing else', async () => {
    const file = machine.script('tells', 'env');
    const context = machine.search({ env: { PATH: '/usr/bin:/bin', JAVA_TOOL_OPTIONS: '-Xmx1m' } });
    const output = await askProgram(file, [], context, { env: { LC_ALL: 'C' } });
    const names = output.ok ? [...output.text.matchAll(/^(\w+)=/gm)].map(([, name]) => name) : [];
    expect(names.filter((name) => !['PWD', 'SHLVL', '_'].includes(name ?? '')).sort()).toEqual([
      'JAVA_TOOL_OPTIONS',
      'LC_ALL',
      'PATH',
    ]);
  });

  it('says what is wrong in one line', async () => {
    const file = machine.script('fails', 'echo starting; echo "libaio.so.1: cannot open" >&2; exit 127');
    expect(failureOf(await askProgram(file, [], machine.search()))).toBe('exit 127: libaio.so.1: cannot open');
  });
});
