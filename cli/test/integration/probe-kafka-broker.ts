import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokerProperties, javaOptions, loggingProperties } from '../../src/stack/kafka-configuration.ts';
import { newClusterId } from '../../src/stack/local-kafka.ts';
import type { KafkaTool } from '../../src/system/tool.ts';
import type { Certificate } from './probe-certificate.ts';
import type { StoreRoom } from './probe-stores.ts';

/** Ports of one broker: in the clear; with an advertised address where nobody listens (`nowhere`); with SASL; with TLS. */
export interface BrokerPorts {
  readonly plain: number;
  readonly elsewhere: number;
  readonly nowhere: number;
  readonly sasl: number;
  readonly tls: number;
}

export async function startOwnKafka(tool: KafkaTool, room: StoreRoom, certificate: Certificate): Promise<BrokerPorts> {
  const plain = await room.port();
  const elsewhere = await room.port();
  const nowhere = await room.port();
  const sasl = await room.port();
  const tls = await room.port();
  const controller = await room.port();
  const files = (folder: string) => ({
    properties: join(folder, 'server.properties'),
    logging: join(folder, 'log4j2.properties'),
    keystore: join(folder, 'keystore.pem'),
  });
  const java = (folder: string, mainClass: string, ...args: string[]) => [
    ...javaOptions(files(folder).logging),
    '-cp',
    tool.classpath,
    mainClass,
    ...args,
  ];
  const home = await room.run('kafka-format', {
    executable: tool.java,
    args: (folder) => {
      const { properties, logging, keystore } = files(folder);
      const listeners = (elsewhereAt: number) =>
        `PLAINTEXT://127.0.0.1:${plain},ELSEWHERE://127.0.0.1:${elsewhereAt},SASL://127.0.0.1:${sasl},TLS://127.0.0.1:${tls}`;
      const own = {
        listeners: `${listeners(elsewhere)},CONTROLLER://127.0.0.1:${controller}`,
        'advertised.listeners': listeners(nowhere),
        'listener.security.protocol.map':
          'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,ELSEWHERE:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SSL',
        'sasl.enabled.mechanisms': 'PLAIN',
        'listener.name.sasl.plain.sasl.jaas.config':
          'org.apache.kafka.common.security.plain.PlainLoginModule required user_one="word";',
        // Everybody may do everything but what an ACL denies.
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'allow.everyone.if.no.acl.found': 'true',
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.location': keystore,
      };
      const lines = Object.entries(own).map(([key, value]) => `${key}=${value}\n`);
      writeFileSync(properties, brokerProperties(join(folder, 'data'), plain, controller) + lines.join(''));
      writeFileSync(logging, loggingProperties);
      writeFileSync(keystore, certificate.pem);
      return java(folder, 'kafka.tools.StorageTool', 'format', '-t', newClusterId(), '-c', properties);
    },
  });
  await room.server({
    name: 'kafka',
    executable: tool.java,
    port: plain,
    args: () => java(home, 'kafka.Kafka', files(home).properties),
  });
  return { plain, elsewhere, nowhere, sasl, tls };
}
