import { InferenceSession } from 'onnxruntime-node';
import type { ProviderName } from './provider-names.ts';

const CUDA = 'install CUDA 12 and cuDNN 9, and run npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12';

/** What makes a provider usable, for a person. */
const NEEDS: Readonly<Record<ProviderName, string>> = {
  cpu: 'install onnxruntime-node again',
  cuda: `${CUDA} (Linux x64 only)`,
  tensorrt: `${CUDA} and TensorRT 10 (Linux x64 only)`,
  openvino: 'build onnxruntime-node with OpenVINO: the published package has none',
  coreml: 'run it on macOS',
  dml: 'run it on Windows',
  webgpu: 'install the driver of a graphics card that has Vulkan, Metal or Direct3D 12',
};

/** A provider that does not open a model here. */
export class ProviderUnusableError extends Error {
  override readonly name = 'ProviderUnusableError';
  constructor(provider: ProviderName, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      `EXECUTION_PROVIDERS names ${provider}, and it does not open the model (${reason}): ${NEEDS[provider]}, or set EXECUTION_PROVIDERS=cpu`,
      { cause },
    );
  }
}

/**
 * A session on these providers, in this order: a later one runs what an earlier one cannot. Each is tried alone first,
 * since ONNX Runtime passes over one that is not there. Throws ProviderUnusableError for the first that does not open
 * the model, and ONNX Runtime's error for a model that the CPU does not open either.
 */
export async function openOn(
  bytes: Uint8Array,
  providers: readonly ProviderName[],
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  const open = (executionProviders: readonly ProviderName[]) =>
    InferenceSession.create(bytes, { ...options, executionProviders: [...executionProviders] });
  for (const provider of providers) {
    if (provider === 'cpu') continue;
    try {
      await (await open([provider])).release();
    } catch (cause) {
      throw new ProviderUnusableError(provider, cause);
    }
  }
  return open(providers);
}
