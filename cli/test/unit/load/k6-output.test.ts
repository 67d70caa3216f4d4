import { expect, test } from 'vitest';
import { parseK6Output } from '../../../src/load/k6-output.ts';

// As k6 2.2.0 prints it where stdout is no terminal.
const head = `
         /\\      Grafana   /‾‾/
    /\\  /  \\     |\\  __   /  /

     execution: local
        script: theirs.js
        output: opentelemetry (http/protobuf, 127.0.0.1:4318)

     scenarios: (100.00%) 2 scenarios, 3 max VUs, 10m31s max duration (incl. graceful stop):
              * a: 2 looping VUs for 2s
              * long: Up to 5.00 iterations/s for 2s over 1 stages (maxVUs: 2, gracefulStop: 30s)

`;
const block = (first: string) =>
  `\n${first}\na      [  50% ] 2 VUs  1.0s/2s\nlong ✓ [ 100% ] 0/2 VUs  2s  4.74 iters/s\n`;
const running = (complete: number, interrupted: number) =>
  block(`running (00m01.0s), 3/5 VUs, ${complete} complete and ${interrupted} interrupted iterations`);

test('what the script prints is what is left beside k6’s banner and progress, byte for byte', () => {
  const printed = '\nMINE\nrunning (nothing), 1 complete\n{"a": [1]}\nno newline at the end';
  const text = `${head}${block('Init      [  67% ] 4/6 VUs initialized')}${running(2, 0)}${printed}${running(11, 3)}`;

  expect(parseK6Output(text)).toEqual({ printed, iterations: { complete: 11, interrupted: 3 }, testMs: 1_000 });
});

test('a script that only ran its setup has no iterations', () => {
  const text = `${head}${block('Run       [ 100% ] setup()')}summary\n${block('Run       [ 100% ] setup()')}`;
  expect(parseK6Output(text)).toEqual({ printed: 'summary\n', iterations: null, testMs: null });
});

test.each(['', '\n  banner only\n\n'])('k6 that ended before it began printed nothing of the script’s: %j', (text) => {
  expect(parseK6Output(text)).toEqual({ printed: '', iterations: null, testMs: null });
});
