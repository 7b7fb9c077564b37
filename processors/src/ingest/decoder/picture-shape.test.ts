import { expect, test } from 'vitest';
import { fit } from './picture-shape.ts';

test('a picture keeps its shape, gets even sizes and no side over 640', () => {
  expect(fit(1280, 720)).toEqual([640, 360]);
  expect(fit(1080, 1920)).toEqual([360, 640]);
  expect(fit(2048, 1536)).toEqual([640, 480]);
  expect(fit(1279, 719)).toEqual([640, 360]);
});

test('a small picture is not enlarged, and oblong pixels are corrected', () => {
  expect(fit(320, 180)).toEqual([320, 180]);
  expect(fit(720, 576, 16 / 15)).toEqual([640, 480]);
});
