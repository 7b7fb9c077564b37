import { ModelFileRefusedError } from '../errors.ts';
import { type ModelCard, ultralyticsLayouts } from '../model-card.ts';
import type { OnnxFile, OnnxValue } from './onnx-file.ts';
import type { PictureInput } from './picture-input.ts';

/** Layouts of one output, which a person can state. */
export const proposedLayouts = [...ultralyticsLayouts, 'yolov5', 'yolox', 'rt-detr'] as const;
export type ProposedLayout = (typeof proposedLayouts)[number];

/** Pictures as a network was trained on them. */
export type Pictures = Pick<ModelCard['input'], 'colourOrder' | 'valueRange'>;

/** The part of a card that the outputs decide. */
export type Recognised = {
  readonly output: ModelCard['output'];
  readonly classes: readonly string[];
  /** Default RGB from 0 to 1. */
  readonly trainedOn?: Pictures;
};

/** What is known besides the shapes. */
export type Facts = {
  readonly file: OnnxFile;
  readonly input: PictureInput;
  /** Names of the classes, stated or in the metadata. */
  readonly names: readonly string[] | undefined;
  /** The layout that the person states. */
  readonly layout: ProposedLayout | undefined;
};

/** Red, green and blue after subtracting the mean of ImageNet's pictures and dividing by their deviation. */
export const IMAGENET_PICTURES: Pictures = {
  colourOrder: 'rgb',
  valueRange: [
    [-0.485 / 0.229, (1 - 0.485) / 0.229],
    [-0.456 / 0.224, (1 - 0.456) / 0.224],
    [-0.406 / 0.225, (1 - 0.406) / 0.225],
  ],
};

export const hasOperator = ({ operators }: OnnxFile, name: string): boolean => operators.some(one => one.name === name);

/** A size that the file fixes. */
export const fixed = (size: number | string | undefined): number | undefined =>
  typeof size === 'number' && size > 0 ? size : undefined;

export const rankOf = ({ dims }: OnnxValue): number => dims?.length ?? -1;

export const layoutRefused = (problem: string, fix: string): ModelFileRefusedError =>
  new ModelFileRefusedError('layout', `${problem}: ${fix}`);
