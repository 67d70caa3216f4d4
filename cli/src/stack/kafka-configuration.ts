const heap = '512m';
const partitions = 1;

/** For the record. */
export const brokerSettings = { heap, 'jvm.compiler': 'C1', 'jvm.gc': 'Serial', 'num.partitions': partitions };

/** A small heap, and a compiler and collector that leave the processors to what is measured. */
export function javaOptions(loggingFile: string): string[] {
  return [
    `-Xmx${heap}`,
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
    '-XX:-UsePerfData',
    '-XX:+ExitOnOutOfMemoryError',
    '-Djava.awt.headless=true',
    `-Dlog4j2.configurationFile=${loggingFile}`,
  ];
}

/** A listener beside the broker's own, for clients that come through a proxy. */
export interface ProxiedListener {
  readonly port: number;
  /** Of the proxy before it: a client connects again to what the broker says of itself. */
  readonly proxyPort: number;
}

export function brokerProperties(
  data: string,
  port: number,
  controllerPort: number,
  proxied: ProxiedListener | null = null,
): string {
  const own = `PLAINTEXT://127.0.0.1:${port}`;
  const listeners = [own, `CONTROLLER://127.0.0.1:${controllerPort}`];
  const advertised = [own];
  if (proxied !== null) {
    listeners.push(`PROXIED://127.0.0.1:${proxied.port}`);
    advertised.push(`PROXIED://127.0.0.1:${proxied.proxyPort}`);
  }
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: listeners.join(','),
    'advertised.listeners': advertised.join(','),
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT',
    'log.dirs': data,
    'num.partitions': partitions,
    // One broker: one copy of everything, and internal topics of one partition, which are there at once.
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    // Nobody else will join in the next three seconds.
    'group.initial.rebalance.delay.ms': 0,
    // A quarter of the heap otherwise.
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    // Its data is thrown away.
    'controlled.shutdown.enable': false,
  };
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

export const loggingProperties = `status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d] %p %m (%c{1})%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
logger.server.name = kafka.server.KafkaRaftServer
logger.server.level = info
`;
