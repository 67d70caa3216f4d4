import fc from 'fast-check';
import { AssignerProtocol } from 'kafkajs';
import { expect, test } from 'vitest';
import { assignedTopics } from '../../../src/probes/kafka-groups.ts';
import { lagOf, positionOf, timeLag } from '../../../src/probes/kafka-lag.ts';
import { offsetOf } from '../../../src/probes/kafka-offsets.ts';
import { decodeDeadlocks, decodeServer, decodeSingle, decodeStatus } from '../../../src/probes/mysql-rows.ts';
import { newestEntry, slowlogLength } from '../../../src/probes/redis-slowlog.ts';
import { decodeGroup, decodeLastId } from '../../../src/probes/redis-stream.ts';
import {
  altered,
  anyJson,
  anyName,
  anyNumber,
  everyExample,
  nativeNames,
  numberText,
  valueOrOurs,
} from '../malformed.ts';

const group = ['name', 'writer', 'consumers', 1, 'pending', 4, 'last-delivered-id', '5-0', 'entries-read', 9, 'lag', 3];

test('an answer to XINFO of any form has a lag and pending entries, or is refused', () => {
  everyExample(fc.oneof(altered([group, group]), anyJson), (answer) => {
    const decoded = valueOrOurs(() => decodeGroup(answer, 'writer'));
    if (decoded === null || decoded instanceof Error) return;
    expect(decoded.pending).toBeGreaterThanOrEqual(0);
    expect(decoded.lag ?? 0).toBeGreaterThanOrEqual(0);
    expect(typeof decoded.lastDelivered).toBe('string');
  });
  everyExample(fc.oneof(altered(['length', 3, 'last-generated-id', '5-0']), anyJson), (answer) => {
    const id = valueOrOurs(() => decodeLastId(answer));
    if (!(id instanceof Error)) expect(id === null || typeof id === 'string').toBe(true);
  });
});

test('fields in another order, twice, or with the name of what every object has make no other group', () => {
  const pairs = [0, 2, 4, 6, 8, 10].map((at) => group.slice(at, at + 2));
  everyExample(fc.shuffledSubarray(pairs, { minLength: pairs.length }), (order) => {
    const strange = nativeNames.flatMap((name) => [name, { pending: 900, lag: 900 }]);
    const answer = [[...strange, ...order.flat(), ...strange, ...order.flat()]];
    expect(decodeGroup(answer, 'writer')).toEqual({ pending: 4, lag: 3, lastDelivered: '5-0' });
  });
  for (const name of nativeNames) expect(decodeGroup([group], name)).toBeNull();
});

test('a slow log of any form has a newest entry and a length, or is refused', () => {
  everyExample(fc.oneof(altered([[14, 1_309_448_221, 15, ['ping']]]), anyJson), (answer) => {
    const id = valueOrOurs(() => newestEntry(answer));
    if (id !== null && !(id instanceof Error)) expect(Number.isSafeInteger(id)).toBe(true);
    const length = valueOrOurs(() => slowlogLength(answer));
    if (!(length instanceof Error)) expect(length).toBeGreaterThanOrEqual(0);
  });
});

test('rows of MySQL of any form are finite numbers, or are refused', () => {
  const rows = [{ Variable_name: 'Questions', Value: '17' }];
  const values = fc.oneof(numberText, anyNumber, anyJson);
  const changed = fc.oneof(
    altered(rows),
    anyJson,
    values.map((Value) => [{ Variable_name: 'Questions', Value }]),
  );
  everyExample(changed, (answer) => {
    const status = valueOrOurs(() => decodeStatus(answer));
    if (!(status instanceof Error)) for (const value of status.values()) expect(Number.isFinite(value)).toBe(true);
    valueOrOurs(() => decodeServer(answer));
  });
  everyExample(fc.tuple(anyName, values), ([name, value]) => {
    const single = valueOrOurs(() => decodeSingle([Object.fromEntries([[name, value]])], 'SELECT 1'));
    if (!(single instanceof Error)) expect(Number.isFinite(single)).toBe(true);
    const deadlocks = valueOrOurs(() => decodeDeadlocks([{ COUNT: value }]));
    if (!(deadlocks instanceof Error)) expect(Number.isFinite(deadlocks)).toBe(true);
  });
  for (const empty of [[], [{}], null])
    expect(valueOrOurs(() => decodeSingle(empty, 'SELECT 1'))).toBeInstanceOf(Error);
});

test('an offset is a whole number, or is refused: nothing is not 0', () => {
  everyExample(numberText, (text) => {
    const offset = valueOrOurs(() => offsetOf(text));
    if (!(offset instanceof Error)) expect(String(offset)).toBe(text);
  });
  for (const text of ['', ' ', '1.5', '0x10', '9'.repeat(30)]) {
    expect(valueOrOurs(() => offsetOf(text))).toMatchObject({ code: 'kafka-answer' });
  }
});

test('offsets in any order, and of a topic that was made anew, are no lag below zero', () => {
  const offset = fc.integer({ min: -1, max: 1_000 });
  const readings = fc.array(fc.record({ low: offset, end: offset, committed: offset }));
  everyExample(readings, (list) => {
    const age = timeLag();
    for (const [index, reading] of list.entries()) {
      const offsets = { partition: 0, ...reading };
      expect(lagOf(offsets)).toBeGreaterThanOrEqual(0);
      expect(positionOf(offsets)).toBeGreaterThanOrEqual(-1);
      const aged = age.observe(index * 1_000, offsets);
      expect(aged === undefined || (Number.isFinite(aged) && aged >= 0)).toBe(true);
    }
  });
});

test('what a member of a group was given is a list of topics, or none where it cannot be read', () => {
  const whole = AssignerProtocol.MemberAssignment.encode({
    ...{ version: 1, userData: Buffer.alloc(0) },
    assignment: { orders: [0, 1], constructor: [2] },
  });
  expect(assignedTopics(whole).sort()).toEqual(['constructor', 'orders']);
  const bytes = fc.tuple(fc.nat(), fc.nat(255), fc.boolean()).map(([at, byte, isCut]) => {
    if (isCut) return whole.subarray(0, at % whole.length);
    const changed = Buffer.from(whole);
    changed[at % whole.length] = byte;
    return changed;
  });
  const any = fc.uint8Array({ maxLength: 40 }).map((list) => Buffer.from(list));
  everyExample(fc.oneof(bytes, any), (given) => {
    for (const topic of assignedTopics(given)) expect(typeof topic).toBe('string');
  });
});
