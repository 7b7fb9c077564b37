import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadModel } from './load-model.ts';
import type { ProviderName } from './provider-names.ts';
import { ProviderUnusableError } from './providers.ts';
import { RunningModel } from './run-model.ts';

const CARD = join(import.meta.dirname, '../../processors/src/vision/testing/bright-square.json');

async function refusal(...providers: readonly ProviderName[]): Promise<unknown> {
  const model = await loadModel(CARD);
  try {
    await (await RunningModel.open(model, providers)).close();
    return 'it opens';
  } catch (error) {
    return error;
  }
}

test('the CPU opens a model', async () => {
  expect(await refusal('cpu')).toBe('it opens');
});

test.each([
  ['openvino', 'build onnxruntime-node with OpenVINO'],
  ['dml', 'run it on Windows'],
  ['coreml', 'run it on macOS'],
] as const)('%s is not in the package for Linux: the reason says which provider, and what to do', async (name, fix) => {
  for (const providers of [[name], [name, 'cpu'], ['cpu', name]] as const) {
    const error = await refusal(...providers);
    expect(error).toBeInstanceOf(ProviderUnusableError);
    expect(String(error)).toContain(`EXECUTION_PROVIDERS names ${name}`);
    expect(String(error)).toContain(fix);
    expect(String(error)).toContain('or set EXECUTION_PROVIDERS=cpu');
  }
});

test.skipIf(process.platform !== 'linux').each(['cuda', 'tensorrt', 'webgpu'] as const)(
  '%s opens the model or says what is missing; a CPU that is named too does not hide it',
  async name => {
    const alone = await refusal(name);
    const withCpu = await refusal(name, 'cpu');
    expect(String(withCpu)).toBe(String(alone));
    if (alone !== 'it opens') expect(String(alone)).toContain(`EXECUTION_PROVIDERS names ${name}`);
  },
);
