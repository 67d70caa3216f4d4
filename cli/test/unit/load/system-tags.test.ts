import { describe, expect, test } from 'vitest';
import { foreignSystemTags, systemTags } from '../../../src/load/system-tags.ts';

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

describe('for a script that is not ours', () => {
  const summarized = [...needed, 'check', 'group'].sort();

  test('what k6’s summary counts by stays, and what makes a series for each URL or text goes', () => {
    expect(foreignSystemTags({})).toEqual(summarized);
  });

  test('a threshold sees the tag that it names where k6 has it on, and only there', () => {
    const thresholds = { 'http_reqs{url:http://a/}': [], 'http_reqs{ip:127.0.0.1}': [], 'http_reqs{mine:1}': [] };
    expect(foreignSystemTags({ thresholds })).toEqual([...summarized, 'url'].sort());
  });

  test('the script’s own choice stands, and no tag is added under which a threshold would suddenly see something', () => {
    const thresholds = { 'http_reqs{status:200}': ['count<1'] };
    expect(foreignSystemTags({ systemTags: ['url'], thresholds })).toEqual(
      ['error_code', 'method', 'name', 'scenario', 'url'].sort(),
    );
  });
});
