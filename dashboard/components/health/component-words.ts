interface Words {
  /** What it does, after its name. */
  readonly does: string;
  /** What a person notices while it is down. */
  readonly whenDown: string;
}

const words: Readonly<Record<string, Words>> = {
  gateway: {
    does: 'Answers pages and programs',
    whenDown: 'No page and no API answers. Cameras are watched and violations are kept all the same.',
  },
  dashboard: {
    does: 'Makes these pages',
    whenDown: 'No new page opens. Cameras are watched, violations are kept, and the API answers.',
  },
  ingest: {
    does: 'Reads the cameras and recordings',
    whenDown: 'Cameras show no new pictures, and what happens in front of them is not seen. Recordings go on later.',
  },
  vision: {
    does: 'Finds hands, tools and people in the pictures',
    whenDown: 'Live pictures stand still, and what cameras see meanwhile is not judged. Recordings go on later.',
  },
  violations: {
    does: 'Judges the rules',
    whenDown: 'Violations come late. None is lost.',
  },
  evidence: {
    does: 'Keeps the pictures that prove violations',
    whenDown: 'New violations have no picture yet. It comes later, unless the process is down for many minutes.',
  },
  sinks: {
    does: 'Writes the tables that analysts query',
    whenDown: 'Analysts do not see the newest violations. These pages do.',
  },
  kafka: {
    does: 'Keeps all records',
    whenDown: 'Nothing new is seen, judged or shown until it is back.',
  },
  registry: {
    does: 'Knows how records are written',
    whenDown: 'Processes that start wait for it. Those that run go on.',
  },
  redis: {
    does: 'Remembers who is signed in and carries live pictures',
    whenDown: 'Nobody can sign in, and live pictures stand still.',
  },
  clickhouse: {
    does: 'Answers about older violations',
    whenDown: 'Older violations are missing from lists and numbers.',
  },
  disk: {
    does: 'Holds the proof pictures, and all data of an installation on one machine',
    whenDown: 'Kafka and ClickHouse stop when it is full. They go on when there is space again.',
  },
};

/** Words for a process or part; undefined for one that only a newer version knows. */
export const componentWords = (name: string): Words | undefined => words[name];
