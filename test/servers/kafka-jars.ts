// Where the jars of Apache Kafka lie for tests, and how they get there: from Maven Central, once.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const version = '4.3.1';

const { XDG_CACHE_HOME: cacheHome } = process.env;

/** The folder of the jars of this version; nothing else lies in it. */
export const kafkaJars = join(cacheHome ?? join(homedir(), '.cache'), 'vedette-tests', `kafka-${version}`);

export const kafkaIsThere = (): boolean =>
  existsSync('/usr/bin/java') && existsSync(join(kafkaJars, `kafka_2.13-${version}.jar`));

/** Why tests with it are skipped; false where they are not. */
export const kafkaIsMissing: string | false = kafkaIsThere()
  ? false
  : 'Apache Kafka is not there: npm run test:servers fetches it where Java 17 and Maven are installed';

/** Fetches the jars with Maven (about 100 MB, half a minute). Errors: those of Maven. */
export function fetchKafka(): void {
  mkdirSync(dirname(kafkaJars), { recursive: true });
  // Beside its place, then moved: what was fetched by halves is never taken for whole.
  const folder = mkdtempSync(`${kafkaJars}.`);
  try {
    writeFileSync(join(folder, 'pom.xml'), project);
    const jars = join(folder, 'jars');
    const copy = ['dependency:copy-dependencies', `-DoutputDirectory=${jars}`];
    execFileSync('mvn', ['-B', '-q', '-f', join(folder, 'pom.xml'), ...copy], { stdio: 'inherit' });
    rmSync(kafkaJars, { recursive: true, force: true });
    renameSync(jars, kafkaJars);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const project = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>vedette</groupId>
  <artifactId>kafka-for-tests</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${version}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-nop</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
`;
