import { ModelFileRefusedError } from '../errors.ts';
import { type OnnxFile, type OnnxOperator, STANDARD } from './onnx-file.ts';
import { MICROSOFT_OPERATORS, NEWEST_IR, NEWEST_OPSET, STANDARD_OPERATORS } from './operators.ts';

export type ScanLimits = {
  /** Default 512 MiB. */
  readonly mostBytes?: number;
};

const MIB = 1 << 20;
const EXPORT_AGAIN = `export it again with opset=17 (any up to ${NEWEST_OPSET})`;

/**
 * Throws ModelFileRefusedError, with the cause and what to do, for a file that must not be run: it is too large, refers
 * to other files, was written for a newer runtime, or has operators outside the list of `operators.ts`.
 */
export function scanOnnx(file: OnnxFile, limits: ScanLimits = {}): void {
  refuseSize(file.sizeBytes, limits);
  if (file.externalTensors > 0)
    throw new ModelFileRefusedError(
      'external-data',
      `${file.externalTensors} of its tensors lie in another file (often FILE.onnx.data): save it as one file ` +
        '(in Python: onnx.save(onnx.load("FILE.onnx"), "ONE.onnx"))',
    );
  refuseVersions(file);
  refuseOperators(file);
}

/** Throws ModelFileRefusedError for a file of too many bytes, which need not be read for it. */
export function refuseSize(sizeBytes: number, { mostBytes = 512 * MIB }: ScanLimits = {}): void {
  if (sizeBytes > mostBytes)
    throw new ModelFileRefusedError(
      'too-large',
      `the file has ${mib(sizeBytes)} MiB and at most ${mib(mostBytes)} are taken: use a smaller network, or quantise it`,
    );
}

const mib = (sizeBytes: number): string => (sizeBytes / MIB).toFixed(sizeBytes % MIB === 0 ? 0 : 1);

function refuseVersions({ irVersion, opsets }: OnnxFile): void {
  if (irVersion > NEWEST_IR)
    throw new ModelFileRefusedError(
      'too-new',
      `the file has IR version ${irVersion} and the runtime opens up to ${NEWEST_IR}: ${EXPORT_AGAIN} and an older onnx package, ` +
        `or set model.ir_version = ${NEWEST_IR} and save it`,
    );
  const opset = opsets.get(STANDARD);
  if (opset !== undefined && opset > NEWEST_OPSET)
    throw new ModelFileRefusedError(
      'too-new',
      `the file has operator set ${opset} and the runtime opens up to ${NEWEST_OPSET}: ${EXPORT_AGAIN}`,
    );
}

/** Domains whose operators ONNX Runtime has code for, or may have. A file must not define any of them itself. */
const RUNTIME_DOMAIN = /^(ai\.onnx|com\.microsoft|com\.ms|org\.pytorch)\b/;

function refuseOperators({ operators, functions }: OnnxFile): void {
  const redefined = functions.find(name => RUNTIME_DOMAIN.test(name));
  if (redefined !== undefined)
    throw new ModelFileRefusedError(
      'operator',
      `the file defines ${redefined} itself, a name that belongs to the runtime: ${EXPORT_AGAIN}`,
    );
  const own = new Set(functions);
  const refused = operators.filter(operator => !isAllowed(operator) && !own.has(`${operator.domain}.${operator.name}`));
  const [first] = refused;
  if (first === undefined) return;
  const names = refused.slice(0, 5).map(({ domain, name }) => (domain === STANDARD ? name : `${domain}.${name}`));
  const more = refused.length > names.length ? ` and ${refused.length - names.length} more` : '';
  throw new ModelFileRefusedError(
    'operator',
    `the file needs ${names.join(', ')}${more}, which may not run here: ${fixOf(first)}`,
  );
}

function isAllowed({ domain, name }: OnnxOperator): boolean {
  if (domain === STANDARD) return STANDARD_OPERATORS.has(name);
  return domain === 'com.microsoft' && MICROSOFT_OPERATORS.has(name);
}

function fixOf({ domain, name }: OnnxOperator): string {
  if (domain === 'com.microsoft.nchwc')
    return 'it was optimised for one CPU; give the file from before, or optimise at the level "extended" at most';
  if (domain === 'TRT' || name.endsWith('_TRT'))
    return 'it was exported for TensorRT; export it again without TensorRT plugins (its NMS as a plain ONNX operator, or none)';
  if (domain === STANDARD) return 'export it with the operators of the ONNX standard only';
  return `operators of the domain ${domain} need a library of their own; export it with the operators of the ONNX standard only`;
}
