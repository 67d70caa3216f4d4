import { expect, test } from 'vitest';
import { systemTags } from '../../../src/load/system-tags.ts';

const needed = ['error_code', 'expected_response', 'method', 'name', 'scenario', 'status'];

test('a script that says nothing gets what loadkit needs', () => {
  expect(systemTags({})).toEqual(needed);
  expect(systemTags({ systemTags: null, thresholds: null })).toEqual(needed);
});

test('k6’s own default, as k6 inspect prints it, is not a choice of the script', () => {
  const defaults =
    'check,error,error_code,expected_response,group,method,name,proto,scenario,service,status,subproto,tls_version,url';
  expect(systemTags({ systemTags: defaults.split(',') })).toEqual(needed);
});

test('tags that a script chose are kept', () => {
  expect(systemTags({ systemTags: ['proto', 'status'] })).toEqual([...needed, 'proto'].sort());
});

test('every system tag under a threshold is kept, a script’s own tag is not asked of k6', () => {
  const thresholds = { 'checks{check:is ok}': [], 'http_req_duration{group:::shop,kind:slow}': ['avg<1'] };
  expect(systemTags({ thresholds })).toEqual([...needed, 'check', 'group'].sort());
});
