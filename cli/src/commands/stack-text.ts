import { localTime } from '../stack/held-stack.ts';
import type { UpState } from '../stack/held-state.ts';

/** Lines that a shell may evaluate: what is up as comments, its addresses as exports. The exports hold passwords. */
export function shellLines(state: UpState): string[] {
  const { name, provider, since, logFolder, keeper } = state;
  return [
    `# ${name} is up since ${localTime(since)} (${provider}, kept by process ${keeper.pid})`,
    `# logs: ${logFolder}`,
    '# loadkit run uses it; loadkit stack down ends it',
    ...exportLines(state),
  ];
}

export function exportLines({ endpoints }: UpState): string[] {
  const { baseUrl, redisUrl, mysqlUrl, kafkaBrokers, metricsUrls } = endpoints;
  const variables = {
    BASE_URL: baseUrl,
    REDIS_URL: redisUrl,
    MYSQL_URL: mysqlUrl,
    KAFKA_BROKERS: kafkaBrokers?.join(',') ?? null,
    ...Object.fromEntries(
      Object.entries(metricsUrls).map(([process, url]) => [
        `${process.toUpperCase().replaceAll('-', '_')}_METRICS_URL`,
        url,
      ]),
    ),
  };
  return Object.entries(variables).flatMap(([variable, value]) =>
    value === null ? [] : [`export ${variable}='${value.replaceAll("'", "'\\''")}'`],
  );
}
