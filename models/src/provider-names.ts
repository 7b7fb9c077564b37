/** What ONNX Runtime can run a model on, by its own names. */
export const providerNames = ['cpu', 'cuda', 'tensorrt', 'openvino', 'coreml', 'dml', 'webgpu'] as const;
export type ProviderName = (typeof providerNames)[number];
