import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './folder.ts';
import type { Suite } from './suites.ts';

export interface SuiteResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
  /** Why the suite failed although no test failed; undefined: no such reason. */
  readonly trouble: string | undefined;
}

/** The fields of vitest's JSON report that we read. */
interface Report {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/** Runs one suite by vitest with the given addresses. Never rejects. A suite without tests, or over its time limit, has failed. */
export async function runSuite(
  suite: Suite,
  env: Readonly<Record<string, string>>,
  folder: string,
): Promise<SuiteResult> {
  const startMs = performance.now();
  const file = join(folder, `${suite.name}.json`);
  rmSync(file, { force: true });
  const end = await vitest(suite, env, file);
  const seconds = (performance.now() - startMs) / 1000;
  return { name: suite.name, seconds, ...count(file, end) };
}

function count(file: string, end: string): Omit<SuiteResult, 'name' | 'seconds'> {
  let report: Report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, trouble: `crashed (${end})` };
  }
  // A file that cannot be loaded reports no failed test.
  const broken = report.testResults.filter(
    each => each.status === 'failed' && each.assertionResults.length === 0,
  ).length;
  const { numPassedTests: passed } = report;
  const failed = report.numFailedTests + broken;
  if (passed + failed === 0) return { passed, failed: 1, trouble: 'no tests ran' };
  if (failed === 0 && end !== 'code 0') return { passed, failed: 1, trouble: `ended with ${end}` };
  return { passed, failed, trouble: broken > 0 ? `${broken} files could not be loaded` : undefined };
}

function vitest(suite: Suite, env: Readonly<Record<string, string>>, file: string): Promise<string> {
  return new Promise(resolve => {
    const args = ['run', '--project', suite.name, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const child = spawn(
      process.execPath,
      [join(root, 'node_modules/vitest/vitest.mjs'), ...args, '--passWithNoTests'],
      {
        cwd: root,
        stdio: ['ignore', 'inherit', 'inherit'],
        env: { ...process.env, ...env },
        detached: true,
      },
    );
    const kill = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // the group has ended
      }
    };
    const timer = setTimeout(kill, suite.limitMs);
    process.once('exit', kill);
    child.once('error', error => resolve(error.message));
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      process.off('exit', kill);
      kill(); // processes that a test left in the group
      resolve(signal === null ? `code ${code}` : `${signal}, limit ${suite.limitMs / 1000} s`);
    });
  });
}
