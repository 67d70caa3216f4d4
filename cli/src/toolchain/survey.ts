import type { K6Tool, MysqlTool, RedisTool, Toolchain, ToolName, ToxiproxyTool } from '../system/tool.ts';
import type { SearchContext } from './context.ts';
import { type JavaTool, javaFinder } from './java.ts';
import { k6Finder } from './k6.ts';
import { type KafkaBroker, kafkaFinder, withJava } from './kafka.ts';
import { mysqlFinder } from './mysql.ts';
import { redisFinder } from './redis.ts';
import { type Search, searchTool } from './search.ts';
import { toxiproxyFinder } from './toxiproxy.ts';

/** What a search of the whole machine gave. */
export interface Survey {
  readonly k6: Search<K6Tool>;
  readonly redis: Search<RedisTool>;
  readonly mysql: Search<MysqlTool>;
  readonly kafka: Search<KafkaBroker>;
  readonly java: Search<JavaTool>;
  readonly toxiproxy: Search<ToxiproxyTool>;
}

/** Those that a run may need. Toxiproxy is none of them: a drill whose fault lies between service and store asks for it. */
export const toolNames = ['k6', 'redis', 'mysql', 'kafka'] as const satisfies readonly ToolName[];

/** All tools at once: asking each for its version costs a process start or two. */
export async function surveyTools(context: SearchContext): Promise<Survey> {
  const [k6, redis, mysql, kafka, java, toxiproxy] = await Promise.all([
    searchTool(k6Finder(context)),
    searchTool(redisFinder(context)),
    searchTool(mysqlFinder(context)),
    searchTool(kafkaFinder(context)),
    searchTool(javaFinder(context)),
    searchTool(toxiproxyFinder(context)),
  ]);
  return { k6, redis, mysql, kafka, java, toxiproxy };
}

/** Kafka without a Java is not there. */
export function missingTools(survey: Survey, wanted: readonly ToolName[] = toolNames): ToolName[] {
  return wanted.filter((name) => survey[name].found === null || (name === 'kafka' && survey.java.found === null));
}

/** What was found of the tools. */
export function foundTools({ k6, redis, mysql, kafka, java, toxiproxy }: Survey): Partial<Toolchain> {
  return {
    ...(k6.found ? { k6: k6.found.tool } : {}),
    ...(redis.found ? { redis: redis.found.tool } : {}),
    ...(mysql.found ? { mysql: mysql.found.tool } : {}),
    ...(kafka.found && java.found ? { kafka: withJava(kafka.found.tool, java.found.tool) } : {}),
    ...(toxiproxy.found ? { toxiproxy: toxiproxy.found.tool } : {}),
  };
}
