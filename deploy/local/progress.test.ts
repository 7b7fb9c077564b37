import { expect, test, vi } from 'vitest';
import { Progress } from './progress.mjs';

test('after a stop no step is begun, and a running one claims nothing', async () => {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const stopping = new AbortController();
  const progress = new Progress(3, 0, stopping.signal);
  await progress.step('Before', () => undefined);
  const running = progress.step('Processes', () => new Promise(resolve => setTimeout(resolve, 20)));
  const failing = progress.step('Tables', async () => Promise.reject(new Error('cut off')));
  stopping.abort(new Error('stopped'));
  await expect(failing).rejects.toThrow('stopped');
  await expect(running).rejects.toThrow('stopped');
  await expect(progress.step('Probe', () => undefined)).rejects.toThrow('stopped');
  expect(printed.mock.calls.map(([line]) => line)).toEqual([expect.stringContaining('Before')]);
  printed.mockRestore();
});
