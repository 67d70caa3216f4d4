import type { K6Tool, MysqlTool, RedisTool, Toolchain, ToolName } from '../system/tool.ts';
import type { SearchContext } from './context.ts';
import { type JavaTool, javaFinder } from './java.ts';
import { k6Finder } from './k6.ts';
import { type KafkaBroker, kafkaFinder, withJava } from './kafka.ts';
import { mysqlFinder } from './mysql.ts';
import { redisFinder } from './redis.ts';
import { type Search, searchTool } from './search.ts';

/** What a search of the whole machine gave. */
export interface Survey {
  readonly k6: Search<K6Tool>;
  readonly redis: Search<RedisTool>;
  readonly mysql: Search<MysqlTool>;
  readonly kafka: Search<KafkaBroker>;
  readonly java: Search<JavaTool>;
}

export const toolNames = ['k6', 'redis', 'mysql', 'kafka'] as const satisfies readonly ToolName[];

/** All tools at once: asking each for its version costs a process start or two. */
export async function surveyTools(context: SearchContext): Promise<Survey> {
  const [k6, redis, mysql, kafka, java] = await Promise.all([
    searchTool(k6Finder(context)),
    searchTool(redisFinder(context)),
    searchTool(mysqlFinder(context)),
    searchTool(kafkaFinder(context)),
    searchTool(javaFinder(context)),
  ]);
  return { k6, redis, mysql, kafka, java };
}

/** Kafka without a Java is not there. */
export function missingTools(survey: Survey): ToolName[] {
  return toolNames.filter((name) => survey[name].found === null || (name === 'kafka' && survey.java.found === null));
}

/** @returns undefined when something is missing */
export function toolchainOf({ k6, redis, mysql, kafka, java }: Survey): Toolchain | undefined {
  if (!k6.found || !redis.found || !mysql.found || !kafka.found || !java.found) return undefined;
  return {
    k6: k6.found.tool,
    redis: redis.found.tool,
    mysql: mysql.found.tool,
    kafka: withJava(kafka.found.tool, java.found.tool),
  };
}
