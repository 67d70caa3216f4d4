import type { Redis } from 'ioredis';
import type { Config } from '../config.ts';
import type { Metrics } from '../metrics.ts';
import { atomicIssuer } from './atomic-issuer.ts';
import { CampaignLock } from './campaign-lock.ts';
import type { Issuer } from './issuer.ts';
import { lockingIssuer } from './locking-issuer.ts';
import { naiveIssuer } from './naive-issuer.ts';

/** The issuer that `ISSUE_STRATEGY` names. */
export function issuerOf({ strategy, naiveGapMs, lock }: Config['coupon'], redis: Redis, metrics: Metrics): Issuer {
  switch (strategy) {
    case 'lua':
      return atomicIssuer(redis);
    case 'lock':
    case 'lock-no-expiry': {
      // Without an end it is wrong on purpose: a holder that dies shuts the campaign for all, until a person deletes the key.
      const ttlMs = strategy === 'lock' ? lock.ttlMs : 'never';
      const options = { holdMs: lock.holdMs, onLost: () => metrics.couponLocks.inc({ event: 'lost' }) };
      return lockingIssuer(redis, new CampaignLock(redis, { ...lock, ttlMs, random: Math.random, metrics }), options);
    }
    case 'naive':
      return naiveIssuer(redis, naiveGapMs);
  }
}
