import { type Config, ConfigError, readConfig } from './config.ts';
import { resetRedis } from './fixture/redis-fixture.ts';
import { resetTables } from './fixture/table-fixture.ts';
import { createTopic } from './fixture/topic-fixture.ts';
import { createLog, type Log } from './log.ts';

/**
 * Makes what is missing (tables, topic, stream), forgets all that happened, and puts the same campaign, products and
 * users in place each time. The service may run, but must be idle. The last line on stdout is what was made.
 */
async function reset(config: Config, log: Log): Promise<void> {
  const { fixture } = config;
  const topic = createTopic(config.kafka, log);
  // Redis last: from then on coupons can be taken, and their rows need the tables.
  const stores = resetTables(config.mysql, fixture).then(() => resetRedis(config.redis, fixture));
  await Promise.all([topic, stores]);
  process.stdout.write(`${JSON.stringify({ ...fixture, partitions: await topic })}\n`);
}

try {
  const config = readConfig();
  await reset(config, createLog('fixture', 'error'));
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof ConfigError ? 2 : 1);
}
