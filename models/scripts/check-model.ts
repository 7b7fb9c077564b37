import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ModelFileRefusedError } from '../src/errors.ts';
import type { ModelCard } from '../src/model-card.ts';
import { type OnnxFile, STANDARD } from '../src/onnx/onnx-file.ts';
import { listed } from '../src/onnx/picture-input.ts';
import { type CardOptions, proposeCard } from '../src/onnx/propose-card.ts';
import { readOnnx } from '../src/onnx/read-onnx.ts';
import { proposedLayouts } from '../src/onnx/recognised.ts';
import { refuseSize, scanOnnx } from '../src/onnx/scan-onnx.ts';

type Refusal = { readonly reason: string; readonly message: string };
/** As far as the check came. */
type Answer = { readonly file?: OnnxFile; readonly card?: ModelCard; readonly refusal?: Refusal };

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      version: { type: 'string', default: '1' },
      licence: { type: 'string' },
      title: { type: 'string' },
      classes: { type: 'string' },
      layout: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  // npm runs scripts in the folder of its package.json.
  const path = resolve(process.env.INIT_CWD ?? '.', positionals[0] ?? '');
  const answer = await check(path, file => ({
    name: values.name ?? basename(path, '.onnx'),
    version: values.version,
    licence: values.licence ?? file.metadata.get('license') ?? 'LicenseRef-unknown',
    file: basename(path),
    ...(values.title !== undefined && { title: values.title }),
    ...(values.classes !== undefined && { classes: values.classes.split(',').map(name => name.trim()) }),
    layout: proposedLayouts.find(layout => layout === values.layout),
  }));
  process.stdout.write(
    values.json ? `${JSON.stringify(plain(answer), null, 2)}\n` : `${told(path, answer).join('\n')}\n`,
  );
  return answer.refusal === undefined ? 0 : 1;
}

async function check(path: string, optionsFor: (file: OnnxFile) => CardOptions): Promise<Answer> {
  let file: OnnxFile | undefined;
  try {
    refuseSize((await stat(path)).size);
    file = readOnnx(await readFile(path));
    scanOnnx(file);
    return { file, card: proposeCard(file, optionsFor(file)) };
  } catch (error) {
    if (!(error instanceof ModelFileRefusedError)) throw error;
    return { ...(file && { file }), refusal: { reason: error.reason, message: error.message } };
  }
}

/** Maps become objects. */
const plain = ({ file, ...rest }: Answer): object => ({
  ...(file && {
    file: { ...file, opsets: Object.fromEntries(file.opsets), metadata: Object.fromEntries(file.metadata) },
  }),
  ...rest,
});

function told(path: string, { file, card, refusal }: Answer): readonly string[] {
  return [
    path,
    ...(file ? describe(file) : []),
    ...(refusal ? ['', `Refused (${refusal.reason}): ${refusal.message}`] : []),
    ...(card ? ['', 'The card it would get:', JSON.stringify(card, null, 2)] : []),
  ];
}

function describe(file: OnnxFile): readonly string[] {
  const opsets = [...file.opsets].map(([domain, version]) => `${domain} ${version}`).join(', ');
  const operators = file.operators
    .toSorted((a, b) => b.count - a.count)
    .map(({ domain, name, count }) => `${domain === STANDARD ? '' : `${domain}.`}${name} ${count}`);
  return [
    `  sha256     ${file.sha256}`,
    `  size       ${(file.sizeBytes / 2 ** 20).toFixed(1)} MiB`,
    `  written    IR version ${file.irVersion}, operator sets ${opsets}${file.producer && `, by ${file.producer}`}`,
    `  inputs     ${listed(file.inputs)}`,
    `  outputs    ${listed(file.outputs)}`,
    `  operators  ${operators.join(', ')}`,
    ...[...file.metadata].map(([key, value]) => `  metadata   ${key}: ${shortened(value)}`),
  ];
}

const shortened = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}...` : text);

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`Error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
