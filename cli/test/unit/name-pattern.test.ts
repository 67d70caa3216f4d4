import { expect, test } from 'vitest';
import { namePattern } from '../../src/record/name-pattern.ts';

test.each([
  ['http://127.0.0.1:8080/items/42', 'http://127.0.0.1:8080/items/{}'],
  ['http://127.0.0.1:8080/items/42?page=3&size=20', 'http://127.0.0.1:8080/items/{}?{}'],
  ['http://localhost/users/3f2504e0-4f89-11d3-9a0c-0305e82c3301/cart', 'http://localhost/users/{}/cart'],
  ['http://h/a/12-7', 'http://h/a/{}'],
  ['http://h/orders/ord_8fk29dk3', 'http://h/orders/ord_{}'],
  ['http://h/users/user123', 'http://h/users/{}'],
  ['http://h/api/v2/items', 'http://h/api/v2/items'],
  ['http://h/', 'http://h/'],
  ['/relative/7', '/relative/{}'],
  ['GET http://h:81/a/5', 'GET http://h:81/a/{}'],
  ['issue_coupon', 'issue_coupon'],
  ['order 15', 'order {}'],
  ['http://h/items/{}', 'http://h/items/{}'],
  ['(other)', '(other)'],
])('%s is %s', (name, pattern) => {
  expect(namePattern(name)).toBe(pattern);
  expect(namePattern(pattern)).toBe(pattern);
});
