import { expect, test } from 'vitest';
import { evidenceSql, storeOfFileSql } from './evidence.ts';
import { latestDetectionSql } from './latest-detection.ts';
import { shadowDifferencesSql, shadowSummarySql } from './shadow-comparisons.ts';
import { archiveSql, archiveStartSql, byIdSql, countSql, pageSql, statisticsSql, totalsSql } from './violation-sql.ts';

const file = (statements: Readonly<Record<string, string>>): string =>
  Object.entries(statements)
    .map(([name, sql]) => `-- ${name}\n${sql.trim()};\n`)
    .join('\n');

test('the SQL that reads violations equals the reviewed one', async () => {
  await expect(
    file({
      'A page, newest first': pageSql('DESC'),
      'How many': countSql,
      'How many of everything': totalsSql,
      'Statistics by hour': statisticsSql('HOUR'),
      'One violation': byIdSql,
      'Records the log no longer has': archiveSql,
      'The first record that ClickHouse has': archiveStartSql,
    }),
  ).toMatchFileSnapshot('./violations.sql');
});

test('the SQL that reads evidence equals the reviewed one', async () => {
  const sql = file({ 'Latest bundle of violations': evidenceSql, 'Store of a file': storeOfFileSql });
  await expect(sql).toMatchFileSnapshot('./evidence.sql');
});

test('the SQL that reads tracks equals the reviewed one', async () => {
  await expect(file({ 'Newest frame with boxes of a camera': latestDetectionSql })).toMatchFileSnapshot(
    './latest-detection.sql',
  );
});

test('the SQL that reads shadow detections equals the reviewed one', async () => {
  const sql = file({
    'How far a shadow version agrees': shadowSummarySql,
    'Frames with the largest differences': shadowDifferencesSql,
  });
  await expect(sql).toMatchFileSnapshot('./shadow-comparisons.sql');
});
