import { ModelFileRefusedError } from '../errors.ts';
import type { ModelCard } from '../model-card.ts';
import type { OnnxFile, OnnxValue } from './onnx-file.ts';
import type { PictureInput } from './picture-input.ts';

export type LayoutName = ModelCard['output']['layout'];

/** The part of a card that the outputs decide. */
export type Recognised = {
  readonly output: ModelCard['output'];
  readonly classes: readonly string[];
  /** Pictures that the network was trained on; default RGB from 0 to 1. */
  readonly trainedOn?: { readonly colourOrder: 'rgb' | 'bgr'; readonly valueRange: readonly [number, number] };
};

/** What is known besides the shapes. */
export type Facts = {
  readonly file: OnnxFile;
  readonly input: PictureInput;
  /** Names of the classes, stated or in the metadata. */
  readonly names: readonly string[] | undefined;
  /** The layout that the person states. */
  readonly layout: LayoutName | undefined;
};

export const hasOperator = ({ operators }: OnnxFile, name: string): boolean => operators.some(one => one.name === name);

/** A size that the file fixes. */
export const fixed = (size: number | string | undefined): number | undefined =>
  typeof size === 'number' && size > 0 ? size : undefined;

export const rankOf = ({ dims }: OnnxValue): number => dims?.length ?? -1;

export const layoutRefused = (problem: string, fix: string): ModelFileRefusedError =>
  new ModelFileRefusedError('layout', `${problem}: ${fix}`);
