import { runSinkProcess } from './sink-process.ts';

await runSinkProcess();
