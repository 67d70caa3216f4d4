import { describe, expect, it } from 'vitest';
import { parseExternalUrls } from '../../src/config/external-urls.ts';

describe('addresses of a target', () => {
  it('are taken as they are, without the last slash of the base', () => {
    const urls = parseExternalUrls({
      baseUrl: 'http://127.0.0.1:8080/',
      redisUrl: 'redis://:secret@127.0.0.1:6379/1',
      mysqlUrl: 'mysql://user:pass@127.0.0.1:3306/shop',
      kafkaBrokers: '127.0.0.1:9092, [::1]:9093',
      metricsUrl: ['http://127.0.0.1:8080/metrics', 'worker=http://127.0.0.1:8081/metrics'],
    });
    expect(urls).toEqual({
      baseUrl: 'http://127.0.0.1:8080',
      redisUrl: 'redis://:secret@127.0.0.1:6379/1',
      mysqlUrl: 'mysql://user:pass@127.0.0.1:3306/shop',
      kafkaBrokers: ['127.0.0.1:9092', '[::1]:9093'],
      metricsUrls: { service: 'http://127.0.0.1:8080/metrics', worker: 'http://127.0.0.1:8081/metrics' },
    });
  });

  it('are null where they are not given', () => {
    expect(parseExternalUrls({ metricsUrl: [] })).toMatchObject({ baseUrl: null, redisUrl: null, metricsUrls: {} });
  });

  it.each([
    [{ baseUrl: '127.0.0.1:8080' }, /--base-url: expected an address such as http:/],
    [{ redisUrl: 'http://127.0.0.1' }, /--redis-url/],
    [{ mysqlUrl: 'postgres://u:hidden@127.0.0.1/x' }, /--mysql-url/],
    [{ kafkaBrokers: '127.0.0.1' }, /--kafka-brokers: expected host:port/],
    [{ metricsUrl: ['a=http://127.0.0.1/m', 'a=http://127.0.0.1/n'] }, /given twice/],
  ])('that are wrong are usage errors: %j', (flags, message) => {
    expect(() => parseExternalUrls({ metricsUrl: [], ...flags })).toThrowError(message);
    expect(() => parseExternalUrls({ metricsUrl: [], ...flags })).toThrowError(
      expect.objectContaining({ exitCode: 2, message: expect.not.stringContaining('hidden') }),
    );
  });
});
