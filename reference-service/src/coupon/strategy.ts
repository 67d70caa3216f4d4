import type { Redis } from 'ioredis';
import type { Config } from '../config.ts';
import type { Metrics } from '../metrics.ts';
import { atomicIssuer } from './atomic-issuer.ts';
import { CampaignLock } from './campaign-lock.ts';
import type { Issuer } from './issuer.ts';
import { lockingIssuer } from './locking-issuer.ts';
import { naiveIssuer } from './naive-issuer.ts';

/** For each request the issuer that `ISSUE_STRATEGY` names at the moment. */
export function issuerOf(settings: Config['coupon'], redis: Redis, metrics: Metrics): Issuer {
  const { lock } = settings;
  const underLock = (ttlMs: number | 'never'): Issuer => {
    const options = { holdMs: lock.holdMs, onLost: () => metrics.couponLocks.inc({ event: 'lost' }) };
    return lockingIssuer(redis, new CampaignLock(redis, { ...lock, ttlMs, random: Math.random, metrics }), options);
  };
  const issuers: Readonly<Record<Config['coupon']['strategy'], Issuer>> = {
    lua: atomicIssuer(redis),
    lock: underLock(lock.ttlMs),
    // Without an end it is wrong on purpose: a holder that dies shuts the campaign for all, until a person deletes the key.
    'lock-no-expiry': underLock('never'),
    naive: naiveIssuer(redis, settings),
  };
  return (request) => issuers[settings.strategy](request);
}
